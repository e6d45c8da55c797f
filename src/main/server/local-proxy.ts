import {
  type IncomingMessage,
  STATUS_CODES,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { Server } from 'proxy-chain';
import type { TraceStep } from '../../shared/activity';
import type { ByteCount, RouteTaken } from '../../shared/event';
import type { Hop, Problem } from '../../shared/problem';
import type { HostPort } from '../../shared/settings';
import { encodeResponseHead } from '../http1/head-writer';
import type { ResponseHead } from '../http1/message-head';
import { OriginRoad } from '../upstream/origin-road';
import { OutgoingRequest } from '../upstream/outgoing-request';
import type { Answer, HttpConnection } from '../upstream/http-connection';
import { UploadBody } from '../upstream/upload-body';
import { isConnectFailure, UpstreamError } from '../upstream/upstream-error';
import { encodeFailure, failureAnswer, problemOf } from './failure';
import { forwardedRequestHeaders } from './forwarded-headers';
import { awayRule, type Destination, findDestination, type Forwarding } from './forwarding';
import { localAnswer, type LocalRequest } from './local-answer';
import { relayToSocket } from './raw-answer';
import { endWhenUploaded, relayToResponse } from './relay';
import { parseAbsoluteForm } from './request-target';
import { joinTunnel } from './tunnel';
import { readUpgradeBody, upgradeHeaders } from './upgrade';

const maxHeaderBytes = 64 * 1024;
const clientKeepAliveMs = 65_000;
/** How long a refused client gets to read why. */
const refusalLingerMs = 1_000;

type ForwardDestination = Destination & { readonly kind: 'forward' };

/** What a listener has carried since it was started. */
export interface TrafficCount extends ByteCount {
  readonly openTunnels: number;
}

/** What is known about a request when it is over. */
interface Outcome {
  readonly id: number;
  readonly startMs: number;
  readonly trace: TraceStep[];
  isTunnel?: boolean;
  target?: HostPort;
  route?: RouteTaken;
  status?: number;
  problem?: Problem;
}

/**
 * One listener of the local proxy: proxy-chain's server listens, parses and tracks the connections; what is done with
 * a request is decided here, on both routes.
 */
export class LocalProxy extends Server {
  readonly #forwarding: Forwarding;
  readonly #isAllowed: (remoteAddress: string) => boolean;
  /** Connections that are being told that they are not wanted. Node goes on parsing what they send. */
  readonly #refused = new WeakSet<Socket>();
  /** How many answers are under way on a connection; more than one when it is pipelined. */
  readonly #answering = new WeakMap<Socket, number>();
  /** Bytes of a connection that belong to requests which are over. */
  readonly #told = new WeakMap<Socket, ByteCount>();
  /** Bytes of the connections that have ended. */
  #ended: ByteCount = { down: 0, up: 0 };
  #openTunnels = 0;

  /** @param isAllowed whether a client with this address may connect */
  constructor(address: HostPort, forwarding: Forwarding, isAllowed: (remoteAddress: string) => boolean) {
    super({ host: address.host, port: address.port });
    this.#forwarding = forwarding;
    this.#isAllowed = isAllowed;
    const server = this.server as HttpServer & { maxHeaderSize: number; httpAllowHalfOpen: boolean };
    // Node reads these when a connection comes; proxy-chain has no options for them.
    server.maxHeaderSize = maxHeaderBytes;
    server.maxHeadersCount = 0;
    // A client that closes its sending side behind its request still waits for the answer.
    server.httpAllowHalfOpen = true;
    // Node's 300 s would cut long uploads; silent ones are ended by the idle limit of the connection.
    server.requestTimeout = 0;
    server.keepAliveTimeout = clientKeepAliveMs;
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      void this.onRequest(request, response);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      void this.onUpgrade(request, socket, head);
    });
    this.on('connectionClosed', ({ connectionId }: { readonly connectionId: number }) => {
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

  override onConnection(socket: Socket): void {
    // A client that resets its connection is no event, and without a listener it would end the process.
    socket.on('error', () => undefined);
    if (this.#isAllowed(socket.remoteAddress ?? '')) {
      super.onConnection(socket);
      return;
    }
    this.#refused.add(socket);
    const problem: Problem = { kind: 'client-denied' };
    const outcome = this.#begin();
    this.#endWith(socket, problem, undefined);
    this.#tell('-', socket, Object.assign(outcome, { problem, status: 403 }));
  }

  override onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
    // Behind an answer that has begun, anything that is written now would be taken for a part of it.
    if (error.code === 'ECONNRESET' || !socket.writable || this.#isAnswering(socket)) {
      socket.destroy();
      return;
    }
    if (error.code === 'HPE_HEADER_OVERFLOW') {
      this.#endWith(socket, { kind: 'head-too-large', limitBytes: maxHeaderBytes }, undefined);
      return;
    }
    const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const detail = isLate ? 'its head did not arrive in time' : 'it breaks the rules of HTTP';
    this.#endWith(socket, { kind: 'bad-request', detail }, undefined);
  }

  override async onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    if (this.#refused.has(socket)) return;
    this.stats.httpRequestCount += 1;
    this.#answering.set(socket, (this.#answering.get(socket) ?? 0) + 1);
    const outcome = this.#begin();
    let outgoing: OutgoingRequest | undefined;
    let body: UploadBody | undefined;
    response.on('close', () => {
      this.#answering.set(socket, (this.#answering.get(socket) ?? 1) - 1);
      if (!response.writableFinished) outgoing?.abort();
      if (response.headersSent) outcome.status = response.statusCode;
      this.#tell(request.method ?? '', socket, outcome);
    });
    try {
      const destination = await this.#destination(request, outcome);
      if (destination.kind === 'local') {
        const {
          status,
          headers,
          body: page,
        } = localAnswer(localRequest(request), destination.path, this.#forwarding);
        response.writeHead(status, STATUS_CODES[status], headers);
        endWhenUploaded(request, response, page);
        return;
      }
      const { via } = this.#forwarding;
      const headers = forwardedRequestHeaders(request.rawHeaders, destination.host, via);
      if (request.headers['transfer-encoding'] !== undefined) {
        headers.push('Transfer-Encoding', 'chunked');
        body = new UploadBody(request, 'chunked', () => request.rawTrailers);
      } else if (Number(request.headers['content-length'] ?? 0) > 0) {
        body = new UploadBody(request, 'length');
      }
      const onInformational = (head: ResponseHead): void => {
        // In a pipeline it may not be this answer's turn yet: an interim answer can be left out then.
        if (request.httpVersionMinor === 0 || response.headersSent || response.socket === null) return;
        response.socket.write(encodeResponseHead({ ...head, minorVersion: 1 }), 'latin1');
      };
      if (response.destroyed) return;
      await this.#forward(destination, request, outcome, async ({ target, road }) => {
        outgoing = new OutgoingRequest(request.method ?? '', target, headers, body, onInformational);
        if (response.destroyed) outgoing.abort();
        this.#follow(outgoing, outcome);
        const answer = await road.send(outgoing);
        this.#trace(outcome, { kind: 'answer', status: answer.head.status });
        relayToResponse(answer, { request, response, body, road, via });
      });
    } catch (error) {
      outgoing?.abort();
      body?.discard();
      this.#fail(error, request, response, outcome);
    }
  }

  override async onConnect(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    this.stats.connectRequestCount += 1;
    await this.#onBareSocket(request, socket, async (destination, outcome) => {
      if (destination.road instanceof OriginRoad) {
        const connection = await destination.road.connect();
        this.#openTunnel(socket, head, connection, outcome);
        return;
      }
      const { via } = this.#forwarding;
      const headers = forwardedRequestHeaders(request.rawHeaders, destination.host, via);
      const outgoing = new OutgoingRequest('CONNECT', destination.target, headers);
      const answer = await this.#sendFor(socket, outgoing, destination, outcome);
      if (answer.head.status >= 300) relayToSocket(answer, socket, destination.road, via);
      else this.#openTunnel(socket, head, answer.connection, outcome);
    });
  }

  /** Handles `Upgrade` over plain HTTP (RFC 9110, 7.8), as for a WebSocket. */
  async onUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    this.stats.httpRequestCount += 1;
    await this.#onBareSocket(request, socket, async (destination, outcome) => {
      const { via } = this.#forwarding;
      const body = readUpgradeBody(request, socket, head);
      const headers = [
        ...forwardedRequestHeaders(request.rawHeaders, destination.host, via),
        ...upgradeHeaders(request.rawHeaders),
        ...(body?.framing === 'chunked' ? ['Transfer-Encoding', 'chunked'] : []),
      ];
      const upload = body && new UploadBody(body.source, body.framing);
      const outgoing = new OutgoingRequest(
        request.method ?? '',
        destination.target,
        headers,
        upload,
        (interim) => {
          socket.write(encodeResponseHead({ ...interim, minorVersion: 1 }), 'latin1');
        },
      );
      const answer = await this.#sendFor(socket, outgoing, destination, outcome);
      if (answer.head.status !== 101) {
        relayToSocket(answer, socket, destination.road, via);
        return;
      }
      socket.write(encodeResponseHead({ ...answer.head, minorVersion: 1 }), 'latin1');
      const { hopSocket, rest } = answer.connection.detach();
      this.#countTunnel(socket, outcome);
      joinTunnel(socket, body === undefined ? head : body.rest(), hopSocket, rest);
    });
  }

  #isAnswering(socket: Socket): boolean {
    return (this.#answering.get(socket) ?? 0) > 0;
  }

  /** What CONNECT and Upgrade share: Node has stepped back, and the answer is written to the socket itself. */
  async #onBareSocket(
    request: IncomingMessage,
    socket: Socket,
    forward: (destination: ForwardDestination, outcome: Outcome) => Promise<void>,
  ): Promise<void> {
    if (this.#refused.has(socket)) return;
    // The answer to an earlier request is still under way, and would run into this one.
    if (this.#isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const outcome = this.#begin();
    const isHead = request.method === 'HEAD';
    try {
      const destination = await this.#destination(request, outcome);
      if (destination.kind === 'local') {
        const { status, headers, body } = localAnswer(
          localRequest(request),
          destination.path,
          this.#forwarding,
        );
        outcome.status = status;
        const reason = STATUS_CODES[status] ?? '';
        this.#endBare(socket, encodeFailure({ status, reason, headers, body }, isHead));
        return;
      }
      await this.#forward(destination, request, outcome, (to) => forward(to, outcome));
    } catch (error) {
      const problem = problemOf(error, this.#forwarding.account);
      if (problem === undefined) {
        socket.destroy();
      } else {
        outcome.problem = problem;
        outcome.status = this.#endWith(socket, problem, request.headers.accept, isHead);
        this.#reportBug(error, problem);
      }
    } finally {
      this.#tell(request.method ?? '', socket, outcome);
    }
  }

  /** Sends a request whose client is a bare socket: when the socket closes, the request is aborted. */
  async #sendFor(
    socket: Socket,
    outgoing: OutgoingRequest,
    { road }: ForwardDestination,
    outcome: Outcome,
  ): Promise<Answer> {
    const abort = (): void => outgoing.abort();
    socket.on('close', abort);
    this.#follow(outgoing, outcome);
    try {
      const answer = await road.send(outgoing);
      const { status } = answer.head;
      this.#trace(outcome, { kind: 'answer', status });
      outcome.status = status;
      if (!socket.destroyed) return answer;
      answer.connection.destroy();
      throw new UpstreamError('aborted', answer.connection.hop, 'the client has gone away');
    } finally {
      socket.off('close', abort);
    }
  }

  #openTunnel(client: Socket, head: Buffer, connection: HttpConnection, outcome: Outcome): void {
    const { hopSocket, rest } = connection.detach();
    outcome.status = 200;
    this.#countTunnel(client, outcome);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n', 'latin1');
    joinTunnel(client, head, hopSocket, rest);
  }

  /** Sends along the route, and straight to the origin when the company network turns out to be away. */
  async #forward(
    destination: ForwardDestination,
    request: IncomingMessage,
    outcome: Outcome,
    send: (destination: ForwardDestination) => Promise<void>,
  ): Promise<void> {
    try {
      await send(destination);
    } catch (error) {
      if (!isConnectFailure(error) || error.hop.role !== 'upstream') throw error;
      // Nothing has been sent yet. Where it goes now that this is known:
      const other = await this.#destination(request, outcome);
      if (other.kind !== 'forward' || other.route.kind !== 'direct') throw error;
      await send(other);
    }
  }

  async #destination(request: IncomingMessage, outcome: Outcome): Promise<Destination> {
    if (this.#forwarding.goesDirectWhenAway()) await this.#forwarding.upstreamRoad.whenRouted();
    const destination = findDestination(request, this.#forwarding);
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

  #fail(error: unknown, request: IncomingMessage, response: ServerResponse, outcome: Outcome): void {
    const problem = problemOf(error, this.#forwarding.account);
    if (problem === undefined || response.headersSent) {
      response.destroy();
      return;
    }
    outcome.problem = problem;
    const { status, reason, headers, body } = failureAnswer(
      problem,
      request.headers.accept,
      this.#forwarding.describe,
    );
    response.writeHead(status, reason, [...headers]);
    endWhenUploaded(request, response, body);
    this.#reportBug(error, problem);
  }

  /** Tells a client what is wrong and closes. Returns the status that it was told. */
  #endWith(socket: Socket, problem: Problem, accept: string | undefined, isHead = false): number {
    const answer = failureAnswer(problem, accept, this.#forwarding.describe);
    this.#endBare(socket, encodeFailure(answer, isHead));
    return answer.status;
  }

  #endBare(socket: Socket, bytes: Buffer): void {
    socket.end(bytes);
    // Whatever the client still sends is read and dropped: unread bytes would reset the connection, and the
    // answer with it.
    socket.resume();
    socket.setTimeout(refusalLingerMs, () => socket.destroy());
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

type WithoutTime<T> = T extends unknown ? Omit<T, 'atMs'> : never;

function countOf({ bytesWritten, bytesRead }: Socket): ByteCount {
  // Node has no number for a socket that was torn down in the middle of a write.
  return { down: (bytesWritten as number | undefined) ?? 0, up: bytesRead };
}

function sum(one: ByteCount, other: ByteCount): ByteCount {
  return { down: one.down + other.down, up: one.up + other.up };
}

function localRequest({ method = '', url = '', headers, socket }: IncomingMessage): LocalRequest {
  const { remoteAddress: peer, localAddress, localPort } = socket;
  const host = parseAbsoluteForm(url)?.host ?? headers.host;
  return { method, host, peer, localAddress, localPort };
}
