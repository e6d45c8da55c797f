import type { Account, HostPort } from './settings';

/** What is wrong with the text of a field, as data; src/shared/words has a sentence for each. */
export type FieldProblem =
  | { readonly kind: 'empty' }
  /** `proposed` is the text with the usual port, for the user to agree to. */
  | { readonly kind: 'port-missing'; readonly proposed: string }
  | { readonly kind: 'port-range' }
  | { readonly kind: 'not-a-host' }
  | { readonly kind: 'not-an-address' }
  | { readonly kind: 'is-pac' }
  | { readonly kind: 'is-https' }
  | { readonly kind: 'not-an-account' }
  | { readonly kind: 'is-url' }
  | { readonly kind: 'has-port' }
  /** A network whose length is no whole number of bytes cannot be written as a pattern. */
  | { readonly kind: 'network-length' }
  | { readonly kind: 'not-a-network' }
  | { readonly kind: 'number-range'; readonly min: number; readonly max: number }
  | { readonly kind: 'too-long'; readonly limit: number }
  | { readonly kind: 'bad-character'; readonly character: string }
  | { readonly kind: 'duplicate' };

/** A field's text, read. */
export type Reading<Value> =
  | { readonly kind: 'good'; readonly value: Value }
  | { readonly kind: 'bad'; readonly problem: FieldProblem };

/** The port that is proposed when none is given: what most company proxies listen on. */
const usualPort = 8080;

const label = '[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_-]{0,61}[\\p{L}\\p{N}_])?';
const hostName = new RegExp(`^${label}(?:\\.${label})*\\.?$`, 'u');
const ipv6 = /^[\da-f:]*:[\da-f:]*(?:\d+\.\d+\.\d+\.\d+)?$/i;

function good<Value>(value: Value): Reading<Value> {
  return { kind: 'good', value };
}

function bad(problem: FieldProblem): Reading<never> {
  return { kind: 'bad', problem };
}

function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return (
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  );
}

function looksNumeric(text: string): boolean {
  return /^[\d.]+$/.test(text);
}

function hostProblem(host: string): FieldProblem | undefined {
  if (looksNumeric(host)) return isIPv4(host) ? undefined : { kind: 'not-an-address' };
  if (host.length > 253) return { kind: 'too-long', limit: 253 };
  return hostName.test(host) ? undefined : { kind: 'not-a-host' };
}

/** A TCP port, 1 to 65535. */
export function readPort(text: string): Reading<number> {
  const digits = text.trim();
  if (digits === '') return bad({ kind: 'empty' });
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  return port >= 1 && port <= 65_535 ? good(port) : bad({ kind: 'port-range' });
}

