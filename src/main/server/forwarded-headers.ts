import { type BodyFraming, normaliseContentLength } from '../http1/body-framing';
import { headerValue, headerValues, withoutHopByHop, withoutNames } from '../http1/headers';
import type { HeaderList, RequestHead, ResponseHead } from '../http1/message-head';
import type { HeaderSetting } from '../../shared/settings';
import type { Answer } from '../upstream/http-connection';
import { offersConnectionSignIn } from './origin-sign-in';

/** Meant for the next hop alone, or replaced: never passed on as the client wrote it. */
const requestHeadersConsumed: ReadonlySet<string> = new Set(['host', 'proxy-authorization']);
const responseHeadersConsumed: ReadonlySet<string> = new Set([
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-support',
]);
const responseHeadersWithTrailer: ReadonlySet<string> = new Set([...responseHeadersConsumed, 'trailer']);
const interimHeadersConsumed: ReadonlySet<string> = new Set([
  ...responseHeadersWithTrailer,
  'content-length',
]);
const maxForwards: ReadonlySet<string> = new Set(['max-forwards']);

/**
 * The headers that a request carries to the next hop (RFC 9110, 7.6): without hop-by-hop headers, with the Host of its target
 * in front (RFC 9112, 3.2.2), the framing of its body, and a Via entry behind. A client's own Proxy-Authorization is meant
 * for Latchkey (`ClientAccounts`), whether that asks for one or not: it is dropped, so that it can never become a bad logon by itself.
 *
 * @param via pseudonym of this proxy
 */
export function forwardedRequestHeaders(
  { method, headers, minorVersion }: RequestHead,
  framing: BodyFraming,
  host: string,
  via: string,
): string[] {
  const lines = normaliseContentLength(withoutHopByHop(headers), framing);
  const forwarded = ['Host', host, ...withoutNames(lines, requestHeadersConsumed)];
  if (framing.kind === 'chunked') forwarded.push('Transfer-Encoding', 'chunked');
  forwarded.push('Via', `1.${minorVersion} ${via}`);
  const left = forwardsLeft(method, headers);
  return left === undefined
    ? forwarded
    : [...withoutNames(forwarded, maxForwards), 'Max-Forwards', String(left - 1)];
}

/** Puts a value in place of the first header of its name and drops the others of it, or adds it; of one name the first counts. */
export function withHeaders(headers: HeaderList, set: readonly HeaderSetting[]): string[] {
  const result = [...headers];
  const done = new Set<string>();
  for (const { name, value } of set) {
    const wanted = name.toLowerCase();
    if (done.has(wanted)) continue;
    done.add(wanted);
    let isPlaced = false;
    for (let at = 0; at < result.length; ) {
      if (result[at]?.toLowerCase() !== wanted) at += 2;
      else if (isPlaced) result.splice(at, 2);
      else {
        result.splice(at, 2, name, value);
        isPlaced = true;
        at += 2;
      }
    }
    if (!isPlaced) result.push(name, value);
  }
  return result;
}

/**
 * How often a TRACE or OPTIONS request may still be forwarded (RFC 9110, 7.6.2); undefined when nothing limits it. With 0 it
 * is to be answered here.
 */
export function forwardsLeft(method: string, headers: HeaderList): number | undefined {
  if (method !== 'TRACE' && method !== 'OPTIONS') return undefined;
  const value = headerValue(headers, 'max-forwards');
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

/** The two hop-by-hop headers that carry an upgrade on to the next hop (RFC 9110, 7.8), and the settings of h2c. */
export function upgradeHeaders(headers: HeaderList): string[] {
  const forwarded = ['Connection', 'Upgrade', 'Upgrade', headerValues(headers, 'upgrade').join(', ')];
  const settings = headerValue(headers, 'http2-settings');
  if (settings === undefined) return forwarded;
  forwarded[1] = 'Upgrade, HTTP2-Settings';
  return [...forwarded, 'HTTP2-Settings', settings];
}

/** The protocols that an answer switches to, or wants to be asked for. */
function namedProtocols(headers: HeaderList): string[] {
  return headerValue(headers, 'upgrade') === undefined ? [] : upgradeHeaders(headers);
}

/**
 * The headers of an answer on their way to the client.
 *
 * @param date for an answer without one (RFC 9110, 6.6.1)
 * @param hasTrailers whether trailers can follow; without them the Trailer header would announce nothing
 */
export function forwardedResponseHeaders(
  { head: { headers, minorVersion, status }, framing }: Pick<Answer, 'head' | 'framing'>,
  via: string,
  date: string,
  hasTrailers: boolean,
): string[] {
  const consumed = hasTrailers ? responseHeadersConsumed : responseHeadersWithTrailer;
  const lines = normaliseContentLength(withoutHopByHop(headers), framing, status);
  const kept = withoutNames(lines, consumed);
  if (headerValue(kept, 'date') === undefined) kept.push('Date', date);
  // It names what the server wants to be asked for (RFC 9110, 15.5.22).
  if (status === 426) kept.push(...namedProtocols(headers));
  // RFC 4559, 6: what the client is to be told before it signs in its connection through a proxy.
  if (offersConnectionSignIn(headers)) kept.push('Proxy-Support', 'Session-Based-Authentication');
  kept.push('Via', `1.${minorVersion} ${via}`);
  return kept;
}

/** The same for an answer of 1xx (RFC 9110, 15.2): nothing follows it, whatever its head says. */
export function forwardedInterimHeaders(
  { headers, minorVersion, status }: ResponseHead,
  via: string,
): string[] {
  const kept = withoutNames(withoutHopByHop(headers), interimHeadersConsumed);
  if (status === 101) kept.push(...namedProtocols(headers));
  kept.push('Via', `1.${minorVersion} ${via}`);
  return kept;
}

/** Whether a Via header names this proxy: the request has been here before (RFC 9110, 7.6.3). */
export function hasPassedThrough(headers: HeaderList, via: string): boolean {
  return headerValues(headers, 'via').some((value) => value.split(/[\s,]+/).includes(via));
}
