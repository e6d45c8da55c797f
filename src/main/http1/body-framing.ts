import { isToken, trimWhitespace } from './field-syntax';
import { headerValues, withoutNames } from './headers';
import { Http1Error } from './http1-error';
import type { HeaderList, RequestHead, ResponseHead } from './message-head';

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
 * (RFC 9112, 11.2). A CONNECT has no body, whatever its head says: the bytes behind it belong to the tunnel, and
 * without one the connection must end, as others take them for a body (RFC 9110, 9.3.6).
 *
 * @throws Http1Error bad-framing, unknown-coding
 */
export function requestFraming(head: RequestHead): BodyFraming {
  if (head.method === 'CONNECT') return none;
  const { headers } = head;
  const codings = headerValues(headers, 'transfer-encoding');
  if (codings.length === 0) return lengthFraming(headers) ?? none;
  const problem = codingProblem(head);
  if (problem !== undefined) throw new Http1Error('bad-framing', problem);
  if (isOnly(codings, 'chunked')) return chunked;
  const members = codings.flatMap((line) => line.split(',')).map((member) => trimWhitespace(member));
  const last = members.pop()?.toLowerCase();
  if (last !== 'chunked' || !members.every(isOtherCoding)) {
    throw new Http1Error('bad-framing', 'a request whose last transfer coding is not chunked');
  }
  // Only chunked is undone here, and Transfer-Encoding is not forwarded: a body in another coding would reach its
  // recipient without a name.
  throw new Http1Error('unknown-coding', 'a transfer coding besides chunked');
}

/**
 * The framing of the response to a request of this method.
 *
 * @throws Http1Error bad-framing, with the status
 */
export function responseFraming(head: ResponseHead, requestMethod: string): BodyFraming {
  const { status, headers } = head;
  if (requestMethod === 'HEAD' || status < 200 || status === 204 || status === 304) return none;
  if (requestMethod === 'CONNECT' && status < 300) return none;
  const codings = headerValues(headers, 'transfer-encoding');
  if (codings.length === 0) return lengthFraming(headers, status) ?? untilClose;
  const problem = codingProblem(head);
  if (problem !== undefined) throw new Http1Error('bad-framing', problem, status);
  if (isOnly(codings, 'chunked')) return chunked;
  // Of RFC 2616: no coding at all.
  if (isOnly(codings, 'identity')) return untilClose;
  // Nobody asked for another coding, as no TE is sent, and none is undone here. A list with empty members is not
  // read alike by all.
  throw new Http1Error('bad-framing', 'a transfer coding other than chunked', status);
}

/**
 * The header lines with one Content-Length at most, for whoever passes a message on. With a body of known length it
 * is that length; with another body, in 1xx and 204 (RFC 9110, 8.6) and in a request without a body there is none;
 * in answers to HEAD and 304 it is what was declared, unless that is no length. Unchanged lines are the same list.
 *
 * @param status of a response; undefined for a request
 */
export function normaliseContentLength(
  headers: HeaderList,
  framing: BodyFraming,
  status?: number,
): HeaderList {
  const lines = headerValues(headers, 'content-length');
  if (lines.length === 0) return headers;
  const length = forwardedLength(lines, framing, status);
  if (lines.length === 1 && lines[0] === length) return headers;
  if (length === undefined) return withoutNames(headers, lengthNames);
  return withoutNames(headers, lengthNames).concat('Content-Length', length);
}

const lengthNames: ReadonlySet<string> = new Set(['content-length']);

function forwardedLength(
  lines: readonly string[],
  framing: BodyFraming,
  status: number | undefined,
): string | undefined {
  if (framing.kind === 'length') return String(framing.length);
  const mayTell = framing.kind === 'none' && status !== undefined && status >= 200 && status !== 204;
  const length = mayTell ? parseContentLength(lines) : undefined;
  return typeof length === 'number' ? String(length) : undefined;
}

function isOnly(codings: readonly string[], coding: string): boolean {
  return codings.length === 1 && codings[0]?.toLowerCase() === coding;
}

/** Whether this is a transfer coding, perhaps with parameters, but not chunked. */
function isOtherCoding(member: string): boolean {
  const name = trimWhitespace(member.split(';', 1)[0] ?? '');
  return isToken(name) && name.toLowerCase() !== 'chunked';
}

/** Why a message must not have a Transfer-Encoding at all (RFC 9112, 6.1). */
function codingProblem({ headers, minorVersion }: RequestHead | ResponseHead): string | undefined {
  if (headerValues(headers, 'content-length').length > 0)
    return 'Content-Length together with Transfer-Encoding';
  return minorVersion === 0 ? 'Transfer-Encoding in a message of HTTP/1.0' : undefined;
}

/** @throws Http1Error bad-framing */
function lengthFraming(headers: HeaderList, status?: number): BodyFraming | undefined {
  const lines = headerValues(headers, 'content-length');
  if (lines.length === 0) return undefined;
  const length = parseContentLength(lines);
  if (typeof length === 'string') throw new Http1Error('bad-framing', length, status);
  return { kind: 'length', length };
}

/**
 * The length in bytes, or what is wrong with it. Equal values, in one line or several, count as one (RFC 9112, 6.3,
 * item 5).
 */
function parseContentLength(lines: readonly string[]): number | string {
  const [line = ''] = lines;
  if (lines.length === 1 && /^[0-9]{1,15}$/.test(line)) return Number(line);
  const [first = '', ...others] = lines
    .flatMap((line) => line.split(','))
    .map((value) => trimWhitespace(value));
  if (others.some((other) => other !== first)) return 'different values of Content-Length';
  const length = Number(first);
  const isLength = /^[0-9]+$/.test(first) && Number.isSafeInteger(length);
  return isLength ? length : 'a Content-Length that is not a number of bytes';
}
