import { isFieldText, isRequestTarget, isToken } from './field-syntax';
import { Http1Error } from './http1-error';
import type { HeaderList, RequestHead, ResponseHead } from './message-head';

/**
 * The head as a latin1 string, for `socket.write(text, 'latin1')`.
 *
 * @throws Http1Error bad-start-line, bad-header when a part would not be read as that part: a line break in it,
 *   or a character that becomes one in latin1
 */
export function encodeRequestHead(head: Omit<RequestHead, 'kind'>): string {
  if (!isToken(head.method) || !isRequestTarget(head.target)) {
    throw new Http1Error('bad-start-line', 'a method or target that cannot be written');
  }
  return `${head.method} ${head.target} HTTP/1.${head.minorVersion}\r\n${fieldLines(head.headers)}\r\n`;
}

/**
 * The head as a latin1 string, for `socket.write(text, 'latin1')`.
 *
 * @throws Http1Error bad-start-line, bad-header as `encodeRequestHead` does
 */
export function encodeResponseHead(head: Omit<ResponseHead, 'kind'>): string {
  const isStatus = Number.isInteger(head.status) && head.status >= 100 && head.status <= 999;
  if (!isStatus || !isFieldText(head.reason)) {
    throw new Http1Error('bad-start-line', 'a status or reason that cannot be written');
  }
  return `HTTP/1.${head.minorVersion} ${head.status} ${head.reason}\r\n${fieldLines(head.headers)}\r\n`;
}

/**
 * What goes before the data of a chunk (RFC 9112, 7.1); behind the data goes CRLF.
 *
 * @param length of the data in bytes, not 0: that would be the last chunk
 * @throws Http1Error bad-chunk
 */
export function chunkPrefix(length: number): string {
  if (!Number.isSafeInteger(length) || length <= 0) {
    throw new Http1Error('bad-chunk', `a chunk of ${length} bytes cannot be written`);
  }
  return `${length.toString(16)}\r\n`;
}

/**
 * The last chunk with the trailer section (RFC 9112, 7.1.2): the end of a chunked body.
 *
 * @throws Http1Error bad-header
 */
export function lastChunk(trailers: HeaderList = []): string {
  return `0\r\n${fieldLines(trailers)}\r\n`;
}

function fieldLines(headers: HeaderList): string {
  let text = '';
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const value = headers[at + 1] ?? '';
    if (!isToken(name)) throw new Http1Error('bad-header', 'a header name that is not a token');
    if (!isFieldText(value)) {
      throw new Http1Error('bad-header', `a character in the value of ${name} that cannot be written`);
    }
    text += `${name}: ${value}\r\n`;
  }
  return text;
}