/** A company proxy: `host:port`, `[IPv6]:port`, or the same as an http URL. */
export function readHostPort(text: string): Reading<HostPort> {
  const trimmed = text.trim();
  if (trimmed === '') return bad({ kind: 'empty' });
  if (/\.(?:pac|dat)\/?$/i.test(trimmed)) return bad({ kind: 'is-pac' });
  if (/^https:\/\//i.test(trimmed)) return bad({ kind: 'is-https' });
  const bare = trimmed.replace(/^http:\/\//i, '').replace(/\/$/, '');
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(bare);
  const plain = /^([^:]*)(?::(.*))?$/.exec(bare);
  const host = bracketed?.[1] ?? plain?.[1];
  if (host === undefined) return bad({ kind: 'not-a-host' });
  const problem: FieldProblem | undefined =
    bracketed === null ? hostProblem(host) : ipv6.test(host) ? undefined : { kind: 'not-an-address' };
  if (problem !== undefined) return bad(problem);
  const port = bracketed === null ? plain?.[2] : bracketed[2];
  if (port === undefined || port === '') {
    return bad({ kind: 'port-missing', proposed: `${bare.replace(/:$/, '')}:${usualPort}` });
  }
  const reading = readPort(port);
  return reading.kind === 'good' ? good({ host, port: reading.value }) : reading;
}

/** An account: `DOMAIN\user`, or `user@domain`, which goes into the user name as it stands. */
export function readAccount(text: string): Reading<Account> {
  const trimmed = text.trim();
  if (trimmed === '') return bad({ kind: 'empty' });
  if (trimmed.length > 255) return bad({ kind: 'too-long', limit: 255 });
  const windows = /^([^\\/@\s]+)\\([^\\/\s][^\\/]*)$/.exec(trimmed);
  if (windows !== null) return good({ domain: windows[1] ?? '', user: windows[2] ?? '' });
  if (/^[^\\/@\s]+@[^\\/@\s]+$/.test(trimmed)) return good({ domain: '', user: trimmed });
  return bad({ kind: 'not-an-account' });
}

/**
 * One entry of the no-proxy list, as a pattern of hosts. `.corp` is taken as `*.corp`, and a network of whole bytes as
 * the pattern of its addresses: `10.1.0.0/16` as `10.1.*`.
 */
export function readNoProxyEntry(text: string): Reading<string> {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') return bad({ kind: 'empty' });
  if (trimmed.includes('://')) return bad({ kind: 'is-url' });
  const network = /^([\d.]+)\/(\d+)$/.exec(trimmed);
  if (network !== null) return readNetworkPattern(network[1] ?? '', Number(network[2]));
  if (trimmed.includes('/')) return bad({ kind: 'is-url' });
  const isIPv6 = ipv6.test(trimmed) && trimmed.split(':').length > 2;
  if (!isIPv6 && trimmed.includes(':')) return bad({ kind: 'has-port' });
  if (looksNumeric(trimmed) && !isIPv4(trimmed)) return bad({ kind: 'not-an-address' });
  if (trimmed.length > 253) return bad({ kind: 'too-long', limit: 253 });
  const pattern = trimmed.startsWith('.') ? `*${trimmed}` : trimmed;
  const wrong = isIPv6 ? undefined : /[^\p{L}\p{N}._*?[\]!^-]/u.exec(pattern)?.[0];
  return wrong === undefined ? good(pattern) : bad({ kind: 'bad-character', character: wrong });
}

function readNetworkPattern(address: string, length: number): Reading<string> {
  const bytes = address.split('.').filter((part) => part !== '');
  const whole = [...bytes, '0', '0', '0', '0'].slice(0, 4).join('.');
  if (bytes.length > 4 || !isIPv4(whole) || length > 32) return bad({ kind: 'not-a-network' });
  if (length === 0 || length % 8 !== 0) return bad({ kind: 'network-length' });
  const kept = whole.split('.').slice(0, length / 8);
  return good(kept.length === 4 ? kept.join('.') : `${kept.join('.')}.*`);
}

/** Who may connect: an IPv4 address, a network (`10.1.7.0/24`) or a host name. */
export function readAccessEntry(text: string): Reading<string> {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') return bad({ kind: 'empty' });
  if (trimmed.includes('://')) return bad({ kind: 'is-url' });
  const network = /^([^/]*)\/(.*)$/.exec(trimmed);
  if (network !== null) {
    const length = /^\d{1,2}$/.test(network[2] ?? '') ? Number(network[2]) : 33;
    return isIPv4(network[1] ?? '') && length <= 32 ? good(trimmed) : bad({ kind: 'not-a-network' });
  }
  if (trimmed.includes(':')) return bad({ kind: 'has-port' });
  const problem = hostProblem(trimmed);
  return problem === undefined ? good(trimmed) : bad(problem);
}

/** A whole number between two limits, both included. */
export function readNumber(text: string, min: number, max: number): Reading<number> {
  const digits = text.trim();
  if (digits === '') return bad({ kind: 'empty' });
  const value = /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;
  return value >= min && value <= max ? good(value) : bad({ kind: 'number-range', min, max });
}

/** A workstation name as Windows takes it, at most 15 characters (MS-NBTE 2.2.1); empty is the name of this Mac. */
export function readWorkstation(text: string): Reading<string> {
  const name = text.trim();
  if (name.length > 15) return bad({ kind: 'too-long', limit: 15 });
  const wrong = /[\s\\/:*?"<>|.]/.exec(name)?.[0];
  return wrong === undefined ? good(name) : bad({ kind: 'bad-character', character: wrong });
}
