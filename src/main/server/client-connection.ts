import type { Socket } from 'node:net';
import type { ByteCount } from '../../shared/event';
import { BodyDecoder } from '../http1/body-decoder';
import { type BodyFraming, requestFraming } from '../http1/body-framing';
import { requestHeadParser } from '../http1/head-parser';
import { checkHost } from '../http1/host-field';
import { Http1Error } from '../http1/http1-error';
import type { RequestHead } from '../http1/message-head';
import { hasRoom } from '../upstream/has-room';
import { ClientExchange, type ExchangeConnection, mayRunBeside } from './client-exchange';
import { ClientTimer, limits } from './client-timer';
import type { NoRequest } from './no-request';
import { Pins } from './pins';

/** Who answers what a client asks for. */
export interface ClientHandler {
  /** A request has begun. It ends with an answer, a tunnel, or the end of the connection. */
  serve(exchange: ClientExchange): void;
  /** All that can be done is to say so with `endWith`. */
  refuse(connection: ClientConnection, reason: NoRequest): void;
}

/** What comes next on the connection, and waits for its turn. */
type Arrival =
  | { readonly head: RequestHead; readonly framing: BodyFraming }
  | { readonly refusal: NoRequest };

/** Bytes of a client that wait for their turn; more are left in the kernel. */
const maxHeldBytes = 64 * 1024;

const nothing: Buffer = Buffer.alloc(0);

/**
 * `reading`: what comes is parsed. `waiting`: what comes next has been parsed, but its turn is later. `bare`: the present
 * request may become a tunnel, so that nothing behind it is read as HTTP. `broken`: where the next request begins will never be
 * known. `draining`: the last answer has been given.
 */
type State = 'reading' | 'waiting' | 'bare' | 'broken' | 'draining' | 'detached' | 'closed';

/**
 * One client's connection as an HTTP/1.1 server sees it (RFC 9112): requests in, answers out, in the order of the requests.
 * It owns the socket until `detach`, and its end ends the requests under way and the pins.
 */
export class ClientConnection implements ExchangeConnection {
  readonly #handler: ClientHandler;
  told: ByteCount = { down: 0, up: 0 };
  /** Most clients need none. */
  #pins: Pins | undefined;
  readonly #parser = requestHeadParser();
  #state: State = 'reading';
  /** In the order in which they came; the first is the one whose answer may be written. */
  readonly #underWay: ClientExchange[] = [];
  /** The one whose body is being received. */
  #receiving: ClientExchange | undefined;
  #decoder: BodyDecoder | undefined;
  #next: Arrival | undefined;
  #held: Buffer = nothing;
  #isPaused = false;
  #hasClientEnded = false;
  readonly #timer: ClientTimer;

