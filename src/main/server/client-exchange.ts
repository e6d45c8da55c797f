import { Readable } from 'node:stream';
import type { BodyFraming } from '../http1/body-framing';
import { chunkPrefix, encodeResponseHead, lastChunk } from '../http1/head-writer';
import { forwardableTrailers, hasToken, headerValue, keepsAlive } from '../http1/headers';
import type { Http1Error } from '../http1/http1-error';
import type { HeaderList, RequestHead, ResponseHead } from '../http1/message-head';
import { reasonPhrases } from '../http1/reason-phrases';
import { hasRoom } from '../upstream/has-room';
import type { CountedConnection } from './byte-counts';
import { originSignInStep } from './origin-sign-in';
import type { Pins } from './pins';

/** These change nothing at the origin (RFC 9110, 9.2.1). */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** Requests of one client that are under way at once. */
const maxUnderWay = 16;
/** An interim answer is dropped when so many bytes wait for the client: nothing pushes back on whoever sends them. */
const maxPendingInterimBytes = 16 * 1024;

const nothingToDo = (): void => undefined;

/** What an exchange needs of the connection that it came on. */
export interface ExchangeConnection extends CountedConnection {
  /** Connections that an origin has signed in for this client, and for nobody else. */
  readonly pins: Pins;
  /** Whether an origin has signed in a connection for this client. */
  readonly hasPins: boolean;
  /** Something is over: the answer has been written whole, or the body has been received whole. */
  settle(exchange: ClientExchange): void;
  /** The body of this exchange will never be whole. */
  giveUpBody(): void;
  pauseBody(): void;
  resumeBody(): void;
  /** Reads no further request, and ends the connection once those that are under way have been answered. */
  endWhenIdle(): void;
  /**
   * Gives the socket away for a tunnel, without listeners of the connection, together with what has come already. Whoever gets
   * it listens before anything else happens.
   */
  detach(): Buffer;
}

/** One request of a client and the answer to it. Nothing is written before it is this one's turn: see `whenFirst`. */
export class ClientExchange {
  readonly connection: ExchangeConnection;
  readonly head: RequestHead;
  readonly framing: BodyFraming;
  /** The protocols that it asks to go on with (RFC 9110, 7.8). */
  readonly upgrade: string | undefined;
  /** The content; undefined if there is none. It ends with `close` and without `end` when it will never be whole. */
  readonly body: Readable | undefined;
  /** Whether the request has been received whole. */
  isReceived: boolean;
  /** Whether the answer has been written whole. */
  isAnswered = false;
  /** Whether the connection ends behind the answer. */
  mustClose: boolean;
  /** The status of the answer; undefined before it has begun. */
  status: number | undefined;
  /** What may be passed on of the trailer section, once it is received. */
  trailers: HeaderList = [];
  /** Why the body will never be whole, where the client can still be told. */
  brokenBy: Http1Error | undefined;
  /** Told once, when nothing more is to be expected of this exchange. */
  onOver: () => void = nothingToDo;
  /** Told when the client can take more. */
  onDrain: () => void = nothingToDo;

  #abort: (() => void) | undefined;
  #isFirst: boolean;
  #isGone = false;
  #isIndependent: boolean | undefined;
  #isOver = false;
  /** How the body of the answer is framed for the client. */
  #answerFraming: BodyFraming['kind'] = 'none';
  #onFirst: (() => void) | undefined;

