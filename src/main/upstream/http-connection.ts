import type { Socket } from 'node:net';
import type { HopSocket } from './dial';
import { BodyDecoder } from '../http1/body-decoder';
import { type BodyFraming, responseFraming } from '../http1/body-framing';
import { responseHeadParser } from '../http1/head-parser';
import { keepsAlive } from '../http1/headers';
import { Http1Error } from '../http1/http1-error';
import type { HeaderList, ResponseHead } from '../http1/message-head';
import type { Hop } from '../../shared/problem';
import { hasRoom } from './has-room';
import type { UploadBody } from './upload-body';
import { UpstreamError } from './upstream-error';

/** Who takes the body of an answer. Exactly one of `end` and `fail` is called, once. */
export interface BodySink {
  /** A piece of the body. To slow down, call `pause` and `resume` of the answer. */
  data(chunk: Buffer): void;
  end(trailers: HeaderList): void;
  fail(error: UpstreamError): void;
}

/** The head of a final answer; its body waits until `readBody` is called. */
export interface Answer {
  readonly head: ResponseHead;
  readonly framing: BodyFraming;
  readonly connection: HttpConnection;
}

interface PendingHead {
  readonly method: string;
  informationalCount: number;
  readonly onInformational: ((head: ResponseHead) => void) | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: UpstreamError) => void;
}

/** The time that a hop is given, in milliseconds. */
export interface HopTimeouts {
  /** Name resolution and TCP connection together. */
  readonly connectMs: number;
  /** From the end of a request that asks only for a challenge to the end of the answer's head. */
  readonly challengeMs: number;
  /** From the end of a request to the end of the answer's head. Default: none, as origins may think for as long as they like. */
  readonly answerMs?: number;
  /** Silence in the middle of a message, in either direction. Default: none; TCP keep-alive finds a peer that is gone. */
  readonly idleMs?: number;
}

export const defaultHopTimeouts: HopTimeouts = {
  connectMs: 10_000,
  challengeMs: 30_000,
};