  constructor(
    readonly socket: Socket,
    handler: ClientHandler,
  ) {
    this.#handler = handler;
    this.#timer = new ClientTimer(socket, limits.keepAliveMs, this.#onTimeout);
    socket
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('close', this.#onClose)
      .on('drain', this.#onDrain);
  }

  get pins(): Pins {
    if (this.#pins === undefined) {
      this.#pins = new Pins(() => this.endWhenIdle());
      if (this.#state === 'closed' || this.#state === 'detached') this.#pins.close();
    }
    return this.#pins;
  }

  get hasPins(): boolean {
    return this.#pins?.isEmpty === false;
  }

  endWhenIdle(): void {
    if (this.#isOver) return;
    const last = this.#underWay.at(-1);
    if (last === undefined) this.#drain(limits.lingerMs);
    else last.closeAfter();
  }

  /** Writes a last answer to something that was no request, and ends the connection. */
  endWith(bytes: Buffer): void {
    if (this.#isOver) return;
    this.socket.write(bytes);
    this.#drain(limits.lingerMs);
  }

  detach(): Buffer {
    const held = this.#held;
    this.#state = 'detached';
    this.#forget();
    this.socket
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('close', this.#onClose)
      .off('drain', this.#onDrain);
    return held;
  }

  // For ClientExchange

  settle(exchange: ClientExchange): void {
    if (this.#isOver || !exchange.isAnswered) return;
    if (exchange.mustClose) {
      this.#drain(exchange.isReceived ? limits.lingerMs : limits.uploadLingerMs);
      return;
    }
    if (!exchange.isReceived) {
      // The rest of the body is read for a moment, and dropped: closing at once would reset the connection, and could
      // destroy the answer on its way.
      this.#timer.arm(limits.uploadLingerMs);
      return;
    }
    this.#underWay.shift();
    const [first] = this.#underWay;
    if (first !== undefined) first.comesFirst();
    else this.#timer.arm(limits.keepAliveMs);
    if (this.#state !== 'reading') this.#goOn();
    if (this.#hasClientEnded) this.#endBehindClient();
  }

  giveUpBody(): void {
    this.#state = 'broken';
    this.#decoder = undefined;
    this.#receiving = undefined;
  }

  pauseBody(): void {
    this.#pause();
  }

  resumeBody(): void {
    if (this.#held.length < maxHeldBytes) this.#resume();
  }

  get #isOver(): boolean {
    return this.#state === 'draining' || this.#state === 'closed' || this.#state === 'detached';
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#state === 'reading') this.#read(chunk);
    else if (this.#state === 'waiting' || this.#state === 'bare') this.#hold(chunk);
  };

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    if (this.#held.length >= maxHeldBytes) this.#pause();
  }

  /** Takes up what has waited. */
  #goOn(): void {
    const next = this.#next;
    if (next !== undefined) {
      if (!this.#mayBegin(next)) return;
      this.#next = undefined;
    }
    this.#state = 'reading';
    const held = this.#held;
    this.#held = nothing;
    this.#onData(next === undefined ? held : this.#begin(next, held));
    if (this.#held.length < maxHeldBytes) this.#resume();
  }

  #read(chunk: Buffer): void {
    let bytes = chunk;
    while (bytes.length > 0 && this.#state === 'reading') {
      if (this.#decoder !== undefined) {
        const rest = this.#readBody(this.#decoder, bytes);
        if (rest === undefined) return;
        bytes = rest;
        continue;
      }
      let next: Arrival;
      try {
        const parsed = this.#parser.push(bytes);
        if (parsed === undefined) {
          this.#waitForHead();
          return;
        }
        const { head } = parsed;
        bytes = parsed.rest;
        checkHost(head);
        next = { head, framing: requestFraming(head) };
      } catch (error) {
        if (!(error instanceof Http1Error)) throw error;
        next = { refusal: error };
      }
      if (this.#mayBegin(next)) bytes = this.#begin(next, bytes);
      else {
        this.#next = next;
        this.#state = 'waiting';
      }
    }
    if (this.#state === 'waiting' || this.#state === 'bare') this.#hold(bytes);
  }

  /** @returns the bytes behind the body once it is over */
  #readBody(decoder: BodyDecoder, bytes: Buffer): Buffer | undefined {
    const exchange = this.#receiving;
    let rest: Buffer | undefined;
    try {
      rest = decoder.push(bytes);
    } catch (error) {
      if (!(error instanceof Http1Error)) throw error;
      exchange?.bodyBroke(error);
      return undefined;
    }
    if (rest === undefined || exchange === undefined) return undefined;
    // Whoever takes the body may have paused behind its last piece, and will not ask for more.
    this.#resume();
    this.#decoder = undefined;
    this.#receiving = undefined;
    if (exchange.mayTunnel && !exchange.isAnswered) this.#state = 'bare';
    exchange.bodyEnded(decoder.trailers);
    return rest;
  }

  /**
   * Requests that change nothing may run beside each other; everything else waits, and is waited for. So does what comes
   * behind a request that ends the connection: it is never carried out (RFC 9112, 9.6). Nothing begins before the client takes
   * what it has asked for already, as answers would pile up here.
   */
  #mayBegin(next: Arrival): boolean {
    if (!hasRoom(this.socket)) return false;
    if (this.#underWay.length === 0) return true;
    return 'head' in next && !this.hasPins && mayRunBeside(this.#underWay, next.head, next.framing);
  }

  /**
   * @param rest what came behind its head
   * @returns the part of it that is to be read on
   */
  #begin(next: Arrival, rest: Buffer): Buffer {
    if ('refusal' in next) {
      this.#handler.refuse(this, next.refusal);
      return nothing;
    }
    const { head, framing } = next;
    const exchange = new ClientExchange(this, head, framing, this.#underWay.length === 0);
    this.#underWay.push(exchange);
    if (!exchange.isReceived) {
      this.#receiving = exchange;
      this.#decoder = new BodyDecoder(framing, (chunk) => exchange.takeBody(chunk));
    } else if (exchange.mayTunnel) {
      this.#state = 'bare';
      this.#hold(rest);
    }
    this.#handler.serve(exchange);
    return this.#state === 'bare' ? nothing : rest;
  }

  #waitForHead(): void {
    if (this.#underWay.length === 0 && this.#timer.ms !== limits.headMs && !this.#parser.isEmpty)
      this.#timer.arm(limits.headMs);
  }

  /** Reads on only to drop it, so that the last answer arrives; then ends the connection. */
  #drain(forMs: number): void {
    this.#state = 'draining';
    this.#held = nothing;
    this.#resume();
    this.#timer.arm(limits.stalledMs);
    this.socket.end(() => {
      if (this.#state === 'draining') this.#timer.arm(forMs);
    });
  }

  readonly #onEnd = (): void => {
    this.#hasClientEnded = true;
    const isWaitedFor = this.#underWay.length > 0 && this.#receiving === undefined;
    this.#endBehindClient();
    if (isWaitedFor && !this.#isOver) {
      this.#timer.hasStalled();
      this.#timer.arm(limits.halfClosedMs);
    }
  };

  /** The client sends nothing more: what is not whole will never be, and the end comes behind the last answer. */
  #endBehindClient(): void {
    if (this.#isOver) return;
    if (this.#receiving !== undefined) {
      this.#receiving.bodyBroke(endedInside('body'));
    } else if (this.#underWay.length > 0 || this.#next !== undefined) return;
    else if (this.#parser.isEmpty) this.#drain(limits.lingerMs);
    else this.#handler.refuse(this, endedInside('head'));
  }

  readonly #onClose = (): void => {
    this.#state = 'closed';
    this.#forget();
    for (const exchange of this.#underWay.splice(0)) exchange.gone();
  };

  /** Drops what has waited, and the pins. */
  #forget(): void {
    this.#timer.clear();
    this.#next = undefined;
    this.#held = nothing;
    this.#decoder = undefined;
    this.#receiving = undefined;
    this.#pins?.close();
  }

  readonly #onDrain = (): void => {
    this.#underWay[0]?.drained();
    if (this.#state !== 'waiting') return;
    this.#goOn();
    if (this.#hasClientEnded) this.#endBehindClient();
  };

  readonly #onTimeout = (): void => {
    const [first] = this.#underWay;
    const isUnread =
      this.#state === 'draining'
        ? !this.socket.writableFinished
        : first === undefined && this.socket.writableLength > 0;
    if (isUnread) this.#timer.endIfStalled(limits.stalledMs);
    else if (this.#state === 'draining') this.socket.destroy();
    else if (first === undefined) {
      if (this.#parser.isEmpty) this.socket.destroy();
      else this.#handler.refuse(this, 'late');
    } else if (first.isAnswered && !first.isReceived) this.#drain(limits.lingerMs);
    else if (this.#hasClientEnded) this.#timer.endIfStalled(limits.halfClosedMs);
    else if (this.#isPaused) this.#timer.endIfStalled(limits.pausedMs);
  };

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.socket.pause();
    if (this.#isOver || this.#hasClientEnded || this.#underWay.length === 0) return;
    this.#timer.hasStalled();
    this.#timer.arm(limits.pausedMs);
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.socket.resume();
  }
}

function endedInside(part: 'head' | 'body'): Http1Error {
  return new Http1Error('incomplete', `the connection ended in the middle of its ${part}`);
}
