import type { Socket } from 'node:net';
import { certificateOf } from './channel-bindings';
import type { HopSocket } from './dial';
import { BodyDecoder } from '../http1/body-decoder';
import type { BodyFraming } from '../http1/body-framing';
import { keepsAlive } from '../http1/headers';
import { Http1Error } from '../http1/http1-error';
import type { ResponseHead } from '../http1/message-head';
import type { Hop } from '../../shared/problem';
import { AwaitedHead } from './awaited-head';
import type { BodySink } from './body-sink';
import { hasRoom } from './has-room';
import type { HopTimeouts } from './hop-timeouts';
import type { UploadBody } from './upload-body';
import { UpstreamError } from './upstream-error';

/** The head of a final answer; its body waits until `readBody` is called. */
export interface Answer {
  readonly head: ResponseHead;
  readonly framing: BodyFraming;
  readonly connection: HttpConnection;
}

type State = 'idle' | 'head' | 'held' | 'body' | 'closed' | 'detached';

const nothing: Buffer = Buffer.alloc(0);

/**
 * One TCP connection that speaks HTTP/1.1 as a client, one request at a time. It owns its socket until
 * `detach`, and ends it on every failure; whoever waits for an answer is told once.
 */
export class HttpConnection {
  /** How often an answer came whole over this connection. */
  answerCount = 0;

  readonly #hopSocket: HopSocket;
  readonly #socket: Socket;
  readonly #timeouts: HopTimeouts;
  readonly #awaitedHead: AwaitedHead;
  #state: State = 'idle';
  #decoder: BodyDecoder | undefined;
  #sink: BodySink | undefined;
  #body: UploadBody | undefined;
  #isUploading = false;
  #held: Buffer = nothing;
  #hasPeerEnded = false;
  #onFree: ((isReusable: boolean) => void) | undefined;
  #onClosedIdle: (() => void) | undefined;

