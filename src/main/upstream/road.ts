import type { Answer, HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';

/** A way to get a request answered: through the company proxies, or straight to the origin. */
export interface Road {
  /**
   * Gets the head of the final answer; never a 407 of an upstream. The caller then either reads the body with
   * `readBody`, or takes the connection for a tunnel with `answer.connection.detach`.
   *
   * @throws UpstreamError whatever its code; nothing has been sent to the client then
   */
  send(request: OutgoingRequest): Promise<Answer>;
  /**
   * The same over this very connection, of an earlier answer, that an origin may have signed in: never over another.
   *
   * @throws UpstreamError closed-early when the connection is of no use any more, and others as `send`
   */
  sendOver(connection: HttpConnection, request: OutgoingRequest): Promise<Answer>;
  /** Takes the connection back once its answer was read to the end. */
  release(answer: Answer, isReusable: boolean): void;
}
