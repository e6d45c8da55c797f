import { createServer, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Server } from 'proxy-chain';
import type { TraceStep } from '../../shared/activity';
import type { ByteCount, RouteTaken } from '../../shared/event';
import { assertNever, type Hop, type Problem } from '../../shared/problem';
import { formatHostPort, type HostPort } from '../../shared/settings';
import { encodeResponseHead } from '../http1/head-writer';
import { headerValue, keepsAlive, withoutNames } from '../http1/headers';
import type { HeaderList, RequestHead } from '../http1/message-head';
import { keepAliveDelayMs } from '../upstream/dial';
import type { Answer, HttpConnection } from '../upstream/http-connection';
import { OriginRoad } from '../upstream/origin-road';
import { OutgoingRequest } from '../upstream/outgoing-request';
import { UploadBody } from '../upstream/upload-body';
import { isConnectFailure, UpstreamError } from '../upstream/upstream-error';
import { ClientConnection, type ClientHandler, type NoRequest } from './client-connection';
import type { ClientExchange } from './client-exchange';
import { encodeFailure, failureAnswer, problemOf, RefusedRequest } from './failure';
import {
  forwardedInterimHeaders,
  forwardedRequestHeaders,
  forwardsLeft,
  upgradeHeaders,
} from './forwarded-headers';
import { awayRule, type Destination, findDestination, type Forwarding } from './forwarding';
import { localAnswer } from './local-answer';
import { isEmptiedForProxySignIn, offersConnectionSignIn, originSignInStep } from './origin-sign-in';
import { relayAnswer } from './relay';
import { joinTunnel } from './tunnel';

/** How long a client that is not wanted gets to read why, in milliseconds. */
const deniedLingerMs = 1_000;
/** How long the demand for a sign-in that comes before the end of the body is held back for it, in milliseconds. */
const earlyAnswerMs = 2_000;
/** Of the field lines of a request: what http1/ lets pass, as it is told. */
const maxHeaderBytes = 64 * 1024;
const nothing: Buffer = Buffer.alloc(0);
const authorization: ReadonlySet<string> = new Set(['authorization']);
/** Never shown to whoever asks a TRACE (RFC 9110, 9.3.8). */
const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);

type ForwardDestination = Destination & { readonly kind: 'forward' };

/** What a listener has carried since it was started. */
export interface TrafficCount extends ByteCount {
  readonly openTunnels: number;
}

/** An answer, and what becomes of its connection once it is over. */
interface Sent {
  readonly answer: Answer;
  /** Whether the connection belongs to the client's. */
  readonly isBound: boolean;
  readonly release: (isReusable: boolean) => void;
}

/** What is known about a request when it is over. */
interface Outcome {
  readonly id: number;
  readonly startMs: number;
  readonly trace: TraceStep[];
  isTunnel?: boolean;
  target?: HostPort;
  route?: RouteTaken;
  status?: number | undefined;
  problem?: Problem;
}

/**
 * One listener of the local proxy: proxy-chain's server listens, tracks the connections and closes them; what a client
 * says is read by `ClientConnection`, and what is done with a request is decided here, on both roads. Why Node's own
 * parser has no part in it: docs/decisions/client-parser.md.
 */
export class LocalProxy extends Server implements ClientHandler {
  readonly #forwarding: Forwarding;
  readonly #isAllowed: (remoteAddress: string) => boolean;
  /** By proxy-chain's number of the connection, until it has ended or become a tunnel. */
  readonly #clients = new Map<number, ClientConnection>();
  /** Bytes of a connection that belong to requests which are over. */
  readonly #told = new WeakMap<Socket, ByteCount>();
  /** Bytes of the connections that have ended. */
  #ended: ByteCount = { down: 0, up: 0 };
  #openTunnels = 0;
  /** Counts the networks: a connection over an old one is not pinned any more. */
  #epoch = 0;

