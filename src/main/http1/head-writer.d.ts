import type { HeaderList, RequestHead, ResponseHead } from './message-head';
/**
 * The head as a latin1 string, for `socket.write(text, 'latin1')`.
 *
 * @throws Http1Error bad-start-line, bad-header when a part would not be read as that part: a line break in it,
 *   or a character that becomes one in latin1
 */
export declare function encodeRequestHead(head: Omit<RequestHead, 'kind'>): string;
/**
 * The head as a latin1 string, for `socket.write(text, 'latin1')`.
 *
 * @throws Http1Error bad-start-line, bad-header as `encodeRequestHead` does
 */
export declare function encodeResponseHead(head: Omit<ResponseHead, 'kind'>): string;
/**
 * What goes before the data of a chunk (RFC 9112, 7.1); behind the data goes CRLF.
 *
 * @param length of the data in bytes, not 0: that would be the last chunk
 * @throws Http1Error bad-chunk
 */
export declare function chunkPrefix(length: number): string;
/**
 * The last chunk with the trailer section (RFC 9112, 7.1.2): the end of a chunked body.
 *
 * @throws Http1Error bad-header
 */
export declare function lastChunk(trailers?: HeaderList): string;
