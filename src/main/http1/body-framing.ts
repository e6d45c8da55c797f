import { trimWhitespace } from './field-syntax';
import { headerValues } from './headers';
import { Http1Error } from './http1-error';
import type { RequestHead, ResponseHead } from './message-head';

/** How long the body of a message is (RFC 9112, 6.3). */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length' /** In bytes, 0 included. */; readonly length: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

const none: BodyFraming = { kind: 'none' };
const chunked: BodyFraming = { kind: 'chunked' };
const untilClose: BodyFraming = { kind: 'until-close' };

/**
 * The framing of a request. What two recipients could read as requests of different length is refused
 * (RFC 9112, 11.2).
 *
 * @throws Http1Error bad-framing
 */
export function requestFraming(head: RequestHead): BodyFraming {
  const framing = declaredFraming(head) ?? none;
  if (framing === untilClose) throw badFraming('a request whose last transfer coding is not chunked');
  // Some recipients take what follows a CONNECT as the tunnel at once, others as the body first.
  if (
    head.method === 'CONNECT' &&
    (framing === chunked || (framing.kind === 'length' && framing.length > 0))
  ) {
    throw badFraming('a CONNECT request with a body');
  }
  return framing;
}

/**
 * The framing of the response to a request of this method.
 *
 * @throws Http1Error bad-framing
 */
export function responseFraming(head: ResponseHead, requestMethod: string): BodyFraming {
  const { status } = head;
  if (requestMethod === 'HEAD' || status < 200 || status === 204 || status === 304) return none;
  if (requestMethod === 'CONNECT' && status < 300) return none;
  return declaredFraming(head) ?? untilClose;
}

function declaredFraming(head: RequestHead | ResponseHead): BodyFraming | undefined {
  const { headers } = head;
  const lengths = headerValues(headers, 'content-length');
  const codings = headerValues(headers, 'transfer-encoding');
  if (codings.length === 0) {
    return lengths.length === 0 ? undefined : { kind: 'length', length: contentLength(lengths) };
  }
  if (lengths.length > 0) throw badFraming('Content-Length together with Transfer-Encoding');
  if (head.minorVersion === 0) throw badFraming('Transfer-Encoding in a message of HTTP/1.0');
  return transferCoding(codings);
}

/**
 * Only chunked itself is undone here, and Transfer-Encoding is not forwarded: a body in another coding (which
 * nobody asked for, as no TE is sent) would reach its recipient without a name. So it is refused, and so is a list
 * with empty members, which not every recipient skips.
 */
function transferCoding(lines: readonly string[]): BodyFraming {
  if (lines.length !== 1) throw badFraming('more than one Transfer-Encoding');
  const coding = lines[0]?.toLowerCase();
  if (coding === 'chunked') return chunked;
  // Of RFC 2616: no coding at all.
  if (coding === 'identity') return untilClose;
  throw badFraming('a transfer coding other than chunked');
}

/** Equal values, in one line or several, count as one (RFC 9112, 6.3, item 5). */
function contentLength(lines: readonly string[]): number {
  const [first = '', ...others] = lines
    .flatMap((line) => line.split(','))
    .map((value) => trimWhitespace(value));
  if (others.some((other) => other !== first)) throw badFraming('different values of Content-Length');
  const length = Number(first);
  if (!/^[0-9]+$/.test(first) || !Number.isSafeInteger(length)) {
    throw badFraming('a Content-Length that is not a number of bytes');
  }
  return length;
}

function badFraming(message: string): Http1Error {
  return new Http1Error('bad-framing', message);
}
