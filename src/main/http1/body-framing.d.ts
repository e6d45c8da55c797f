import type { RequestHead, ResponseHead } from './message-head';
/** How long the body of a message is (RFC 9112, 6.3). */
export type BodyFraming =
  | {
      readonly kind: 'none';
    }
  | {
      readonly kind: 'length' /** In bytes, 0 included. */;
      readonly length: number;
    }
  | {
      readonly kind: 'chunked';
    }
  | {
      readonly kind: 'until-close';
    };
/**
 * The framing of a request. What two recipients could read as requests of different length is refused
 * (RFC 9112, 11.2).
 *
 * @throws Http1Error bad-framing
 */
export declare function requestFraming(head: RequestHead): BodyFraming;
/**
 * The framing of the response to a request of this method.
 *
 * @throws Http1Error bad-framing
 */
export declare function responseFraming(head: ResponseHead, requestMethod: string): BodyFraming;
