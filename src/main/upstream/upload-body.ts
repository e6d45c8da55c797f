import type { Readable } from 'node:stream';
import { chunkPrefix, lastChunk } from '../http1/head-writer';
import type { HeaderList } from '../http1/message-head';

/** What a body is written to: a connection that pushes back. */
export interface UploadTarget {
  /** Writes bytes; false asks to wait until `resumeUpload` of the body is called. */
  write(bytes: Buffer | string): boolean;
  /** The whole request has been written. */
  uploadFinished(): void;
}

/** A body of up to this many bytes can be sent a second time, when the first connection turns out to be dead. */
const replayLimitBytes = 64 * 1024;

/**
 * A client's request body on its way to the next hop: streamed, never held whole. Nothing is read before
 * `sendTo`, so that a handshake can be done first; the first 64 KiB are remembered, so that a request which
 * met a stale connection can be repeated.
 */
export class UploadBody {
  readonly #source: Readable;
  readonly #isChunked: boolean;
  readonly #trailers: () => HeaderList;
  #recorded: Buffer[] | undefined = [];
  #recordedBytes = 0;
  #target: UploadTarget | undefined;
  #isListening = false;
  #ended = false;

  /**
   * @param source the client's request; its end is the body's end
   * @param framing `length` when the request head has a Content-Length, else the chunked coding is applied
   * @param trailers asked for after the end; sent only with the chunked coding
   */
  constructor(source: Readable, framing: 'length' | 'chunked', trailers: () => HeaderList = () => []) {
    this.#source = source;
    this.#isChunked = framing === 'chunked';
    this.#trailers = trailers;
  }

  /** Whether everything that was read so far can be sent again. */
  get canReplay(): boolean {
    return this.#recorded !== undefined;
  }

  /** Whether the last byte has been handed to a target. */
  get isFinished(): boolean {
    return this.#ended && this.#target === undefined;
  }

  /** Starts, or starts again on another connection. The caller has checked `canReplay` when it is not the first time. */
  sendTo(target: UploadTarget): void {
    this.#target = target;
    for (const chunk of this.#recorded ?? []) this.#write(chunk);
    if (this.#ended) {
      this.#finish();
      return;
    }
    if (!this.#isListening) {
      this.#isListening = true;
      this.#source.on('data', this.#onData).on('end', this.#onEnd);
    } else {
      this.#source.resume();
    }
  }

  /** Stops writing to the target, as its connection has ended. What the client sends meanwhile waits. */
  detach(): void {
    if (this.#target === undefined) return;
    this.#target = undefined;
    this.#source.pause();
  }

  /** Lets the rest of the body flow to nowhere: the answer has been given without it. */
  discard(): void {
    this.#target = undefined;
    this.#recorded = undefined;
    this.#source.off('data', this.#onData).off('end', this.#onEnd);
    this.#source.resume();
  }

  /** To be called when the target can take more. */
  resumeUpload(): void {
    if (this.#target !== undefined) this.#source.resume();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#recorded !== undefined) {
      this.#recordedBytes += chunk.length;
      if (this.#recordedBytes <= replayLimitBytes) this.#recorded.push(chunk);
      else this.#recorded = undefined;
    }
    this.#write(chunk);
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#finish();
  };

  #write(chunk: Buffer): void {
    const target = this.#target;
    if (target === undefined) return;
    if (this.#isChunked) target.write(chunkPrefix(chunk.length));
    let hasRoom = target.write(chunk);
    if (this.#isChunked) hasRoom = target.write('\r\n') && hasRoom;
    if (!hasRoom) this.#source.pause();
  }

  #finish(): void {
    const target = this.#target;
    if (target === undefined) return;
    this.#target = undefined;
    if (this.#isChunked) target.write(lastChunk(this.#trailers()));
    target.uploadFinished();
  }
}