  /** @param early what has come already: a tunnel gets it, and no request may be asked after it */
  constructor(
    hopSocket: HopSocket,
    readonly hop: Hop,
    timeouts: HopTimeouts,
    early: Buffer = nothing,
  ) {
    this.#held = early;
    this.#hopSocket = hopSocket;
    this.#socket = hopSocket.socket;
    this.#timeouts = timeouts;
    this.#awaitedHead = new AwaitedHead((timeoutMs) => {
      this.fail(new UpstreamError('silent', hop, `no answer within ${timeoutMs} ms`));
    });
    hopSocket.onBytes = this.#onData;
    if (timeouts.idleMs !== undefined) this.#socket.setTimeout(timeouts.idleMs);
    this.#socket
      .on('end', this.#onEnd)
      .on('error', this.#onError)
      .on('close', this.#onClose)
      .on('drain', this.#onDrain)
      .on('timeout', this.#onTimeout);
  }

  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** The hop's certificate in DER; undefined where no TLS is spoken with it. */
  get certificate(): Buffer | undefined {
    return certificateOf(this.#socket);
  }

  /** Bytes that came over this connection. */
  get bytesRead(): number {
    return this.#socket.bytesRead;
  }

  /**
   * Sends one request and waits for the head of its final answer (1xx answers go to `onInformational`). The
   * body is streamed with it. The connection must be idle.
   *
   * @param head the encoded request head
   * @param timeoutMs from the end of the request to the end of the answer's head; undefined: no limit
   * @throws UpstreamError closed-early, silent, broken-answer, or aborted when the client closes in the middle of its body;
   * the connection is closed then
   */
  exchange(
    method: string,
    head: string,
    timeoutMs: number | undefined,
    body?: UploadBody,
    onInformational?: (head: ResponseHead) => void,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#held.length > 0) this.fail(new UpstreamError('broken-answer', this.hop, 'it speaks first'));
      if (this.#state !== 'idle') {
        reject(new UpstreamError('closed-early', this.hop, 'the connection is no longer open'));
        return;
      }
      this.#state = 'head';
      const answered = (head: ResponseHead, framing: BodyFraming): void => {
        resolve({ head, framing, connection: this });
      };
      this.#awaitedHead.expect(method, timeoutMs, onInformational, answered, reject);
      this.#socket.write(head, 'latin1');
      this.#body = body;
      this.#isUploading = body !== undefined;
      if (body === undefined) this.#awaitedHead.requestSent();
      else body.sendTo(this);
    });
  }

  /**
   * Hands the body of the answer to a sink; pieces that have come already are delivered before this returns.
   *
   * @param onFree told once the message is over, with whether the connection can carry another request
   */
  readBody(answer: Answer, sink: BodySink, onFree: (isReusable: boolean) => void): void {
    if (this.#state !== 'held') {
      sink.fail(
        new UpstreamError('closed-early', this.hop, 'the connection closed before the body was read'),
      );
      return;
    }
    this.#sink = sink;
    this.#onFree = onFree;
    this.#state = 'body';
    this.#decoder = new BodyDecoder(answer.framing, (chunk) => this.#sink?.data(chunk));
    const held = this.#held;
    this.#held = nothing;
    if (this.#decoder.isDone) this.#finishBody(held);
    else {
      this.#readBodyBytes(held);
      if (this.#hasPeerEnded) this.#onEnd();
      else if (this.#socket.isPaused()) this.#socket.resume();
    }
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /**
   * Gives the socket away, as after a CONNECT or an upgrade; bytes that came behind the head come with it.
   * The socket has no listeners of this object any more: whoever gets it listens before anything else happens.
   */
  detach(): { hopSocket: HopSocket; rest: Buffer } {
    this.#state = 'detached';
    this.#awaitedHead.forget();
    if (this.#timeouts.idleMs !== undefined) this.#socket.setTimeout(0);
    this.#socket
      .off('end', this.#onEnd)
      .off('error', this.#onError)
      .off('close', this.#onClose)
      .off('drain', this.#onDrain)
      .off('timeout', this.#onTimeout);
    this.#hopSocket.onBytes = () => undefined;
    return { hopSocket: this.#hopSocket, rest: this.#held };
  }

  /** Names who is told when the peer ends this connection, or makes it useless, while it is idle; undefined takes it back. */
  whenClosedIdle(action: (() => void) | undefined): void {
    this.#onClosedIdle = action;
  }

  /**
   * What ends the connection for the sake of the exchange that is under way or about to begin. Once that exchange is
   * over it does nothing: the connection may be serving somebody else.
   */
  get endOfExchange(): () => void {
    const { answerCount } = this;
    return () => {
      if (this.answerCount === answerCount) this.destroy();
    };
  }

  /** From now on the head of the answer is waited for so long at most, in milliseconds. */
  limitAnswer(timeoutMs: number): void {
    if (this.#state === 'head') this.#awaitedHead.limit(timeoutMs);
  }

  /** Ends the connection at once. Whoever waits for an answer gets `aborted`. */
  destroy(): void {
    this.fail(new UpstreamError('aborted', this.hop, 'the connection was closed by this side'));
  }

  /** Ends the connection at once, for this reason. Whoever waits for an answer, or reads a body, gets that. */
  fail(reason: UpstreamError): void {
    if (this.#state === 'closed' || this.#state === 'detached') return;
    const sink = this.#sink;
    const error = this.#awaitedHead.fail(reason);
    this.#forgetMessage();
    this.#close();
    sink?.fail(error);
  }

  /** Takes a body without a length for complete, though the other side has not closed behind it. */
  endUnframedBody(): void {
    this.#finishBody(nothing);
  }

  // UploadTarget

  write(bytes: Buffer | string): boolean {
    const isEmpty =
      typeof bytes === 'string' ? this.#socket.write(bytes, 'latin1') : this.#socket.write(bytes);
    return isEmpty || hasRoom(this.#socket);
  }

  uploadFinished(): void {
    this.#isUploading = false;
    if (this.#state === 'head') this.#awaitedHead.requestSent();
  }

  uploadCut(): void {
    this.fail(new UpstreamError('aborted', this.hop, 'the client has gone in the middle of its body'));
  }

  readonly #onTimeout = (): void => {
    // The pool ends idle connections by itself.
    if (this.#state === 'idle') return;
    this.fail(new UpstreamError('silent', this.hop, `nothing came for ${this.#timeouts.idleMs ?? 0} ms`));
  };

  readonly #onDrain = (): void => {
    this.#body?.resumeUpload();
  };

  readonly #onData = (chunk: Buffer): void => {
    if (this.#state === 'body') this.#readBodyBytes(chunk);
    else if (this.#state === 'head') this.#readHeadBytes(chunk);
    else if (this.#state === 'held') {
      this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
      this.#socket.pause();
    } else {
      // As of a server that says 408 when its patience with an idle connection is at its end.
      this.#failedByPeer(new UpstreamError('broken-answer', this.hop, 'bytes that no request asked for'));
    }
  };

  #readHeadBytes(chunk: Buffer): void {
    let rest: Buffer | undefined;
    try {
      rest = this.#awaitedHead.read(chunk);
    } catch (error) {
      this.#failParsing(error);
      return;
    }
    if (rest === undefined) return;
    this.#held = rest;
    this.#state = 'held';
  }

  #readBodyBytes(chunk: Buffer): void {
    const decoder = this.#decoder;
    if (decoder === undefined || chunk.length === 0) return;
    let rest: Buffer | undefined;
    try {
      rest = decoder.push(chunk);
    } catch (error) {
      this.#failParsing(error);
      return;
    }
    if (rest !== undefined && this.#state === 'body') this.#finishBody(rest);
  }

  /** The message is over: frees the connection, or ends it when it cannot be used again. */
  #finishBody(rest: Buffer): void {
    const { head, sink, onFree } = { head: this.#awaitedHead.head, sink: this.#sink, onFree: this.#onFree };
    const trailers = this.#decoder?.trailers ?? [];
    const isReusable =
      head !== undefined &&
      keepsAlive(head) &&
      rest.length === 0 &&
      !this.#isUploading &&
      !this.#hasPeerEnded;
    this.#forgetMessage();
    this.#state = 'idle';
    this.answerCount += 1;
    if (this.#socket.isPaused()) this.#socket.resume();
    if (!isReusable) this.#close();
    // Whoever keeps the connection has it before the next request of the same client can begin.
    onFree?.(isReusable);
    sink?.end(trailers);
  }

  #forgetMessage(): void {
    this.#awaitedHead.forget();
    this.#body?.detach();
    this.#body = undefined;
    this.#isUploading = false;
    this.#decoder = undefined;
    this.#sink = undefined;
    this.#onFree = undefined;
    this.#held = nothing;
  }

  readonly #onEnd = (): void => {
    if (this.#state === 'body') {
      this.#hasPeerEnded = true;
      try {
        this.#decoder?.end();
      } catch (error) {
        this.fail(new UpstreamError('closed-early', this.hop, 'the answer is incomplete', { cause: error }));
        return;
      }
      this.#finishBody(nothing);
    } else if (this.#state === 'held') {
      // Nobody has read the body yet: what is held is all that there is.
      this.#hasPeerEnded = true;
      return;
    }
    this.#closedByPeer('closed by the other side');
  };

  readonly #onError = (error: Error): void => {
    this.#closedByPeer(error.message);
  };

  readonly #onClose = (): void => {
    this.#closedByPeer('closed');
  };

  #closedByPeer(detail: string): void {
    this.#failedByPeer(new UpstreamError('closed-early', this.hop, detail));
  }

  /** As `fail`; whoever keeps the connection while it is idle is told. */
  #failedByPeer(reason: UpstreamError): void {
    const wasIdle = this.#state === 'idle';
    this.fail(reason);
    if (wasIdle) this.#onClosedIdle?.();
  }

  #failParsing(error: unknown): void {
    if (!(error instanceof Http1Error)) throw error;
    this.fail(new UpstreamError('broken-answer', this.hop, error.message, { cause: error }));
  }

  #close(): void {
    this.#state = 'closed';
    this.#socket.destroy();
  }
}
