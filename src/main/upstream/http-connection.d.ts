import type { Socket } from 'node:net';
import { type BodyFraming } from '../http1/body-framing';
import type { HeaderList, ResponseHead } from '../http1/message-head';
import type { Hop } from '../../shared/problem';
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
/** The time that a hop is given, in milliseconds. */
export interface HopTimeouts {
  /** Name resolution and TCP connection together. */
  readonly connectMs: number;
  /** From the end of a request that asks only for a challenge to the end of the answer's head. */
  readonly challengeMs: number;
  /** From the end of a request to the end of the answer's head; origins may think for long. */
  readonly answerMs: number;
  /** Silence in the middle of a message, in either direction. */
  readonly idleMs: number;
}
export declare const defaultHopTimeouts: HopTimeouts;
/**
 * One TCP connection that speaks HTTP/1.1 as a client, one request at a time. It owns its socket until
 * `detach`, and ends it on every failure; whoever waits for an answer is told once.
 */
export declare class HttpConnection {
  #private;
  readonly hop: Hop;
  /** Whether the company proxy takes requests on this connection without credentials from now on. */
  isAuthenticated: boolean;
  /** How often an answer came whole over this connection. */
  answerCount: number;
  constructor(socket: Socket, hop: Hop, timeouts: HopTimeouts);
  get isIdle(): boolean;
  /** Bytes that came over this connection. */
  get bytesRead(): number;
  /**
   * Sends one request and waits for the head of its final answer (1xx answers go to `onInformational`). The
   * body is streamed with it. The connection must be idle.
   *
   * @param head the encoded request head
   * @param timeoutMs from the end of the request to the end of the answer's head
   * @throws UpstreamError closed-early, silent or broken-answer; the connection is closed then
   */
  exchange(
    method: string,
    head: string,
    timeoutMs: number,
    body?: UploadBody,
    onInformational?: (head: ResponseHead) => void,
  ): Promise<Answer>;
  /**
   * Hands the body of the answer to a sink; pieces that have come already are delivered before this returns.
   *
   * @param onFree told once the message is over, with whether the connection can carry another request
   */
  readBody(answer: Answer, sink: BodySink, onFree: (isReusable: boolean) => void): void;
  /**
   * Reads and drops the body. Resolves with whether the connection can carry another request. A body without
   * a length, behind which the peer neither sends nor closes, is taken to be over after `quietMs`: some
   * proxies leave out the length of an empty body.
   *
   * @throws UpstreamError broken-answer beyond `limitBytes`, silent beyond `timeoutMs`, closed-early
   */
  drain(answer: Answer, limitBytes: number, timeoutMs: number, quietMs: number): Promise<boolean>;
  pause(): void;
  resume(): void;
  /**
   * Gives the socket away, as after a CONNECT or an upgrade; bytes that came behind the head come with it.
   * The socket is paused and has no listeners of this object any more.
   */
  detach(): {
    socket: Socket;
    rest: Buffer;
  };
  /** Names who is told when the peer closes this connection while it is idle; undefined takes it back. */
  whenClosedIdle(action: (() => void) | undefined): void;
  /** Ends the connection at once. Whoever waits for an answer gets `aborted`. */
  destroy(): void;
  write(bytes: Buffer | string): boolean;
  uploadFinished(): void;
}
