import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Server } from 'proxy-chain';
import type { ByteCount } from '../../shared/event';
import type { Problem } from '../../shared/problem';
import type { HostPort } from '../../shared/settings';
import { encodeResponseHead } from '../http1/head-writer';
import { headerValue } from '../http1/headers';
import { type Answer, HttpConnection } from '../upstream/http-connection';
import { OutgoingRequest } from '../upstream/outgoing-request';
import { UploadBody } from '../upstream/upload-body';
import { countOf, sum } from './byte-counts';
import { ClientConnection, type ClientHandler } from './client-connection';
import type { ClientExchange } from './client-exchange';
import { ExchangeSender, type Sent } from './exchange-sender';
import { encodeFailure, failureAnswer, type OwnAnswer, RefusedRequest, switchedUnasked } from './failure';
import {
  forwardedInterimHeaders,
  forwardedRequestHeaders,
  forwardsLeft,
  upgradeHeaders,
} from './forwarded-headers';
import { Forwarder } from './forwarder';
import type { Destination, ForwardDestination, Forwarding } from './forwarding';
import { lastAnswer } from './last-answer';
import { acceptOptions, type InheritedPort } from './inherited-ports';
import type { EngineListener, TrafficCount } from './listener';
import { localAnswer } from './local-answer';
import { type NoRequest, problemOfNoRequest } from './no-request';
import { type OpenPort, openPort } from './open-port';
import { isEmptiedForProxySignIn } from './origin-sign-in';
import { relayAnswer } from './relay';
import { RequestRecord } from './request-record';
import { joinTunnel } from './tunnel';

/** How long a client that is not wanted gets to read why, in milliseconds. */
const deniedLingerMs = 1_000;
/** How long the demand for a sign-in that comes before the end of the body is held back for it, in milliseconds. */
const earlyAnswerMs = 2_000;

/**
 * One listener of the local proxy: proxy-chain's server listens, tracks the connections and closes them; what a client
 * says is read by `ClientConnection`, where it goes is decided by `Forwarder`, and here it gets its answer. Why Node's own
 * parser has no part in it: docs/decisions/client-parser.md.
 */
export class LocalProxy extends Server implements ClientHandler, EngineListener {
  readonly #forwarding: Forwarding;
  readonly #forwarder: Forwarder;
  readonly #sender = new ExchangeSender();
  readonly #isAllowed: (remoteAddress: string) => boolean;
  /** By proxy-chain's number of the connection, until it has ended or become a tunnel. */
  readonly #clients = new Map<number, ClientConnection>();
  /** Bytes of the connections that have ended. */
  #ended: ByteCount = { down: 0, up: 0 };
  readonly #inherited: InheritedPort | undefined;
  #open: OpenPort | undefined;

