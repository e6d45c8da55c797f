export type Http1ErrorCode =
  /** The bytes of a head or a trailer section exceed the limit. */
  | 'head-too-large'
  /** The lines of a head or a trailer section exceed the limit. */
  | 'too-many-lines'
  /** Neither a request line nor a status line of HTTP/1.x. */
  | 'bad-start-line'
  /** A field line that RFC 9112, 5 does not allow. */
  | 'bad-header'
  /** The length of the body is ambiguous or unknown (RFC 9112, 6.3). */
  | 'bad-framing'
  /** Not the chunked coding of RFC 9112, 7.1. */
  | 'bad-chunk'
  /** The connection ended before the message did (RFC 9112, 8). */
  | 'incomplete';
/** Bytes that are not HTTP/1.1, or a message that must not be written. The message quotes no field value. */
export declare class Http1Error extends Error {
  readonly code: Http1ErrorCode;
  readonly name = 'Http1Error';
  constructor(code: Http1ErrorCode, message: string);
}