  constructor(connection: ExchangeConnection, head: RequestHead, framing: BodyFraming, isFirst: boolean) {
    this.connection = connection;
    this.head = head;
    this.framing = framing;
    this.#isFirst = isFirst;
    this.upgrade = upgradeOf(head);
    // Whatever follows a CONNECT that fails may have been meant for the tunnel.
    this.mustClose = head.method === 'CONNECT' || !keepsAlive(head);
    this.isReceived = framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0);
    if (this.isReceived) return;
    this.body = new Readable({ read: () => connection.resumeBody(), emitClose: true });
  }

  /** As `isIndependent` of its request: found out when somebody asks, as most clients do not pipeline. */
  get isIndependent(): boolean {
    this.#isIndependent ??= isIndependent(this.head, this.framing);
    return this.#isIndependent;
  }

  /** Whether the connection may become a tunnel. */
  get mayTunnel(): boolean {
    return this.head.method === 'CONNECT' || this.upgrade !== undefined;
  }

  /** Whether the client may wait for an interim answer before it sends its body (RFC 9110, 10.1.1). */
  get expectsContinue(): boolean {
    return hasToken(this.head.headers, 'expect', '100-continue');
  }

  /** Whether the client has gone away. */
  get isGone(): boolean {
    return this.#isGone;
  }

  get hasBegun(): boolean {
    return this.status !== undefined;
  }

  /** Whether this is the exchange whose answer may be written. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  /** Resolves when it is this one's turn to be answered, or when its client has gone. */
  whenFirst(): Promise<void> {
    if (this.#isFirst || this.#isGone) return Promise.resolve();
    return new Promise((resolve) => (this.#onFirst = resolve));
  }

  /**
   * Names what ends whatever is being done for this request: the client has gone, or its body will never be whole. It is
   * done at once if that is so already. Undefined takes it back.
   */
  whenLost(abort: (() => void) | undefined): void {
    this.#abort = abort;
    if (this.#isGone || this.brokenBy !== undefined) abort?.();
  }

  /** Passes an interim answer on (RFC 9110, 15.2), if the client knows such and there is room. */
  inform(head: ResponseHead): void {
    const { socket } = this.connection;
    // In a pipeline it may not be this answer's turn yet: an interim answer can be left out then.
    if (this.head.minorVersion === 0 || this.hasBegun || !this.#isFirst || this.#isGone) return;
    // A client may wait for 100 before it sends its body; there is one of them at the most that matters.
    if (head.status !== 100 && socket.writableLength > maxPendingInterimBytes) return;
    socket.write(encodeResponseHead({ ...head, minorVersion: 1 }), 'latin1');
  }

  /**
   * Writes the head of the answer.
   *
   * @param headers end-to-end headers, with the Content-Length of a body of known length
   * @param body whether there is one, and of known length; otherwise only its end will tell
   * @throws Http1Error when a header cannot be written; nothing has been sent then
   */
  begin(status: number, reason: string, headers: HeaderList, body: BodyFraming['kind']): void {
    const { minorVersion, method } = this.head;
    // A client that waits for 100 will not send its body now, or only some time later (RFC 9110, 10.1.1).
    if (!this.isReceived && this.expectsContinue) this.mustClose = true;
    const lines = [...headers];
    let framing = body;
    if (body === 'chunked' || body === 'until-close') {
      framing = minorVersion === 0 ? 'until-close' : 'chunked';
      if (framing === 'chunked') lines.push('Transfer-Encoding', 'chunked');
      else this.mustClose = true;
    }
    if (this.mustClose) lines.push('Connection', 'close');
    else if (minorVersion === 0) lines.push('Connection', 'keep-alive');
    const head = encodeResponseHead({ status, reason, minorVersion: 1, headers: lines });
    this.status = status;
    this.#answerFraming = method === 'HEAD' ? 'none' : framing;
    this.connection.socket.write(head, 'latin1');
  }

  /** Writes a piece of the body. Returns whether there is room for more; where there is not, `onDrain` is called. */
  write(chunk: Buffer): boolean {
    const { socket } = this.connection;
    if (this.#answerFraming === 'none' || this.#isGone) return true;
    if (this.#answerFraming === 'chunked') {
      socket.cork();
      socket.write(chunkPrefix(chunk.length), 'latin1');
      socket.write(chunk);
      socket.write('\r\n', 'latin1');
      socket.uncork();
    } else socket.write(chunk);
    return hasRoom(socket);
  }

  /** The answer is whole. @param trailers are sent with the chunked coding alone */
  end(trailers: HeaderList = []): void {
    if (this.#isGone || this.isAnswered) return;
    if (this.#answerFraming === 'chunked') this.connection.socket.write(lastChunk(trailers), 'latin1');
    this.isAnswered = true;
    this.body?.resume();
    this.#over();
    this.connection.settle(this);
  }

  /** Writes a whole answer of Latchkey's own. @param headers with its Content-Length */
  answer(status: number, headers: HeaderList, body: Buffer): void {
    if (this.#isGone || this.hasBegun) return;
    const { socket } = this.connection;
    socket.cork();
    this.begin(status, reasonPhrases[status] ?? 'Error', headers, 'length');
    if (body.length > 0) this.write(body);
    this.end();
    socket.uncork();
  }

  /** The connection ends behind this answer; it is said in its head, if that has not been sent yet. */
  closeAfter(): void {
    this.mustClose = true;
  }

  /** Ends the connection in the middle of the answer: the client can tell a cut answer from a whole one by nothing else. */
  cut(): void {
    this.connection.socket.destroy();
  }

  /** The connection has become a tunnel. Returns what the client has sent already. */
  tunnel(status: number): Buffer {
    this.status = status;
    this.#over();
    return this.connection.detach();
  }

  // For ClientConnection

  takeBody(chunk: Buffer): void {
    if (this.body?.destroyed === false && !this.body.push(chunk)) this.connection.pauseBody();
  }

  bodyEnded(trailers: HeaderList): void {
    this.trailers = forwardableTrailers(trailers);
    this.isReceived = true;
    this.body?.push(null);
    this.connection.settle(this);
  }

  bodyBroke(error: Http1Error): void {
    this.connection.giveUpBody();
    if (this.hasBegun) {
      this.cut();
      return;
    }
    this.brokenBy = error;
    this.mustClose = true;
    this.body?.destroy();
    this.#abort?.();
  }

  comesFirst(): void {
    this.#isFirst = true;
    this.#onFirst?.();
  }

  drained(): void {
    this.onDrain();
  }

  /** The connection has ended. */
  gone(): void {
    this.#isGone = true;
    if (!this.isReceived) this.body?.destroy();
    this.#abort?.();
    this.#onFirst?.();
    this.#over();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onOver();
  }
}

/** Whether a request may begin while these of the same connection are under way. */
export function mayRunBeside(
  underWay: readonly ClientExchange[],
  head: RequestHead,
  framing: BodyFraming,
): boolean {
  return (
    underWay.length < maxUnderWay &&
    underWay.every((exchange) => !exchange.mustClose && exchange.isIndependent) &&
    isIndependent(head, framing)
  );
}

/** Whether a request can be carried out beside others of the same connection (RFC 9112, 9.3.2). */
function isIndependent(head: RequestHead, framing: BodyFraming): boolean {
  return (
    safeMethods.has(head.method) &&
    framing.kind === 'none' &&
    upgradeOf(head) === undefined &&
    originSignInStep(head.headers) === undefined
  );
}

/** The protocols that a request asks to go on with. */
function upgradeOf({ method, minorVersion, headers }: RequestHead): string | undefined {
  if (minorVersion === 0 || method === 'CONNECT' || !hasToken(headers, 'connection', 'upgrade'))
    return undefined;
  return headerValue(headers, 'upgrade');
}
