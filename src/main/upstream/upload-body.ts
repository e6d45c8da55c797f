import type { Readable } from 'node:stream';
import { chunkPrefix, lastChunk } from '../http1/head-writer';
import type { HeaderList } from '../http1/message-head';

/** What a body is written to: a connection that pushes back. */
export interface UploadTarget {
  /** Writes bytes; false asks to wait until `resumeUpload` of the body is called. */
  write(bytes: Buffer | string): boolean;
  /** The whole request has been written. */
  uploadFinished(): void;
  /** The client has gone in the middle of its body: there will be no end. */
  uploadCut(): void;
}

/** A body of up to this many bytes can be sent a second time, when the first connection turns out to be dead. */
const replayLimitBytes = 64 * 1024;

/**
 * A client's request body on its way to the next hop: streamed, never held whole if it is long. Nothing is read before
 * `readAhead` or `sendTo`; the first 64 KiB are remembered, so that a request which met a stale connection can be repeated.
 */
export class UploadBody {
  readonly #source: Readable;
  readonly #isChunked: boolean;
  readonly #trailers: () => HeaderList;
  /** What was read and may have to be sent (again). */
  #recorded: Buffer[] = [];
  #recordedBytes = 0;
  /** Whether bytes have been sent that are no longer recorded. */
  #isPartGone = false;
  #target: UploadTarget | undefined;
  #isListening = false;
  #ended = false;
  #isCut = false;

  /**
   * @param source the client's request; its end is the body's end, and a close before that cuts it
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
    return !this.#isPartGone;
  }

  /** Whether the last byte has been handed to a target. */
  get isFinished(): boolean {
    return this.#ended && this.#target === undefined;
  }

  /** Whether the body is here to its last byte, and can be sent again. */
  get isAtHand(): boolean {
    return this.#ended && this.#recordedBytes <= replayLimitBytes && !this.#isPartGone;
  }

  /** Reads as much as may be remembered, before there is a target. */
  readAhead(): void {
    if (!this.#isListening) this.#listen();
  }

  /** Starts, or starts again on another connection. The caller has checked `canReplay` when it is not the first time. */
  sendTo(target: UploadTarget): void {
    this.#target = target;
    for (const chunk of this.#recorded) this.#write(chunk);
    this.#forgetIfLong();
    if (this.#ended) this.#finish();
    else if (this.#isCut || this.#source.destroyed) this.#cut();
    else if (!this.#isListening) this.#listen();
    else this.#source.resume();
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
    this.#recorded = [];
    this.#isPartGone = true;
    this.#source.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    this.#source.resume();
  }

  /** To be called when the target can take more. */
  resumeUpload(): void {
    if (this.#target !== undefined) this.#source.resume();
  }

  #listen(): void {
    this.#isListening = true;
    // An error is how a client shows that it has gone; its `close` follows and does the work.
    this.#source.on('error', () => undefined);
    this.#source.on('end', this.#onEnd).on('close', this.#onClose).on('data', this.#onData);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.#isPartGone) {
      this.#recordedBytes += chunk.length;
      this.#recorded.push(chunk);
    }
    if (this.#target === undefined) {
      if (this.#recordedBytes > replayLimitBytes) this.#source.pause();
      return;
    }
    this.#write(chunk);
    this.#forgetIfLong();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#finish();
  };

  readonly #onClose = (): void => {
    if (!this.#ended) this.#cut();
  };

  #cut(): void {
    this.#isCut = true;
    const target = this.#target;
    this.#target = undefined;
    target?.uploadCut();
  }

  /** What cannot be sent a second time is not kept. */
  #forgetIfLong(): void {
    if (this.#recordedBytes <= replayLimitBytes) return;
    this.#isPartGone = true;
    this.#recorded = [];
  }

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
