import { isIPv4, isIPv6 } from './ip-address';
import {
  type AccessRule,
  formatHostPort,
  type HeaderSetting,
  type HostPort,
  type ListenAddress,
  type StaticTunnel,
} from './settings';

/** A TCP port, 1 to 65535. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** An IPv6 address, which may stand without brackets, or a name or IPv4 address. */
const hostPort =
  /^(?:\[([\dA-Fa-f:.]+(?:%\w+)?)\]|([\dA-Fa-f.]*(?::[\dA-Fa-f.]*){2,}|[^:\s[\]/@,;*?"'\\]+)):(\d+)$/;

/** `host:port`, split at the last colon. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = hostPort.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = parsePort(match?.[3] ?? '');
  return host === undefined || port === undefined ? undefined : { host, port };
}

/** Where to listen: `[address:]port`, with `*` for every address of this machine. */
export function parseListen(text: string): ListenAddress | undefined {
  const port = parsePort(text);
  if (port !== undefined) return { port };
  const everywhere = parsePort(/^\*:(\d+)$/.exec(text)?.[1] ?? '');
  return everywhere === undefined ? parseHostPort(text) : { host: '*', port: everywhere };
}

/** The text that `parseListen` reads. */
export function formatListen({ host, port }: ListenAddress): string {
  if (host === undefined) return String(port);
  return formatHostPort({ host, port });
}

const part = '(?:\\[[^\\]\\s]+\\]|[^:\\s\\[\\]]+)';
const tunnel = new RegExp(`^((?:${part}:)?\\d+):(${part}:\\d+)$`);

/** A tunnel: `[address:]port:host:port`, IPv6 addresses in brackets. */
export function parseTunnel(text: string): StaticTunnel | undefined {
  const [, from = '', to = ''] = tunnel.exec(text) ?? [];
  const listen = parseListen(from);
  const target = parseHostPort(to);
  return listen === undefined || target === undefined ? undefined : { listen, target };
}

/** The text that `parseTunnel` reads. */
export function formatTunnel({ listen, target }: StaticTunnel): string {
  return `${formatListen(listen)}:${formatListen(target)}`;
}

/** Those that say where a message ends, or are between two hops alone: they are never the user's (RFC 9110, 7.6.1; RFC 9112, 6). */
const reserved: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

export type HeaderReading =
  | { readonly kind: 'good'; readonly header: HeaderSetting }
  /** `reserved`: its name is one that a proxy writes itself. */
  | { readonly kind: 'bad' }
  | { readonly kind: 'reserved' };

/** A header: `Name: value` (RFC 9110, 5.1 and 5.5). */
export function parseHeader(text: string): HeaderReading {
  const [, name = '', value = ''] =
    /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(text) ?? [];
  if (name === '') return { kind: 'bad' };
  if (reserved.has(name.toLowerCase())) return { kind: 'reserved' };
  return { kind: 'good', header: { name, value: value.trim() } };
}

/** Whom a rule is about: `*`, `0/0`, an address or network, or a host name; undefined for anything else. */
export function parseClients(text: string): Pick<AccessRule, 'host' | 'prefixLength'> | undefined {
  const [, host = '', bits] = /^(\*|[\w.-]+|[\dA-Fa-f:.]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const longest = isIPv6(host) ? 128 : 32;
  const prefixLength = bits === undefined ? longest : Number(bits);
  if ((host === '*' && bits === undefined) || (host === '0' && prefixLength === 0)) {
    return { host: '*', prefixLength: 0 };
  }
  if (host === '' || host === '*' || prefixLength > longest) return undefined;
  if (longest === 128) return { host, prefixLength };
  const isNumeric = /^[\d.]+$/.test(host);
  return host.includes(':') || (isNumeric && !isIPv4(host)) ? undefined : { host, prefixLength };
}

/** A rule: `allow` or `deny`, and whom. */
export function parseRule(text: string): AccessRule | undefined {
  const [, action = '', whom = ''] = /^(allow|deny)\s+(\S+)$/i.exec(text.trim()) ?? [];
  const clients = parseClients(whom);
  return clients === undefined
    ? undefined
    : { action: action.toLowerCase() === 'allow' ? 'allow' : 'deny', ...clients };
}

/** The text that `parseRule` reads. */
export function formatRule({ action, host, prefixLength }: AccessRule): string {
  const longest = host.includes(':') ? 128 : 32;
  if (host === '*') return `${action} *`;
  return `${action} ${prefixLength === longest ? host : `${host}/${prefixLength}`}`;
}

/** Host and port of a URL, the host as it is resolved: without brackets. */
export function hostPortOf(url: Readonly<Record<'protocol' | 'hostname' | 'port', string>>): HostPort {
  const { protocol, hostname, port } = url;
  const usualPort = protocol === 'http:' ? 80 : 443;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usualPort : Number(port) };
}

/** Whether only programs of this machine reach what listens there; without an address, while other machines are not let in. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host === undefined || /^(?:127\.|::1$|localhost$)/i.test(host);
}

export function isEveryAddress(host: string | undefined): boolean {
  return host !== undefined && ['*', '0.0.0.0', '::'].includes(host);
}
