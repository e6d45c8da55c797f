import type { HeaderList } from '../http1/message-head';
import type { UpstreamError } from './upstream-error';

/** Who takes the body of an answer. Exactly one of `end` and `fail` is called, once. */
export interface BodySink {
  /** A piece of the body. To slow down, call `pause` and `resume` of the answer. */
  data(chunk: Buffer): void;
  end(trailers: HeaderList): void;
  fail(error: UpstreamError): void;
}
