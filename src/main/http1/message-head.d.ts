/**
 * Field lines in their order on the wire, flat: `[name, value, name, value, ...]`, the form of Node's
 * `rawHeaders`. Names keep their case; values are latin1 without the white space around them.
 */
export type HeaderList = readonly string[];
/** The request line and header section of a request (RFC 9112, 3). */
export interface RequestHead {
  readonly kind: 'request';
  readonly method: string;
  /** As it was sent, in any of the four forms of RFC 9112, 3.2. */
  readonly target: string;
  /** x of HTTP/1.x. */
  readonly minorVersion: 0 | 1;
  readonly headers: HeaderList;
}
/** The status line and header section of a response (RFC 9112, 4). */
export interface ResponseHead {
  readonly kind: 'response';
  /** 100 to 999. */
  readonly status: number;
  /** May be empty. */
  readonly reason: string;
  /** x of HTTP/1.x. */
  readonly minorVersion: 0 | 1;
  readonly headers: HeaderList;
}
