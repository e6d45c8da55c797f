import { withoutNames } from '../http1/headers';
import type { RequestHead } from '../http1/message-head';
import type { LocalAnswer } from './local-answer';

/** Never shown to whoever asks a TRACE (RFC 9110, 9.3.8). */
const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);
const nothing: Buffer = Buffer.alloc(0);

/** The answer to a request that may not be forwarded any more (RFC 9110, 7.6.2): as if this were its origin. */
export function lastAnswer({ method, target, minorVersion, headers }: RequestHead): LocalAnswer {
  if (method === 'OPTIONS') {
    const methods = 'GET, HEAD, POST, PUT, DELETE, OPTIONS, TRACE, CONNECT';
    return { status: 200, headers: ['Allow', methods, 'Content-Length', '0'], body: nothing };
  }
  const shown = withoutNames(headers, secretHeaders);
  const lines = shown.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
  const body = Buffer.from(`${method} ${target} HTTP/1.${minorVersion}\r\n${lines}\r\n`, 'latin1');
  const length = String(body.length);
  return { status: 200, headers: ['Content-Type', 'message/http', 'Content-Length', length], body };
}
