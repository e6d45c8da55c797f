import type { Readable } from 'node:stream';
import type { HeaderList } from '../http1/message-head';
/** What a body is written to: a connection that pushes back. */
export interface UploadTarget {
  /** Writes bytes; false asks to wait until `resumeUpload` of the body is called. */
  write(bytes: Buffer | string): boolean;
  /** The whole request has been written. */
  uploadFinished(): void;
}
/**
 * A client's request body on its way to the next hop: streamed, never held whole. Nothing is read before
 * `sendTo`, so that a handshake can be done first; the first 64 KiB are remembered, so that a request which
 * met a stale connection can be repeated.
 */
export declare class UploadBody {
  #private;
  /**
   * @param source the client's request; its end is the body's end
   * @param framing `length` when the request head has a Content-Length, else the chunked coding is applied
   * @param trailers asked for after the end; sent only with the chunked coding
   */
  constructor(source: Readable, framing: 'length' | 'chunked', trailers?: () => HeaderList);
  /** Whether everything that was read so far can be sent again. */
  get canReplay(): boolean;
  /** Whether the last byte has been handed to a target. */
  get isFinished(): boolean;
  /** Starts, or starts again on another connection. The caller has checked `canReplay` when it is not the first time. */
  sendTo(target: UploadTarget): void;
  /** Stops writing to the target, as its connection has ended. What the client sends meanwhile waits. */
  detach(): void;
  /** Lets the rest of the body flow to nowhere: the answer has been given without it. */
  discard(): void;
  /** To be called when the target can take more. */
  resumeUpload(): void;
}
