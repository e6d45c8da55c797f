import type { Socket } from 'node:net';
import type { ByteCount } from '../../shared/event';
import type { Problem } from '../../shared/problem';
import { formatHostPort, type HostPort, type SocksUser } from '../../shared/settings';
import type { RequestHead } from '../http1/message-head';
import { HttpConnection } from '../upstream/http-connection';
import { isDrained } from '../upstream/drain';
import { problemOf } from './failure';
import type { ForwardedRequest, Forwarder } from './forwarder';
import type { ForwardDestination, Forwarding } from './forwarding';
import { RequestRecord } from './request-record';
import { SocksHandshake, socksReplies, socksReply, type SocksRefusal } from './socks-handshake';
import { joinTunnel } from './tunnel';

/** How long a client may take to say what it wants, in milliseconds, however it spreads that. */
const handshakeMs = 30_000;
/** How long a client gets to read that it was turned away, in milliseconds. */
const lingerMs = 1_000;
/** How long the body of a refusal may take, in milliseconds: then its connection is not used again. */
const refusalMs = 2_000;
/** What a client may send before its tunnel is open, in bytes. */
const maxHeldBytes = 65_536;

const nothing = Buffer.alloc(0);

/** What all connections of a listener share. */
export interface TunnelService {
  readonly forwarding: Forwarding;
  readonly forwarder: Forwarder;
  /** Told of a bug. */
  readonly onBug: (error: unknown) => void;
}

/**
 * A client whose connection becomes a tunnel and nothing else: by SOCKS5, or to the one target of its port. It is a CONNECT like
 * any other to `Forwarder`. Its socket is ended here until it is joined, then by the tunnel.
 */
export class TunnelClient implements ForwardedRequest {
  readonly socket: Socket;
  told: ByteCount = { down: 0, up: 0 };
  readonly framing = { kind: 'none' } as const;
  readonly connection = this;
  readonly #service: TunnelService;
  readonly #socks: SocksHandshake | undefined;
  readonly #timer: NodeJS.Timeout;
  #state: 'asking' | 'opening' | 'joined' | 'over' = 'asking';
  /** What it has sent for the tunnel already. */
  #held: Buffer = nothing;
  #target: HostPort | undefined;
  #abort: () => void = () => undefined;

  /** @param way the target of the port, or who may name one by SOCKS5 */
  constructor(
    socket: Socket,
    way: { readonly target: HostPort } | { readonly users: readonly SocksUser[] },
    service: TunnelService,
  ) {
    this.socket = socket;
    this.#service = service;
    this.#socks = 'users' in way ? new SocksHandshake(way.users) : undefined;
    this.#timer = setTimeout(() => this.#isLate(), handshakeMs);
    socket
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('close', this.#onClose)
      // A client that resets its connection is no event: `close` follows.
      .on('error', () => undefined);
    if ('target' in way) this.#open(way.target);
  }

  get head(): RequestHead {
    const target = formatHostPort(this.#target ?? { host: '', port: 0 });
    return { kind: 'request', method: 'CONNECT', target, minorVersion: 1, headers: [] };
  }

  get isGone(): boolean {
    return this.#state === 'over';
  }

  whenLost(abort: () => void): void {
    this.#abort = abort;
    if (this.isGone) abort();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#state === 'asking' && this.#socks !== undefined) this.#hear(this.#socks, chunk);
    else if (this.#state === 'opening') this.#hold(chunk);
  };

  #hold(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (this.#held.length >= maxHeldBytes) this.socket.pause();
  }

  #hear(socks: SocksHandshake, chunk: Buffer): void {
    const step = socks.push(chunk);
    if (step.kind === 'refused') {
      this.#turnAway(step.reply, step.why);
      return;
    }
    if (step.reply.length > 0) this.socket.write(step.reply);
    if (step.kind === 'more') return;
    this.#held = step.rest;
    this.#open(step.target);
  }

  /** What was no request is told, as it may be a program with a wrong setting. */
  #turnAway(reply: Buffer, why: SocksRefusal): void {
    const record = new RequestRecord(this.#service.forwarding);
    record.problem =
      why.kind === 'sign-in'
        ? { kind: 'socks-sign-in-refused' }
        : { kind: 'bad-request', detail: why.detail };
    this.#endWith(reply);
    record.tellFinished('-', this);
  }

  #isLate(): void {
    // One that has said nothing is a connection that a program keeps for later.
    if (this.#socks?.isEmpty === true) this.#endWith(nothing);
    else this.#turnAway(nothing, { kind: 'malformed', detail: 'it took too long to say what it wants' });
  }

  #open(target: HostPort): void {
    clearTimeout(this.#timer);
    this.#state = 'opening';
    this.#target = target;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const { forwarder, forwarding, onBug } = this.#service;
    const record = new RequestRecord(forwarding);
    try {
      const destination = await forwarder.destination(this, record);
      if (destination.kind === 'local') throw new Error('a CONNECT is never for the local proxy');
      if (!this.isGone) await this.#reach(destination, record);
    } catch (error) {
      const problem = problemOf(error, forwarding.account);
      if (problem?.kind === 'internal') onBug(error);
      if (!this.isGone) record.problem = problem;
      this.#fail(replyFor(problem));
    }
    record.tellFinished('CONNECT', this);
  }

  /** Opens the way to its target and joins it, or says with which answer the company proxy has refused that. */
  async #reach(destination: ForwardDestination, record: RequestRecord): Promise<void> {
    const { forwarder } = this.#service;
    const opened = await forwarder.forward(destination, this, record, (to) =>
      forwarder.openTunnel(to, this, record),
    );
    this.#abort = () => undefined;
    if (opened instanceof HttpConnection) this.#join(opened, record);
    else {
      record.status = opened.head.status;
      this.#fail(replyForStatus(opened.head.status));
      destination.road.release(opened, await isDrained(opened, refusalMs));
    }
  }