  /** @param isAllowed whether a client with this address may connect @param inherited the port, where others have opened it */
  constructor(
    address: HostPort,
    forwarding: Forwarding,
    isAllowed: (remoteAddress: string) => boolean,
    inherited?: InheritedPort,
  ) {
    super({ host: address.host, port: address.port });
    this.#inherited = inherited;
    this.#forwarding = forwarding;
    this.#forwarder = new Forwarder(forwarding, true);
    this.#isAllowed = isAllowed;
    // proxy-chain makes an http.Server, whose parser takes every connection before anybody else.
    const server = createServer(acceptOptions);
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
    return { ...count, openTunnels: this.#forwarder.openTunnels };
  }

  /** @throws NodeJS.ErrnoException as `openPort` */
  override async listen(): Promise<void> {
    this.#open = await openPort(this.server, { host: this.host ?? '', port: this.port }, this.#inherited);
    this.port = this.#open.port;
    // Out of descriptors, say: the connection is lost, the server goes on.
    this.server.on('error', (error) => this.emit('serverError', error));
  }

  /** Accepts no more; resolves when the last connection has ended. */
  override async close(closeConnections = false): Promise<void> {
    if (closeConnections) this.closeConnections();
    await this.#open?.close();
    while (this.connections.size > 0) await once(this, 'connectionClosed');
  }

  dropPins(): void {
    this.#sender.beginEpoch();
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
    this.#tellRefused(problem, answer, undefined, countOf(socket));
  }

  refuse(client: ClientConnection, reason: NoRequest): void {
    const problem = problemOfNoRequest(reason);
    const answer = failureAnswer(problem, undefined, this.#forwarding.describe);
    client.endWith(encodeFailure(answer, this.#forwarding.date()));
    this.#tellRefused(problem, answer, client);
  }

  /** Tells of what was turned away without being a request. @param bytes of a connection that is no client's */
  #tellRefused(
    problem: Problem,
    { status }: OwnAnswer,
    client: ClientConnection | undefined,
    bytes?: ByteCount,
  ): void {
    const record = new RequestRecord(this.#forwarding);
    record.problem = problem;
    record.status = status;
    record.tellFinished('-', client, bytes);
  }

  serve(exchange: ClientExchange): void {
    void this.#serve(exchange);
  }

  async #serve(exchange: ClientExchange): Promise<void> {
    const { head, framing, connection } = exchange;
    const record = new RequestRecord(this.#forwarding);
    exchange.onOver = () => {
      record.status ??= exchange.status;
      record.tellFinished(head.method, connection);
    };
    const upload =
      exchange.body &&
      new UploadBody(
        exchange.body,
        framing.kind === 'chunked' ? 'chunked' : 'length',
        () => exchange.trailers,
      );
    try {
      const destination = await this.#forwarder.destination(exchange, record);
      if (exchange.isGone) return;
      if (exchange.brokenBy !== undefined) throw exchange.brokenBy;
      if (destination.kind === 'local') await this.#answerItself(exchange, destination);
      else if (forwardsLeft(head.method, head.headers) === 0) await this.#answer(exchange, lastAnswer(head));
      else if (head.method === 'CONNECT') {
        const opened = await this.#forwarder.forward(destination, exchange, record, (to) =>
          this.#forwarder.openTunnel(to, exchange, record),
        );
        this.#answerTunnel(exchange, opened, destination, record);
      } else {
        await this.#forwarder.forward(destination, exchange, record, (to) =>
          this.#exchange(exchange, upload, to, record),
        );
      }
    } catch (error) {
      upload?.discard();
      await this.#fail(error, exchange, record);
    }
  }

  /** Gets a request answered, and relays the answer. */
  async #exchange(
    exchange: ClientExchange,
    upload: UploadBody | undefined,
    destination: ForwardDestination,
    record: RequestRecord,
  ): Promise<void> {
    const { head, framing, upgrade } = exchange;
    const { via } = this.#forwarding;
    if (isEmptiedForProxySignIn(head.method, head.headers, exchange.body !== undefined)) {
      throw new RefusedRequest({ kind: 'needless-sign-in' });
    }
    const headers = this.#forwarder.headersFor(
      destination,
      forwardedRequestHeaders(head, framing, destination.host, via),
    );
    if (upgrade !== undefined) headers.push(...upgradeHeaders(head.headers));
    const outgoing = new OutgoingRequest(head.method, destination.target, headers, upload, (interim) =>
      exchange.inform({ ...interim, headers: forwardedInterimHeaders(interim, via) }),
    );
    exchange.whenLost(() => outgoing.abort());
    record.follow(outgoing);
    let sent: Sent | undefined;
    try {
      sent = await this.#sender.send(exchange, outgoing, destination);
      const { answer, isBound, release } = sent;
      exchange.whenLost(() => answer.connection.destroy());
      const { status } = answer.head;
      record.trace({ kind: 'answer', status });
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
        this.#switchProtocols(exchange, answer, record);
        return;
      }
      relayAnswer(answer, { exchange, upload, via, date: this.#forwarding.date(), release });
    } catch (error) {
      outgoing.abort();
      sent?.release(false);
      throw error;
    }
  }

  /** Joins what was opened for a tunnel, or relays the refusal. */
  #answerTunnel(
    exchange: ClientExchange,
    opened: HttpConnection | Answer,
    { road }: ForwardDestination,
    record: RequestRecord,
  ): void {
    if (opened instanceof HttpConnection) {
      if (exchange.isGone) opened.destroy();
      else this.#joinTunnel(exchange, opened, record);
      return;
    }
    if (exchange.isGone) {
      opened.connection.destroy();
      return;
    }
    relayAnswer(opened, {
      exchange,
      upload: undefined,
      via: this.#forwarding.via,
      date: this.#forwarding.date(),
      release: (isReusable) => road.release(opened, isReusable),
    });
  }

  #joinTunnel(exchange: ClientExchange, connection: HttpConnection, record: RequestRecord): void {
    const { socket } = exchange.connection;
    const { hopSocket, rest } = connection.detach();
    this.#forwarder.countTunnel(exchange.connection, record);
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
  #switchProtocols(exchange: ClientExchange, answer: Answer, record: RequestRecord): void {
    // Before the body is through, its rest would be taken for the other protocol.
    if (exchange.upgrade === undefined || !exchange.isReceived) throw switchedUnasked(answer);
    const { socket } = exchange.connection;
    const { hopSocket, rest } = answer.connection.detach();
    this.#forwarder.countTunnel(exchange.connection, record);
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
    await this.#answer(exchange, localAnswer(request, path, this.#forwarding));
  }

  /** An answer of Latchkey's own, when its turn has come. */
  async #answer(exchange: ClientExchange, { status, headers, body }: OwnAnswer): Promise<void> {
    if (!exchange.isFirst) await exchange.whenFirst();
    exchange.answer(status, [...headers, 'Date', this.#forwarding.date()], body);
  }

  /** Tells a client what is wrong, or ends its connection where it can no longer be told. */
  async #fail(error: unknown, exchange: ClientExchange, record: RequestRecord): Promise<void> {
    if (exchange.isGone) return;
    const { brokenBy } = exchange;
    const { account, clientAccounts } = this.#forwarding;
    const problem =
      brokenBy === undefined
        ? clientAccounts.problemOf(error, exchange.head, account)
        : problemOfNoRequest(brokenBy);
    if (problem === undefined || exchange.hasBegun) {
      exchange.cut();
      return;
    }
    this.#reportBug(error, problem);
    record.problem = problem;
    const accept = headerValue(exchange.head.headers, 'accept');
    await this.#answer(exchange, failureAnswer(problem, accept, this.#forwarding.describe));
  }

  /** A bug is caught at this border; what it was goes to whoever composed the engine. */
  #reportBug(error: unknown, problem: Problem): void {
    if (problem.kind === 'internal') this.emit('requestFailed', { error });
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

/** proxy-chain's number of a connection. */
function numberOf(socket: Socket): number {
  return (socket as Socket & { readonly proxyChainId: number }).proxyChainId;
}
