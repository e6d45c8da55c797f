export type Http1ErrorCode =
  /** The bytes of a head or a trailer section exceed the limit. */
  | 'head-too-large'
  /** The lines of a head or a trailer section exceed the limit. */
  | 'too-many-lines'
  /** Neither a request line nor a status line of HTTP/1.x. */
  | 'bad-start-line'
  /** A request line of another version of HTTP than 1.x: for 505 (RFC 9110, 15.6.6). */
  | 'bad-version'
  /** A field line that RFC 9112, 5 does not allow. */
  | 'bad-header'
  /** Not the one Host that a request must have (RFC 9112, 3.2). */
  | 'bad-host'
  /** The length of the body is ambiguous or unknown (RFC 9112, 6.3). */
  | 'bad-framing'
  /** The length is certain, but a transfer coding of a request is not understood: for 501 (RFC 9112, 6.1). */
  | 'unknown-coding'
  /** Not the chunked coding of RFC 9112, 7.1. */
  | 'bad-chunk'
  /** The connection ended before the message did (RFC 9112, 8). */
  | 'incomplete';

/** Bytes that are not HTTP/1.1, or a message that must not be written. The message quotes no field value. */
export class Http1Error extends Error {
  override readonly name = 'Http1Error';

  /** @param status of the answer whose status line was good, when what came behind it is not */
  constructor(
    readonly code: Http1ErrorCode,
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}