  #join(connection: HttpConnection, record: RequestRecord): void {
    if (this.isGone) {
      connection.destroy();
      return;
    }
    const { hopSocket, rest } = connection.detach();
    this.#state = 'joined';
    record.status = 200;
    this.#service.forwarder.countTunnel(this, record);
    this.socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    if (this.#socks !== undefined) this.socket.write(socksReply(socksReplies.succeeded));
    joinTunnel(this.socket, this.#held, hopSocket, rest);
    this.#held = nothing;
  }

  #fail(code: number): void {
    if (this.isGone) return;
    this.#endWith(this.#socks === undefined ? nothing : socksReply(code));
  }

  /** Says the last word and ends the connection; what comes is read and dropped, as it would reset it. */
  #endWith(reply: Buffer): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    clearTimeout(this.#timer);
    this.#held = nothing;
    const timer = setTimeout(() => this.socket.destroy(), lingerMs);
    this.socket.once('close', () => clearTimeout(timer));
    this.socket.resume().end(reply);
  }

  readonly #onEnd = (): void => {
    // Once it has asked it may have said all that it wants to.
    if (this.#state === 'asking') this.#endWith(nothing);
    else if (this.#state === 'over') this.socket.destroy();
  };

  readonly #onClose = (): void => {
    clearTimeout(this.#timer);
    this.#state = 'over';
    this.#held = nothing;
    this.#abort();
  };
}

/** What a SOCKS client is told of a company proxy's refusal. */
function replyForStatus(status: number): number {
  if (status === 403 || status === 407) return socksReplies.notAllowed;
  return status === 502 || status === 503 || status === 504
    ? socksReplies.hostUnreachable
    : socksReplies.generalFailure;
}

/** The replies of RFC 1928, 6 that say most of a problem; of others that it has failed. */
const problemReplies: { readonly [Kind in Problem['kind']]?: number } = {
  'target-denied': socksReplies.notAllowed,
  'target-refused': socksReplies.notAllowed,
  loop: socksReplies.notAllowed,
  'name-not-found': socksReplies.hostUnreachable,
  'connect-timed-out': socksReplies.hostUnreachable,
  unreachable: socksReplies.networkUnreachable,
  'local-network-denied': socksReplies.networkUnreachable,
};

function replyFor(problem: Problem | undefined): number {
  if (problem === undefined) return socksReplies.generalFailure;
  // A company proxy that refuses says nothing of the target.
  if (problem.kind === 'connection-refused' && problem.hop.role === 'origin')
    return socksReplies.connectionRefused;
  return problemReplies[problem.kind] ?? socksReplies.generalFailure;
}
