import { trimWhitespace } from './field-syntax';
import type { HeaderList, RequestHead, ResponseHead } from './message-head';

/** The values of all lines with this name, which is compared without regard to case. */
export function headerValues(headers: HeaderList, name: string): string[] {
  const values: string[] = [];
  const wanted = name.toLowerCase();
  for (let at = 0; at < headers.length; at += 2) {
    if (isSame(headers[at], wanted)) values.push(headers[at + 1] ?? '');
  }
  return values;
}

/** The value of the first line with this name. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (let at = 0; at < headers.length; at += 2) {
    if (isSame(headers[at], wanted)) return headers[at + 1];
  }
  return undefined;
}

/** The members of a list over all lines with this name, trimmed, without empty ones (RFC 9110, 5.6.1.2). */
export function listMembers(headers: HeaderList, name: string): string[] {
  const members: string[] = [];
  for (const value of headerValues(headers, name)) {
    let start = 0;
    for (let at = 0; at <= value.length; at += 1) {
      const code = value.charCodeAt(at);
      if (code === 0x22) at = quotedStringEnd(value, at);
      else if (code === 0x2c || at === value.length) {
        addMember(members, value.slice(start, at));
        start = at + 1;
      }
    }
    // A quoted string that is never closed reaches to the end of the value.
    if (start < value.length) addMember(members, value.slice(start));
  }
  return members;
}

/** Whether a member of the list is this token, without regard to case. */
export function hasToken(headers: HeaderList, name: string, token: string): boolean {
  const wanted = token.toLowerCase();
  return listMembers(headers, name).some((member) => isSame(member, wanted));
}

/** Fields that concern one connection only (RFC 9110, 7.6.1; Trailer is not among them: trailers are forwarded). */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/**
 * A recipient must remove what the Connection header names (RFC 9110, 7.6.1), and a sender must not name a field
 * that is meant for all recipients. These stay although they are named: without Host or Content-Length the next
 * hop would read another request than this one did, and without the others the content would mean something
 * else. (Transfer-Encoding always goes; whoever writes the message frames it anew.)
 */
const neverNominated: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'content-range',
  'cache-control',
]);

/** The header lines that are forwarded: all but the hop-by-hop ones and those that Connection names. */
export function withoutHopByHop(headers: HeaderList): string[] {
  const removed = new Set(hopByHop);
  for (const option of listMembers(headers, 'connection')) {
    const name = option.toLowerCase();
    if (!neverNominated.has(name)) removed.add(name);
  }
  return withoutNames(headers, removed);
}

/**
 * Fields that have no business in a trailer section: they frame, route, authenticate or control the message, or tell
 * how its content is to be read, and who merges them into the headers would be misled (RFC 9110, 6.5.1; the groups of
 * RFC 7230, 4.1.2).
 */
const neverTrailers: ReadonlySet<string> = new Set([
  // Framing and routing
  'content-length',
  'host',
  'trailer',
  'via',
  // Authentication
  'authorization',
  'authentication-info',
  'cookie',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'set-cookie',
  'www-authenticate',
  // Controls of requests and responses
  'age',
  'cache-control',
  'date',
  'expect',
  'expires',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'location',
  'max-forwards',
  'pragma',
  'range',
  'retry-after',
  'vary',
  'warning',
]);

/** Made for trailers (RFC 9530, 2), unlike all other fields about the content. */
const contentDigest = 'content-digest';

/** The trailers that may be passed on: neither hop-by-hop fields nor such as mean something in the headers only. */
export function forwardableTrailers(trailers: HeaderList): string[] {
  const kept: string[] = [];
  const lines = withoutHopByHop(trailers);
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at] ?? '';
    const lowerCase = name.toLowerCase();
    const isOfContent = lowerCase.startsWith('content-') && lowerCase !== contentDigest;
    if (!isOfContent && !neverTrailers.has(lowerCase)) kept.push(name, lines[at + 1] ?? '');
  }
  return kept;
}

const proxyAuthentication: ReadonlySet<string> = new Set([
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
]);

/** The header lines but those that a proxy consumes when it signs in or asks for it (RFC 9110, 11.7). */
export function withoutProxyAuthentication(headers: HeaderList): string[] {
  return withoutNames(headers, proxyAuthentication);
}

/**
 * Whether the connection stays open after this message (RFC 9112, 9.3), as far as its head tells: a body until
 * close ends it all the same. Proxy-Connection counts beside Connection, since HTTP/1.0 proxies and their clients
 * say it there; close on either wins.
 */
export function keepsAlive(head: RequestHead | ResponseHead): boolean {
  const options = [
    ...listMembers(head.headers, 'connection'),
    ...listMembers(head.headers, 'proxy-connection'),
  ];
  if (options.some((option) => isSame(option, 'close'))) return false;
  return head.minorVersion === 1 || options.some((option) => isSame(option, 'keep-alive'));
}

/** The header lines whose names, in lower case, are not in a set. */
export function withoutNames(headers: HeaderList, removed: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    if (!removed.has(name.toLowerCase())) kept.push(name, headers[at + 1] ?? '');
  }
  return kept;
}

function isSame(text: string | undefined, lowerCase: string): boolean {
  return text !== undefined && text.length === lowerCase.length && text.toLowerCase() === lowerCase;
}

/** Where the quote is that closes the quoted string (RFC 9110, 5.6.4); the end of the value if it has none. */
function quotedStringEnd(value: string, start: number): number {
  for (let at = start + 1; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) return at;
  }
  return value.length;
}

function addMember(members: string[], text: string): void {
  const member = trimWhitespace(text);
  if (member !== '') members.push(member);
}