  /** @param isAllowed whether a client with this address may connect */
  constructor(address: HostPort, forwarding: Forwarding, isAllowed: (remoteAddress: string) => boolean) {
    super({ host: address.host, port: address.port });
    this.#forwarding = forwarding;
    this.#isAllowed = isAllowed;
    // proxy-chain makes an http.Server, whose parser takes every connection before anybody else. A client that closes its
    // sending side behind its request still waits for the answer, hence half-open; keep-alive finds those that are gone.
    const server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveDelayMs,
    });
    server.on('connection', (socket) => this.onConnection(socket));
    this.server = server as typeof this.server;
    this.on('connectionClosed', ({ connectionId }: { readonly connectionId: number }) => {
      this.#clients.delete(connectionId);
      const socket = this.connections.get(connectionId);
      if (socket !== undefined) this.#ended = sum(this.#ended, countOf(socket));
    });
  }

  /** Counted when it is asked for: the relay itself counts nothing. */
  get traffic(): TrafficCount {
    let count = this.#ended;
    for (const socket of this.connections.values()) count = sum(count, countOf(socket));
    return { ...count, openTunnels: this.#openTunnels };
  }

  /** Listens. @throws NodeJS.ErrnoException as net.Server: EADDRINUSE, EADDRNOTAVAIL, EACCES ... */
  override async listen(): Promise<void> {
    await super.listen();
    // Out of descriptors, say: the connection is lost, the server goes on.
    this.server.on('error', (error) => this.emit('serverError', error));
  }

  /** The network has changed: connections that an origin has signed in over the old one lead nowhere. */
  dropPins(): void {
    this.#epoch += 1;
    for (const client of this.#clients.values()) if (client.hasPins) client.endWhenIdle();
  }

  override onConnection(socket: Socket): void {
    if (!this.#isAllowed(socket.remoteAddress ?? '')) {
      this.#deny(socket);
      return;
    }
    super.onConnection(socket);
    if (socket.destroyed) return;
    const client = new ClientConnection(socket, this);
    this.#clients.set(numberOf(socket), client);
  }

  /** What it sends is read and dropped, as unread bytes would reset the connection and the answer with it; and not for long. */
  #deny(socket: Socket): void {
    const problem: Problem = { kind: 'client-denied' };
    const answer = failureAnswer(problem, undefined, this.#forwarding.describe);
    const timer = setTimeout(() => socket.destroy(), deniedLingerMs);
    // A client that resets its connection is no event, and without a listener it would end the process.
    socket.on('error', () => undefined).on('close', () => clearTimeout(timer));
    socket.resume().end(encodeFailure(answer, this.#forwarding.date()));
    this.#tell('-', socket, Object.assign(this.#begin(), { problem, status: answer.status }));
  }

  refuse(client: ClientConnection, reason: NoRequest): void {
    const problem = problemOfNoRequest(reason);
    const answer = failureAnswer(problem, undefined, this.#forwarding.describe);
    client.endWith(encodeFailure(answer, this.#forwarding.date()));
    this.#tell('-', client.socket, Object.assign(this.#begin(), { problem, status: answer.status }));
  }

  serve(exchange: ClientExchange): void {
    void this.#serve(exchange);
  }

  async #serve(exchange: ClientExchange): Promise<void> {
    const { head, framing, connection } = exchange;
    const outcome = this.#begin();
    exchange.onOver = () => {
      outcome.status ??= exchange.status;
      this.#tell(head.method, connection.socket, outcome);
    };
    const upload =
      exchange.body &&
      new UploadBody(
        exchange.body,
        framing.kind === 'chunked' ? 'chunked' : 'length',
        () => exchange.trailers,
      );
    try {
      const destination = await this.#destination(exchange, outcome);
      if (exchange.isGone) return;
      if (exchange.brokenBy !== undefined) throw exchange.brokenBy;
      if (destination.kind === 'local') await this.#answerItself(exchange, destination);
      else if (forwardsLeft(head.method, head.headers) === 0) await this.#answerAsLast(exchange);
      else {
        await this.#forward(destination, exchange, outcome, (to) =>
          head.method === 'CONNECT'
            ? this.#openTunnel(exchange, to, outcome)
            : this.#exchange(exchange, upload, to, outcome),
        );
      }
    } catch (error) {
      upload?.discard();
      await this.#fail(error, exchange, outcome);
    }
  }

  /** Gets a request answered, and relays the answer. */
  async #exchange(
    exchange: ClientExchange,
    upload: UploadBody | undefined,
    destination: ForwardDestination,
    outcome: Outcome,
  ): Promise<void> {
    const { head, framing, upgrade } = exchange;
    const { via } = this.#forwarding;
    if (isEmptiedForProxySignIn(head.method, head.headers, exchange.body !== undefined)) {
      throw new RefusedRequest({ kind: 'needless-sign-in' });
    }
    const headers = forwardedRequestHeaders(head, framing, destination.host, via);
    if (upgrade !== undefined) headers.push(...upgradeHeaders(head.headers));
    const outgoing = new OutgoingRequest(head.method, destination.target, headers, upload, (interim) =>
      exchange.inform({ ...interim, headers: forwardedInterimHeaders(interim, via) }),
    );
    exchange.whenLost(() => outgoing.abort());
    this.#follow(outgoing, outcome);
    let sent: Sent | undefined;
    try {
      sent = await this.#send(exchange, outgoing, destination);
      const { answer, isBound, release } = sent;
      exchange.whenLost(() => answer.connection.destroy());
      const { status } = answer.head;
      this.#trace(outcome, { kind: 'answer', status });
      if (!exchange.isFirst) await exchange.whenFirst();
      if (isBound && status === 401 && upload?.isFinished === false) {
        if (!exchange.mustClose && !exchange.expectsContinue) await whenEnded(exchange.body);
        if (!upload.isFinished) exchange.closeAfter();
      }
      if (exchange.isGone) {
        answer.connection.destroy();
        return;
      }
      if (exchange.brokenBy !== undefined) throw exchange.brokenBy;
      if (status === 101) {
        this.#switchProtocols(exchange, answer, outcome);
        return;
      }
      relayAnswer(answer, { exchange, upload, via, date: this.#forwarding.date(), release });
    } catch (error) {
      outgoing.abort();
      sent?.release(false);
      throw error;
    }
  }

  /**
   * Sends a request. Where an origin signs in the connection (RFC 4559, 6), client and hop belong to each other until either
   * ends: it goes over the connection of before, is never sent elsewhere, and its connection is nobody else's afterwards.
   *
   * @returns the answer, and what becomes of its connection
   */
  async #send(
    exchange: ClientExchange,
    outgoing: OutgoingRequest,
    { road, route, address }: ForwardDestination,
  ): Promise<Sent> {
    const { connection, head } = exchange;
    const epoch = this.#epoch;
    const step = originSignInStep(head.headers);
    const pinned = connection.hasPins ? connection.pins.take(pinKey(route, address)) : undefined;
    let answer: Answer;
    try {
      if (pinned !== undefined) answer = await road.sendOver(pinned, outgoing);
      else if (step === 'next') throw new RefusedRequest({ kind: 'origin-sign-in-lost', target: address });
      else {
        outgoing.isBound = step !== undefined;
        answer = await road.send(outgoing);
      }
    } catch (error) {
      if (pinned !== undefined) connection.pins.drop(pinKey(route, address));
      // The client's connection was signed in, and is so no more; what was never sent may still go by another road.
      if (pinned !== undefined || (step !== undefined && !isConnectFailure(error))) exchange.closeAfter();
      throw error;
    }
    if (pinned === undefined && step === undefined && !offersConnectionSignIn(answer.head.headers)) {
      return { answer, isBound: false, release: (isReusable) => road.release(answer, isReusable) };
    }
    if (!keepsAlive(answer.head) || epoch !== this.#epoch) exchange.closeAfter();
    return {
      answer,
      isBound: true,
      release: (isReusable) => {
        if (isReusable && !exchange.isGone && epoch === this.#epoch) {
          connection.pins.put(pinKey(route, address), answer.connection);
          return;
        }
        connection.pins.drop(pinKey(route, address));
        answer.connection.destroy();
        connection.endWhenIdle();
      },
    };
  }

  async #openTunnel(
    exchange: ClientExchange,
    destination: ForwardDestination,
    outcome: Outcome,
  ): Promise<void> {
    if (destination.road instanceof OriginRoad) {
      const connection = await destination.road.connect();
      if (exchange.isGone) connection.destroy();
      else this.#joinTunnel(exchange, connection, outcome);
      return;
    }
    const { via } = this.#forwarding;
    const { head } = exchange;
    // No connection is signed in for an origin by what opens a tunnel to it.
    const asked = originSignInStep(head.headers) === undefined ? head : withoutAuthorization(head);
    const headers = forwardedRequestHeaders(asked, exchange.framing, destination.host, via);
    const outgoing = new OutgoingRequest('CONNECT', destination.target, headers);
    exchange.whenLost(() => outgoing.abort());
    this.#follow(outgoing, outcome);
    const answer = await destination.road.send(outgoing);
    const { status } = answer.head;
    this.#trace(outcome, { kind: 'answer', status });
    if (exchange.isGone) answer.connection.destroy();
    else if (status >= 200 && status < 300) this.#joinTunnel(exchange, answer.connection, outcome);
    else if (status === 101) throw switchedUnasked(answer);
    else {
      relayAnswer(answer, {
        exchange,
        upload: undefined,
        via,
        date: this.#forwarding.date(),
        release: (isReusable) => destination.road.release(answer, isReusable),
      });
    }
  }

  #joinTunnel(exchange: ClientExchange, connection: HttpConnection, outcome: Outcome): void {
    const { socket } = exchange.connection;
    const { hopSocket, rest } = connection.detach();
    this.#countTunnel(socket, outcome);
    const head = this.#leaveHttp(exchange, 200);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n', 'latin1');
    joinTunnel(socket, head, hopSocket, rest);
  }

  /** The connection is a tunnel from now on. Returns what the client has sent already. */
  #leaveHttp(exchange: ClientExchange, status: number): Buffer {
    this.#clients.delete(numberOf(exchange.connection.socket));
    return exchange.tunnel(status);
  }

  /** RFC 9110, 7.8: what follows is another protocol, in both directions. */
  #switchProtocols(exchange: ClientExchange, answer: Answer, outcome: Outcome): void {
    // Before the body is through, its rest would be taken for the other protocol.
    if (exchange.upgrade === undefined || !exchange.isReceived) throw switchedUnasked(answer);
    const { socket } = exchange.connection;
    const { hopSocket, rest } = answer.connection.detach();
    this.#countTunnel(socket, outcome);
    const head = this.#leaveHttp(exchange, 101);
    const headers = forwardedInterimHeaders(answer.head, this.#forwarding.via);
    socket.write(encodeResponseHead({ ...answer.head, headers, minorVersion: 1 }), 'latin1');
    joinTunnel(socket, head, hopSocket, rest);
  }

  /** The request is for the local proxy itself. */
  async #answerItself(
    exchange: ClientExchange,
    { path, host }: Destination & { readonly kind: 'local' },
  ): Promise<void> {
    const { remoteAddress: peer, localAddress, localPort } = exchange.connection.socket;
    const request = { method: exchange.head.method, host, peer, localAddress, localPort };
    const { status, headers, body } = localAnswer(request, path, this.#forwarding);
    await this.#answer(exchange, status, headers, body);
  }

  /** RFC 9110, 7.6.2: the request ends here, as if this were its origin. */
  async #answerAsLast(exchange: ClientExchange): Promise<void> {
    const { method, target, minorVersion, headers } = exchange.head;
    if (method === 'OPTIONS') {
      await this.#answer(
        exchange,
        200,
        ['Allow', 'GET, HEAD, POST, PUT, DELETE, OPTIONS, TRACE, CONNECT', 'Content-Length', '0'],
        nothing,
      );
      return;
    }
    const shown = withoutNames(headers, secretHeaders);
    const lines = shown.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
    const body = Buffer.from(`${method} ${target} HTTP/1.${minorVersion}\r\n${lines}\r\n`, 'latin1');
    const length = String(body.length);
    await this.#answer(exchange, 200, ['Content-Type', 'message/http', 'Content-Length', length], body);
  }

  /** An answer of Latchkey's own, when its turn has come. */
  async #answer(exchange: ClientExchange, status: number, headers: HeaderList, body: Buffer): Promise<void> {
    if (!exchange.isFirst) await exchange.whenFirst();
    exchange.answer(status, [...headers, 'Date', this.#forwarding.date()], body);
  }

  /** Sends along the route, and straight to the origin when the company network turns out to be away. */
  async #forward(
    destination: ForwardDestination,
    exchange: ClientExchange,
    outcome: Outcome,
    send: (destination: ForwardDestination) => Promise<void>,
  ): Promise<void> {
    try {
      await send(destination);
    } catch (error) {
      if (!isConnectFailure(error) || error.hop.role !== 'upstream' || exchange.isGone) throw error;
      // Nothing has been sent yet. Where it goes now that this is known:
      const other = await this.#destination(exchange, outcome);
      if (other.kind !== 'forward' || other.route.kind !== 'direct') throw error;
      await send(other);
    }
  }

  async #destination(exchange: ClientExchange, outcome: Outcome): Promise<Destination> {
    if (this.#forwarding.goesDirectWhenAway()) await this.#forwarding.upstreamRoad.whenRouted();
    const { head, connection } = exchange;
    const destination = findDestination(head, connection.socket.remoteAddress, this.#forwarding);
    if (destination.kind === 'local') {
      outcome.route = { kind: 'local' };
    } else {
      const { address, route } = destination;
      outcome.target = address;
      outcome.route = route;
      const rule = route.kind === 'direct' && route.rule !== awayRule ? route.rule : undefined;
      this.#trace(outcome, { kind: 'rule', rule });
    }
    this.#trace(outcome, { kind: 'route', route: outcome.route.kind });
    return destination;
  }

  /** Tells a client what is wrong, or ends its connection where it can no longer be told. */
  async #fail(error: unknown, exchange: ClientExchange, outcome: Outcome): Promise<void> {
    if (exchange.isGone) return;
    const { brokenBy } = exchange;
    const problem =
      brokenBy === undefined ? problemOf(error, this.#forwarding.account) : problemOfNoRequest(brokenBy);
    if (problem === undefined || exchange.hasBegun) {
      exchange.cut();
      return;
    }
    this.#reportBug(error, problem);
    outcome.problem = problem;
    const accept = headerValue(exchange.head.headers, 'accept');
    const { status, headers, body } = failureAnswer(problem, accept, this.#forwarding.describe);
    await this.#answer(exchange, status, headers, body);
  }

  /** A bug is caught at this border; what it was goes to whoever composed the engine. */
  #reportBug(error: unknown, problem: Problem): void {
    if (problem.kind === 'internal') this.emit('requestFailed', { error });
  }

  #begin(): Outcome {
    return { id: this.#forwarding.nextId(), startMs: this.#forwarding.monotonicMs(), trace: [] };
  }

  #trace(outcome: Outcome, step: WithoutTime<TraceStep>): void {
    outcome.trace.push({ ...step, atMs: this.#sinceStart(outcome) });
  }

  /** Notes which company proxy a request is sent to, and with which sign-in. */
  #follow(outgoing: OutgoingRequest, outcome: Outcome): void {
    outgoing.onPassage = ({ address }: Hop, hasLogon) => {
      this.#trace(outcome, { kind: 'upstream', upstream: address });
      if (hasLogon !== undefined) this.#trace(outcome, { kind: 'sign-in', hasLogon });
    };
  }

  #sinceStart({ startMs }: Outcome): number {
    return this.#forwarding.monotonicMs() - startMs;
  }

  #countTunnel(client: Socket, outcome: Outcome): void {
    outcome.isTunnel = true;
    this.#openTunnels += 1;
    client.once('close', () => {
      this.#openTunnels -= 1;
      const bytes = this.#untold(client);
      this.#forwarding.onEvent({
        kind: 'tunnel-ended',
        id: outcome.id,
        durationMs: this.#sinceStart(outcome),
        bytes,
      });
    });
  }

  /** The bytes of a connection since this was asked the last time. */
  #untold(socket: Socket): ByteCount {
    const before = this.#told.get(socket) ?? { down: 0, up: 0 };
    const now = countOf(socket);
    this.#told.set(socket, now);
    return { down: now.down - before.down, up: now.up - before.up };
  }

  #tell(method: string, socket: Socket, outcome: Outcome): void {
    const { id, target, route, status, problem, trace, isTunnel } = outcome;
    if (isTunnel !== true && problem !== undefined) {
      if (route === undefined) this.#trace(outcome, { kind: 'route', route: 'refused' });
      this.#trace(outcome, { kind: 'answer', status });
    }
    this.#forwarding.onEvent({
      kind: 'request-finished',
      id,
      method,
      target,
      route,
      status,
      durationMs: this.#sinceStart(outcome),
      problem,
      bytes: isTunnel === true ? undefined : this.#untold(socket),
      trace,
    });
  }
}

