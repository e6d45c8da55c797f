/** A host name or address and a TCP port. An IPv6 address stands without brackets. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** A company proxy. */
export interface Upstream extends HostPort {
  /** Whether it is spoken to over TLS, as a PAC's `HTTPS host:port` says. */
  readonly isTls?: boolean | undefined;
}

/**
 * How an account signs in: NTLMv2, or what the user has chosen in its place. NT, NTLM (NT and LM) and LM are NTLMv1; they have
 * cntlm's names. docs/sign-in-methods.md says why not.
 */
export const signInMethods = ['NTLMv2', 'NTLM2SR', 'NT', 'NTLM', 'LM', 'Basic'] as const;

export type SignInMethod = (typeof signInMethods)[number];

/** Who signs in: DOMAIN\user. The domain may be empty, as in the form user@realm. */
export interface Account {
  readonly domain: string;
  readonly user: string;
}

/** One line of the access list; the first rule that matches a client decides, and no match allows. */
export interface AccessRule {
  readonly action: 'allow' | 'deny';
  /** An IPv4 or IPv6 address, a host name (its first IPv4 address at start counts), or `*`. */
  readonly host: string;
  /** Leading bits that must be equal: 0 to 32, of an IPv6 address to 128. */
  readonly prefixLength: number;
  /** The line of the cntlm.conf that says so. */
  readonly line?: number;
}

/** Where to listen. Without a host: the loopback addresses, or every address when `gateway` is on. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
  /** The line of the cntlm.conf that says so. */
  readonly line?: number;
}

/** A user of the SOCKS5 port. */
export interface SocksUser {
  readonly user: string;
  /** A secret. Undefined: it is not known, and nobody gets in by this name. */
  readonly password: string | undefined;
}

/** What RFC 1929, 2 has room for, in bytes, of a name and of a password. */
const longestSocksText = 255;

/** In bytes. */
function utf8Length(text: string): number {
  const lengthOf = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_00_00 ? 3 : 4);
  return Array.from(text, (character) => lengthOf(character.codePointAt(0) ?? 0)).reduce(
    (sum, each) => sum + each,
    0,
  );
}

/** Whether this can be the name of a user of SOCKS5; a colon would end it in a cntlm.conf. */
export function isSocksName(text: string): boolean {
  return isSocksPassword(text) && !text.includes(':') && text.trim() === text;
}

/** Whether this can be the password of a user of SOCKS5. */
export function isSocksPassword(text: string): boolean {
  return text !== '' && utf8Length(text) <= longestSocksText && !/\p{Cc}/u.test(text);
}

/** A port of this machine that leads to one other through the company proxy: what cntlm calls a Tunnel. */
export interface StaticTunnel {
  readonly listen: ListenAddress;
  readonly target: HostPort;
}

/** A header that takes the place of what a client has sent under its name. */
export interface HeaderSetting {
  readonly name: string;
  readonly value: string;
}

/** What is done with a request while no company proxy can be reached; `wait` refuses it when none comes back in time. */
export const offNetworks = ['direct', 'refuse', 'wait'] as const;

/** Programs have given up by then. */
export const longestWaitSeconds = 600;

export type OffNetwork = (typeof offNetworks)[number];

/** What is done with a request for which the PAC has no answer: straight to the origin, refused, or by the list. */
export type PacFallback = 'direct' | 'refuse' | 'list';

/** What the engine needs to know, besides the credential. */
export interface EngineSettings {
  readonly account: Account;
  /** Sent in type 3 as the workstation name, upper-cased. */
  readonly workstation: string;
  /** The company proxies, in order of preference. */
  readonly upstreams: readonly Upstream[];
  /** Whether each client of the HTTP port signs in with Basic, and is signed in with NTLMv2 made of that. Default: it does not. */
  readonly ntlmToBasic?: boolean;
  /** Rules for what is reached directly, in the language of docs/no-proxy.md. */
  readonly noProxy: readonly string[];
  /** Whether names are looked up, to be compared with the networks among these rules. */
  readonly resolvesNames: boolean;
  readonly listen: readonly ListenAddress[];
  /** Whether other machines may connect. */
  readonly gateway: boolean;
  readonly access: readonly AccessRule[];
  /** Where SOCKS5 is spoken. Default: nowhere. */
  readonly socks?: readonly ListenAddress[];
  /** Who may connect by SOCKS5. Default: everybody whom `access` lets in. */
  readonly socksUsers?: readonly SocksUser[];
  readonly tunnels?: readonly StaticTunnel[];
  /** For every request and every tunnel that goes to a company proxy; of one name the first counts. */
  readonly headers?: readonly HeaderSetting[];
  /** What is done with requests while no company proxy can be reached. */
  readonly offNetwork: OffNetwork;
  /** How long they wait at most, with `wait`. */
  readonly offNetworkWaitSeconds: number;
  /** What is done with a request for which the PAC has no answer, where one is in use. Default: it goes direct. */
  readonly pacFallback?: PacFallback;
}

/** `host:port`, with brackets round an IPv6 address. */
export function formatHostPort({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** `host:port`, and of one that is spoken to over TLS `https://host:port`. */
export function formatUpstream(upstream: Upstream): string {
  return `${upstream.isTls === true ? 'https://' : ''}${formatHostPort(upstream)}`;
}

/** `DOMAIN\user`, or the user alone when there is no domain. */
export function formatAccount({ domain, user }: Account): string {
  return domain === '' ? user : `${domain.toUpperCase()}\\${user}`;
}

/** Whether both are one account, or both are none: a directory does not tell alice from Alice. */
export function isSameAccount(one: Account | undefined, other: Account | undefined): boolean {
  const nameOf = (account: Account | undefined): string =>
    account === undefined ? '' : formatAccount(account).toUpperCase();
  return nameOf(one) === nameOf(other);
}
