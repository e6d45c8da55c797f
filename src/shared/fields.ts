import {
  formatListen,
  formatRule,
  formatTunnel,
  parseHeader,
  parseListen,
  parsePort,
  parseRule,
  parseTunnel,
} from './address-text';
import { isIPv4, isIPv6 } from './ip-address';
import { readPacSource } from './pac';
import { type Account, type HostPort, isSocksName, isSocksPassword, type Upstream } from './settings';

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
  | { readonly kind: 'not-a-pac' }
  | { readonly kind: 'not-an-account' }
  | { readonly kind: 'is-url' }
  | { readonly kind: 'has-port' }
  | { readonly kind: 'not-a-network' }
  | { readonly kind: 'not-a-range' }
  | { readonly kind: 'number-range'; readonly min: number; readonly max: number }
  | { readonly kind: 'too-long'; readonly limit: number }
  | { readonly kind: 'bad-character'; readonly character: string }
  /** Neither a port nor `address:port`. */
  | { readonly kind: 'not-a-place' }
  | { readonly kind: 'not-a-tunnel' }
  | { readonly kind: 'not-a-header' }
  /** A header that a proxy writes itself. */
  | { readonly kind: 'header-reserved' }
  | { readonly kind: 'not-a-rule' }
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
  const port = parsePort(digits);
  return port === undefined ? bad({ kind: 'port-range' }) : good(port);
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

/** A company proxy as `readHostPort`, or `https://host:port` of one that is spoken to over TLS. */
export function readUpstream(text: string): Reading<Upstream> {
  const bare = text.trim();
  const rest = /^https:\/\/([^/]*)\/?$/i.exec(bare)?.[1];
  if (rest === undefined) return readHostPort(bare);
  const reading = readHostPort(rest);
  if (reading.kind === 'good') return good({ ...reading.value, isTls: true });
  const { problem } = reading;
  return problem.kind === 'port-missing' ? bad({ ...problem, proposed: `https://${rest}:443` }) : reading;
}

/** Where a PAC is: an http or https URL, or the whole path of a file. */
export function readPac(text: string): Reading<string> {
  const trimmed = text.trim();
  if (trimmed === '') return bad({ kind: 'empty' });
  const source = readPacSource(trimmed);
  return source?.kind === 'url' || source?.kind === 'file' ? good(trimmed) : bad({ kind: 'not-a-pac' });
}

/** Whether a text that may be a company proxy means a PAC: a file, or a URL that is more than a host. */
export function isPac(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.startsWith('/') || /^https?:\/\/[^/]+\/./i.test(trimmed);
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

/** Who may connect: an address, a network (`10.1.7.0/24`, `2001:db8::/32`) or a host name. */
export function readAccessEntry(text: string): Reading<string> {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '') return bad({ kind: 'empty' });
  if (trimmed.includes('://')) return bad({ kind: 'is-url' });
  const network = /^([^/]*)\/(.*)$/.exec(trimmed);
  if (network !== null) {
    const length = /^\d{1,3}$/.test(network[2] ?? '') ? Number(network[2]) : 129;
    if (isIPv6(network[1] ?? '') && length <= 128) return good(trimmed);
    return isIPv4(network[1] ?? '') && length <= 32 ? good(trimmed) : bad({ kind: 'not-a-network' });
  }
  if (isIPv6(trimmed)) return good(trimmed);
  if (trimmed.includes(':')) return bad({ kind: 'has-port' });
  const problem = hostProblem(trimmed);
  return problem === undefined ? good(trimmed) : bad(problem);
}

/** A further place to listen: `port`, `address:port`, or `*:port` for every address. */
export function readListenEntry(text: string): Reading<string> {
  const trimmed = text.trim();
  if (trimmed === '') return bad({ kind: 'empty' });
  const place = parseListen(trimmed);
  return place === undefined ? bad({ kind: 'not-a-place' }) : good(formatListen(place));
}

/** A tunnel: `port:host:port`, with an address in front where it is not for this Mac alone. */
export function readTunnelEntry(text: string): Reading<string> {
  const trimmed = text.trim();
  if (trimmed === '') return bad({ kind: 'empty' });
  const tunnel = parseTunnel(trimmed);
  return tunnel === undefined ? bad({ kind: 'not-a-tunnel' }) : good(formatTunnel(tunnel));
}

/** The name of a user of SOCKS5. */
export function readSocksName(text: string): Reading<string> {
  const name = text.trim();
  if (name === '') return bad({ kind: 'empty' });
  if (isSocksName(name)) return good(name);
  const wrong = /[:\p{Cc}]/u.exec(name)?.[0];
  return bad(
    wrong === undefined ? { kind: 'too-long', limit: 255 } : { kind: 'bad-character', character: wrong },
  );
}

/** The password of a user of SOCKS5, as it is typed. */
export function readSocksPassword(text: string): Reading<string> {
  if (text === '') return bad({ kind: 'empty' });
  return isSocksPassword(text) ? good(text) : bad({ kind: 'too-long', limit: 255 });
}

/** A header: `Name: value`. */
export function readHeaderEntry(text: string): Reading<string> {
  const trimmed = text.trim();
  if (trimmed === '') return bad({ kind: 'empty' });
  const reading = parseHeader(trimmed);
  if (reading.kind === 'reserved') return bad({ kind: 'header-reserved' });
  return reading.kind === 'bad'
    ? bad({ kind: 'not-a-header' })
    : good(`${reading.header.name}: ${reading.header.value}`);
}

/** A rule of who may connect: `allow 10.1.0.0/16`, `deny *`. */
export function readRuleEntry(text: string): Reading<string> {
  const trimmed = text.trim();
  if (trimmed === '') return bad({ kind: 'empty' });
  const rule = parseRule(trimmed);
  return rule === undefined ? bad({ kind: 'not-a-rule' }) : good(formatRule(rule));
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
