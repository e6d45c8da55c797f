/** A host name or address and a TCP port. An IPv6 address stands without brackets. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Who signs in: DOMAIN\user. The domain may be empty, as in the form user@realm. */
export interface Account {
  readonly domain: string;
  readonly user: string;
}

/** One line of the access list; the first rule that matches a client decides, and no match allows. */
export interface AccessRule {
  readonly action: 'allow' | 'deny';
  /** An IPv4 address, a host name (its first IPv4 address at start counts), or `*`. */
  readonly host: string;
  /** Leading bits that must be equal, 0 to 32. */
  readonly prefixLength: number;
}

/** Where to listen. Without a host: the loopback addresses, or every address when `gateway` is on. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

/** What the engine needs to know, besides the credential. */
export interface EngineSettings {
  readonly account: Account;
  /** Sent in type 3 as the workstation name, upper-cased. */
  readonly workstation: string;
  /** The company proxies, in order of preference. */
  readonly upstreams: readonly HostPort[];
  /** Glob patterns of hosts that are reached directly; compared without regard to case. */
  readonly noProxy: readonly string[];
  readonly listen: readonly ListenAddress[];
  /** Whether other machines may connect. */
  readonly gateway: boolean;
  readonly access: readonly AccessRule[];
  /** What is done with requests while no company proxy can be reached. */
  readonly offNetwork: 'direct' | 'refuse';
}

/** `host:port`, with brackets round an IPv6 address. */
export function formatHostPort({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** `DOMAIN\user`, or the user alone when there is no domain. */
export function formatAccount({ domain, user }: Account): string {
  return domain === '' ? user : `${domain.toUpperCase()}\\${user}`;
}
