import { encodeRequestHead } from '../http1/head-writer';
import { headerValue } from '../http1/headers';
import type { HeaderList } from '../http1/message-head';
import type { Answer, HttpConnection } from './http-connection';
import { OutgoingRequest } from './outgoing-request';

function encodeHead(
  method: string,
  target: string,
  headers: HeaderList,
  credentials: string | undefined,
): string {
  return encodeRequestHead({
    method,
    target,
    minorVersion: 1,
    headers: [
      ...headers,
      'Proxy-Connection',
      'Keep-Alive',
      ...(credentials === undefined ? [] : ['Proxy-Authorization', credentials]),
    ],
  });
}

/** The head of a type 1 request that stands in for a request with a body: no framing, no expectation. */
function probeHeaders(headers: HeaderList): string[] {
  const kept: string[] = [];
  for (const name of ['Host', 'User-Agent', 'Via']) {
    const value = headerValue(headers, name);
    if (value !== undefined) kept.push(name, value);
  }
  return kept;
}

/**
 * Sends the first request of a sign-in: itself when it has no body, else a HEAD of the same target, so that nothing is ever
 * carried out twice or with an empty body.
 *
 * @param credentials the value of Proxy-Authorization; undefined: none
 * @param answerMs for the head of the answer; undefined: no limit
 */
export function exchangeFirst(
  connection: HttpConnection,
  request: OutgoingRequest,
  credentials: string | undefined,
  answerMs: number | undefined,
): Promise<Answer> {
  const { method, headers } =
    request.body === undefined ? request : { method: 'HEAD', headers: probeHeaders(request.headers) };
  return connection.exchange(method, encodeHead(method, request.target, headers, credentials), answerMs);
}

/** Sends a request as a company proxy gets it, with its body if it has one. @param credentials and @param answerMs as above */
export function exchangeWhole(
  connection: HttpConnection,
  { method, target, headers, body, onInformational }: OutgoingRequest,
  credentials: string | undefined,
  answerMs: number | undefined,
): Promise<Answer> {
  const head = encodeHead(method, target, headers, credentials);
  return connection.exchange(method, head, answerMs, body, onInformational);
}

/** A HEAD of the same URL: what a logon is made with where the request itself must not wait behind one. */
export function headOf({ target, headers }: OutgoingRequest): OutgoingRequest {
  return new OutgoingRequest('HEAD', target, probeHeaders(headers));
}