/**
 * An origin may ask for a sign-in before it has got the whole body. What it signs in is lost unless the body is, as browsers
 * do, sent to its end all the same; whoever takes longer than a moment is told that the connection ends.
 */
function whenEnded(body: Readable | undefined): Promise<void> {
  return new Promise((resolve) => {
    const onOver = (): void => {
      clearTimeout(timer);
      body?.off('end', onOver).off('close', onOver);
      resolve();
    };
    const timer = setTimeout(onOver, earlyAnswerMs);
    body?.on('end', onOver).on('close', onOver);
  });
}

function withoutAuthorization(head: RequestHead): RequestHead {
  return { ...head, headers: withoutNames(head.headers, authorization) };
}

/** proxy-chain's number of a connection. */
function numberOf(socket: Socket): number {
  return (socket as Socket & { readonly proxyChainId: number }).proxyChainId;
}

/** What a connection that an origin has signed in may be used for: the road and the origin. */
function pinKey({ kind }: RouteTaken, address: HostPort): string {
  return `${kind} ${formatHostPort(address).toLowerCase()}`;
}

function switchedUnasked({ connection }: Answer): UpstreamError {
  connection.destroy();
  return new UpstreamError(
    'broken-answer',
    connection.hop,
    'it switches to a protocol that nobody asked for',
  );
}

function problemOfNoRequest(reason: NoRequest): Problem {
  if (reason === 'late')
    return { kind: 'bad-request', status: 408, detail: 'its head did not arrive in time' };
  switch (reason.code) {
    case 'head-too-large':
    case 'too-many-lines':
      return { kind: 'head-too-large', limitBytes: maxHeaderBytes };
    case 'unknown-coding':
      return { kind: 'bad-request', status: 501, detail: reason.message };
    case 'bad-version':
      return { kind: 'bad-request', status: 505, detail: reason.message };
    case 'bad-chunk':
    case 'bad-framing':
    case 'bad-header':
    case 'bad-host':
    case 'bad-start-line':
    case 'incomplete':
      return { kind: 'bad-request', detail: reason.message };
    default:
      return assertNever(reason.code);
  }
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'atMs'> : never;

function countOf({ bytesWritten, bytesRead }: Socket): ByteCount {
  // Node has no number for a socket that was torn down in the middle of a write.
  return { down: (bytesWritten as number | undefined) ?? 0, up: bytesRead };
}

function sum(one: ByteCount, other: ByteCount): ByteCount {
  return { down: one.down + other.down, up: one.up + other.up };
}
