import { encodeRequestHead } from '../http1/head-writer';
import type { Answer, HttpConnection } from '../upstream/http-connection';
import { OutgoingRequest } from '../upstream/outgoing-request';

/** What asks a proxy for a page: a GET, or a CONNECT for https. */
export function requestFor(url: URL): OutgoingRequest {
  if (url.protocol === 'http:') {
    const headers = ['Host', url.host, 'User-Agent', 'latchkey', 'Accept', '*/*'];
    return new OutgoingRequest('GET', url.href, headers);
  }
  const authority = `${url.hostname}:${url.port || '443'}`;
  return new OutgoingRequest('CONNECT', authority, ['Host', authority, 'User-Agent', 'latchkey']);
}

/** Asks for a page without credentials. @param timeoutMs up to the end of the answer's head @throws UpstreamError */
export function ask(connection: HttpConnection, url: URL, timeoutMs: number): Promise<Answer> {
  const { method, target, headers } = requestFor(url);
  return connection.exchange(
    method,
    encodeRequestHead({ method, target, headers, minorVersion: 1 }),
    timeoutMs,
  );
}
