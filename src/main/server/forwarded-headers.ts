import { withoutHopByHop, withoutNames } from '../http1/headers';
import type { HeaderList } from '../http1/message-head';

/** Meant for the next hop alone, or replaced: never passed on as the client wrote it. */
const requestHeadersConsumed: ReadonlySet<string> = new Set(['host', 'proxy-authorization']);
const responseHeadersConsumed: ReadonlySet<string> = new Set([
  'proxy-authenticate',
  'proxy-authentication-info',
]);
const responseHeadersWithTrailer: ReadonlySet<string> = new Set([...responseHeadersConsumed, 'trailer']);

/**
 * The headers that a request carries to the next hop (RFC 9110, 7.6): without hop-by-hop headers, with the Host
 * of its target in front (RFC 9112, 3.2.2) and a Via entry behind. A client's own Proxy-Authorization is meant
 * for Latchkey, which asks for none: it is dropped, so that it can never become a bad logon.
 *
 * @param via pseudonym of this proxy
 */
export function forwardedRequestHeaders(rawHeaders: HeaderList, host: string, via: string): string[] {
  const kept = withoutNames(withoutHopByHop(rawHeaders), requestHeadersConsumed);
  return ['Host', host, ...kept, 'Via', `1.1 ${via}`];
}

/**
 * The headers of an answer on their way to the client.
 *
 * @param minorVersion of the answer as it was received
 * @param hasTrailers whether trailers can follow; without them the Trailer header would announce nothing
 */
export function forwardedResponseHeaders(
  headers: HeaderList,
  minorVersion: 0 | 1,
  via: string,
  hasTrailers: boolean,
): string[] {
  const kept = withoutNames(
    withoutHopByHop(headers),
    hasTrailers ? responseHeadersConsumed : responseHeadersWithTrailer,
  );
  kept.push('Via', `1.${minorVersion} ${via}`);
  return kept;
}

/** Whether a Via header names this proxy: the request has been here before (RFC 9110, 7.6.3). */
export function hasPassedThrough(viaHeader: string | undefined, via: string): boolean {
  return viaHeader !== undefined && viaHeader.split(/[\s,]+/).includes(via);
}
