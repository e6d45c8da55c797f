import type { HostPort } from '../../shared/settings';

/** A request target in absolute-form (RFC 9112, 3.2.2), taken apart. */
export interface AbsoluteTarget {
  readonly scheme: string;
  readonly address: HostPort;
  /** The Host header that belongs to it: the authority without user information. */
  readonly host: string;
  /** The same resource in origin-form. */
  readonly originForm: string;
}

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21 };

const hostPattern = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/?#[\]@\\<>"{}|^`]+))(?::(\d{0,5}))?$/;

/**
 * Reads `host:port` or `[v6]:port` (RFC 3986, 3.2); user information is not allowed.
 *
 * @param defaultPort for an authority without a port; undefined makes the port mandatory, as for CONNECT
 */
export function parseAuthority(authority: string, defaultPort?: number): HostPort | undefined {
  const match = hostPattern.exec(authority);
  const host = match?.[1] ?? match?.[2];
  if (match === null || host === undefined || host === '' || host.length > 255) return undefined;
  const digits = match[3];
  const port = digits === undefined || digits === '' ? defaultPort : Number(digits);
  return port !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** Reads a target in absolute-form; undefined when it is none, or has no host. */
export function parseAbsoluteForm(target: string): AbsoluteTarget | undefined {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^#]*)/.exec(target);
  if (match === null) return undefined;
  const [, rawScheme = '', rawAuthority = '', rest = ''] = match;
  const scheme = rawScheme.toLowerCase();
  const host = rawAuthority.slice(rawAuthority.lastIndexOf('@') + 1);
  const address = parseAuthority(host, defaultPorts[scheme]);
  if (address === undefined) return undefined;
  return { scheme, address, host, originForm: rest.startsWith('/') ? rest : `/${rest}` };
}