/** So many 1xx answers are passed on for one request; nobody needs more, and nothing else would bound them. */
const maxInformational = 32;

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
  readonly #parser = responseHeadParser();
  #state: State = 'idle';
  #pending: PendingHead | undefined;
  #head: ResponseHead | undefined;
  #decoder: BodyDecoder | undefined;
  #sink: BodySink | undefined;
  #body: UploadBody | undefined;
  #isUploading = false;
  /** Of a head that has come, until it is known to be of use. */
  #finalStatus: number | undefined;
  #held: Buffer = nothing;
  #hasPeerEnded = false;
  #headTimeoutMs: number | undefined;
  #headTimer: NodeJS.Timeout | undefined;
  #onFree: ((isReusable: boolean) => void) | undefined;
  #onClosedIdle: (() => void) | undefined;

  constructor(
    hopSocket: HopSocket,
    readonly hop: Hop,
    timeouts: HopTimeouts,
  ) {
    this.#hopSocket = hopSocket;
    this.#socket = hopSocket.socket;
    this.#timeouts = timeouts;
    // Pieces of a message may wait for a slow client: they are copied out of the read buffer.
    hopSocket.onBytes = (bytes) => this.#onData(Buffer.from(bytes));
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
      if (this.#state !== 'idle') {
        reject(new UpstreamError('closed-early', this.hop, 'the connection is no longer open'));
        return;
      }
      this.#state = 'head';
      this.#pending = { method, informationalCount: 0, onInformational, resolve, reject };
      this.#headTimeoutMs = timeoutMs;
      this.#socket.write(head, 'latin1');
      this.#body = body;
      this.#isUploading = body !== undefined;
      if (body === undefined) this.#armHeadTimer();
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

  /**
   * Reads and drops the body. Resolves with whether the connection can carry another request. A body without
   * a length, behind which the peer neither sends nor closes, is taken to be over after `quietMs`: some
   * proxies leave out the length of an empty body.
   *
   * @throws UpstreamError broken-answer beyond `limitBytes`, silent beyond `timeoutMs`, closed-early
   */
  drain(answer: Answer, limitBytes: number, timeoutMs: number, quietMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let total = 0;
      let quietTimer: NodeJS.Timeout | undefined;
      const deadline = setTimeout(() => {
        this.#fail(new UpstreamError('silent', this.hop, `a body that took more than ${timeoutMs} ms`));
      }, timeoutMs);
      const settle = (): void => {
        clearTimeout(deadline);
        clearTimeout(quietTimer);
      };
      const sink: BodySink = {
        data: (chunk) => {
          total += chunk.length;
          quietTimer?.refresh();
          if (total <= limitBytes) return;
          this.#fail(new UpstreamError('broken-answer', this.hop, `a body of more than ${limitBytes} bytes`));
        },
        end: settle,
        fail: (error) => {
          settle();
          reject(error);
        },
      };
      if (answer.framing.kind === 'until-close') {
        quietTimer = setTimeout(() => this.#finishBody(nothing), quietMs);
      }
      this.readBody(answer, sink, resolve);
    });
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /**
   * Gives the socket away, as after a CONNECT or an upgrade; bytes that came behind the head come with it.
   * The socket is paused and has no listeners of this object any more.
   */
  detach(): { hopSocket: HopSocket; rest: Buffer } {
    this.#state = 'detached';
    this.#clearHeadTimer();
    const socket = this.#socket.pause();
    socket.setTimeout(0);
    socket
      .off('end', this.#onEnd)
      .off('error', this.#onError)
      .off('close', this.#onClose)
      .off('drain', this.#onDrain)
      .off('timeout', this.#onTimeout);
    this.#hopSocket.onBytes = () => undefined;
    return { hopSocket: this.#hopSocket, rest: this.#held };
  }

  /** Names who is told when the peer closes this connection while it is idle; undefined takes it back. */
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
    if (this.#state !== 'head') return;
    this.#headTimeoutMs = timeoutMs;
    this.#clearHeadTimer();
    this.#headTimer = setTimeout(this.#onHeadTimeout, timeoutMs);
  }

  /** Ends the connection at once. Whoever waits for an answer gets `aborted`. */
  destroy(): void {
    this.#fail(new UpstreamError('aborted', this.hop, 'the connection was closed by this side'));
  }

  // UploadTarget

  write(bytes: Buffer | string): boolean {
    const isEmpty =
      typeof bytes === 'string' ? this.#socket.write(bytes, 'latin1') : this.#socket.write(bytes);
    return isEmpty || hasRoom(this.#socket);
  }

  uploadFinished(): void {
    this.#isUploading = false;
    if (this.#state === 'head') this.#armHeadTimer();
  }

  uploadCut(): void {
    this.#fail(new UpstreamError('aborted', this.hop, 'the client has gone in the middle of its body'));
  }

  #armHeadTimer(): void {
    if (this.#headTimeoutMs === undefined || this.#headTimer !== undefined) return;
    this.#headTimer = setTimeout(this.#onHeadTimeout, this.#headTimeoutMs);
  }

  #clearHeadTimer(): void {
    if (this.#headTimer === undefined) return;
    clearTimeout(this.#headTimer);
    this.#headTimer = undefined;
  }

  readonly #onHeadTimeout = (): void => {
    this.#fail(new UpstreamError('silent', this.hop, `no answer within ${this.#headTimeoutMs ?? 0} ms`));
  };

  readonly #onTimeout = (): void => {
    // The pool ends idle connections by itself.
    if (this.#state === 'idle') return;
    this.#fail(new UpstreamError('silent', this.hop, `nothing came for ${this.#timeouts.idleMs ?? 0} ms`));
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
      this.#fail(new UpstreamError('broken-answer', this.hop, 'bytes that no request asked for'));
    }
  };

  #readHeadBytes(chunk: Buffer): void {
    let bytes = chunk;
    for (;;) {
      const pending = this.#pending;
      if (pending === undefined) return;
      let head: ResponseHead;
      let framing: BodyFraming;
      try {
        const parsed = this.#parser.push(bytes);
        if (parsed === undefined) return;
        head = parsed.head;
        bytes = parsed.rest;
        this.#finalStatus = head.status;
        framing = responseFraming(head, pending.method);
      } catch (error) {
        this.#failParsing(error);
        return;
      }
      this.#finalStatus = undefined;
      // 101 is final for HTTP: what follows is another protocol.
      if (head.status >= 200 || head.status === 101) {
        this.#clearHeadTimer();
        this.#pending = undefined;
        this.#head = head;
        this.#held = bytes;
        this.#state = 'held';
        pending.resolve({ head, framing, connection: this });
        return;
      }
      pending.informationalCount += 1;
      if (pending.informationalCount <= maxInformational) pending.onInformational?.(head);
      if (bytes.length === 0) return;
    }
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
    const { head, sink, onFree } = { head: this.#head, sink: this.#sink, onFree: this.#onFree };
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
    this.#clearHeadTimer();
    this.#body?.detach();
    this.#body = undefined;
    this.#isUploading = false;
    this.#pending = undefined;
    this.#head = undefined;
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
        this.#fail(new UpstreamError('closed-early', this.hop, 'the answer is incomplete', { cause: error }));
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
    if (this.#state === 'closed' || this.#state === 'detached') return;
    const wasIdle = this.#state === 'idle';
    this.#fail(new UpstreamError('closed-early', this.hop, detail));
    if (wasIdle) this.#onClosedIdle?.();
  }

  #failParsing(error: unknown): void {
    if (!(error instanceof Http1Error)) throw error;
    this.#fail(new UpstreamError('broken-answer', this.hop, error.message, { cause: error }));
  }

  /** The status of the answer whose head is incomplete or wrong, once its status line has come; 1xx say nothing. */
  get #statusSoFar(): number | undefined {
    const status = this.#finalStatus ?? this.#parser.statusSoFar;
    return status !== undefined && (status >= 200 || status === 101) ? status : undefined;
  }

  #fail(reason: UpstreamError): void {
    if (this.#state === 'closed' || this.#state === 'detached') return;
    const { pending, sink } = { pending: this.#pending, sink: this.#sink };
    const error = pending === undefined ? reason : reason.withStatus(this.#statusSoFar);
    this.#forgetMessage();
    this.#close();
    pending?.reject(error);
    sink?.fail(error);
  }

  #close(): void {
    this.#state = 'closed';
    this.#socket.destroy();
  }
}
