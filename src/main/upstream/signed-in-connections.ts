import type { Hop } from '../../shared/problem';
import { formatHostPort } from '../../shared/settings';
import { ConnectionPool } from './connection-pool';
import type { Credential } from './credential';
import type { CredentialGate } from './credential-gate';
import type { HopHabits } from './hop-habits';
import type { HopTimeouts } from './hop-timeouts';
import type { Answer, HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import { isDrained } from './drain';
import { isOfCompanyProxy, originAsked } from './sign-in';
import { exchangeWhole } from './sign-in-request';
import { UpstreamError } from './upstream-error';
import type { UpstreamHealth } from './upstream-health';
import type { WarmConnections } from './warm-connections';

/** What signed-in connections take from the road that they belong to. */
export interface SignedInConnectionsOptions {
  readonly gate: Pick<CredentialGate, 'credentialId' | 'mayWarm' | 'mayCarry' | 'refuseCarried'>;
  readonly health: Pick<UpstreamHealth, 'preferred'>;
  readonly habits: HopHabits;
  readonly warm: Pick<WarmConnections, 'next' | 'offer' | 'taken'>;
  readonly timeouts: HopTimeouts;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
}

/**
 * Connections that are signed in: which of them are idle, whom they are signed in for, and how requests go over them. One that
 * was signed in with another credential, or on another network, is not used again.
 */
export class SignedInConnections {
  readonly #options: SignedInConnectionsOptions;
  readonly #pool: ConnectionPool;
  /** What each may be used for: an upstream, a credential and a network. */
  readonly #keys = new WeakMap<HttpConnection, string>();
  /** What each request over them has to carry, where connections are not signed in, as with Basic. */
  readonly #carried = new WeakMap<
    HttpConnection,
    { readonly credential: Credential; readonly credentials: string }
  >();
  /** Those that were taken back: whoever has signed them in does not end them any more. */
  readonly #kept = new WeakSet<HttpConnection>();
  #lastKey:
    | { readonly hop: Hop; readonly credentialId: string; readonly epoch: number; readonly key: string }
    | undefined;
  #epoch = 0;

  constructor(options: SignedInConnectionsOptions) {
    this.#options = options;
    this.#pool = new ConnectionPool(options.nowMs);
  }

  /** On another network none of them is used again. */
  beginEpoch(): void {
    this.#epoch += 1;
    this.dropIdle();
  }

  /** Ends the idle ones. */
  dropIdle(): void {
    this.#pool.clear();
  }

  /** Ends the idle ones, and keeps no more. */
  close(): void {
    this.#pool.close();
  }

  /** This connection is signed in, or will be in a moment, with the credential and on the network of now. */
  add(connection: HttpConnection): void {
    this.#keys.set(connection, this.#key(connection.hop));
  }

  /** @param credentials the value of Proxy-Authorization that each request over it has to carry */
  carry(connection: HttpConnection, credential: Credential, credentials: string): void {
    this.#carried.set(connection, { credential, credentials });
  }

  /** Takes one back for whoever needs one next, or ends it. */
  keep(connection: HttpConnection): void {
    this.#kept.add(connection);
    const key = this.#keys.get(connection);
    if (key === undefined || key !== this.#key(connection.hop)) {
      connection.destroy();
      return;
    }
    const { health, warm } = this.#options;
    // Whoever waits was to go to the company proxy that is preferred, and looked at what that one does.
    const isOfUse = connection.isIdle && connection.hop === health.preferred;
    if (!isOfUse || !warm.offer(connection)) this.#pool.put(key, connection);
  }

  /** Whether it was taken back at some time, so that it is no longer up to whoever has signed it in. */
  wasKept(connection: HttpConnection): boolean {
    return this.#kept.has(connection);
  }

  /** Takes one back once its answer was read to the end. */
  release({ connection }: Answer, isReusable: boolean): void {
    if (!isReusable) {
      connection.destroy();
      return;
    }
    this.#options.habits.kept(connection.hop);
    this.keep(connection);
  }

  /** An idle one that this request may use. */
  take(request: OutgoingRequest): HttpConnection | undefined {
    const { health, habits, warm } = this.#options;
    const hop = health.preferred;
    if (habits.mustGoWithLogon(hop, request)) return undefined;
    const connection = this.#pool.take(this.#key(hop), !request.canRepeat || request.body !== undefined);
    if (connection !== undefined && request.method === 'CONNECT') warm.taken();
    return connection;
  }

  /**
   * The next one, where some are in the making.
   *
   * @throws UpstreamError aborted when the client has gone away meanwhile
   */
  async next(request: OutgoingRequest): Promise<HttpConnection | undefined> {
    const { gate, health, habits, warm } = this.#options;
    const hop = health.preferred;
    if (!gate.mayWarm || habits.mustGoWithLogon(hop, request)) return undefined;
    const next = warm.next(request);
    warm.taken();
    const connection = await next;
    if (!request.isAborted) return connection;
    if (connection !== undefined) this.keep(connection);
    throw new UpstreamError('aborted', hop, 'the client has gone away');
  }

  /** How many are idle. */
  idleCount(hop: Hop): number {
    return this.#pool.count(this.#key(hop));
  }

  /** Takes an idle one for a request that may be repeated. */
  takeIdle(hop: Hop): HttpConnection | undefined {
    return this.#pool.take(this.#key(hop), false);
  }

  /** Takes one that should be used lest it grows too old; see `ConnectionPool.takeAged`. */
  takeAged(hop: Hop, count: number, share: number, ageMs: number): HttpConnection | undefined {
    return this.#pool.takeAged(this.#key(hop), count, share, ageMs);
  }

  /** When there will be such a one; see `ConnectionPool.agedInMs`. */
  agedInMs(hop: Hop, count: number, share: number, ageMs: number): number {
    return this.#pool.agedInMs(this.#key(hop), count, share, ageMs);
  }

  /** Ends the idle ones to this upstream. */
  drop(hop: Hop): void {
    this.#pool.drop(this.#key(hop));
  }

  /** One that was taken turned out to have ended without a word. */
  lost(connection: HttpConnection): void {
    this.#pool.lost(this.#key(connection.hop), connection);
  }

  /** How long one may be idle and still be trusted, in milliseconds; undefined before there was one. */
  limitMs(hop: Hop): number | undefined {
    return this.#pool.limitMs(this.#key(hop));
  }

  /** Sends over an idle one. Undefined when it turned out to be of no use. */
  async sendOverIdle(connection: HttpConnection, request: OutgoingRequest): Promise<Answer | undefined> {
    const { hop } = connection;
    request.onPassage(hop, this.#options.habits.isOpen(hop) ? undefined : false);
    return this.send(connection, request, request.canRepeat);
  }

  /**
   * Sends over one. Undefined when it turned out to be of no use.
   *
   * @param mayBeStale whether the connection may have been closed before the request came
   * @throws UpstreamError origin-asked for a 407 that is not the company proxy's; closed-early also when the company proxy asks
   * again and the body cannot be sent again; and others as `HttpConnection.exchange`
   */
  async send(
    connection: HttpConnection,
    request: OutgoingRequest,
    mayBeStale = false,
  ): Promise<Answer | undefined> {
    let answer: Answer;
    try {
      answer = await this.sendPlain(connection, request);
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'closed-early' && mayBeStale) return undefined;
      throw error;
    }
    if (answer.head.status !== 407) return answer;
    if (!isOfCompanyProxy(answer)) throw await this.refuseOrigin(answer);
    // The upstream has forgotten who this is, or forbids this URL; it has not forwarded the request.
    request.mayBeCarriedOut = false;
    connection.destroy();
    request.wasAskedAgain = true;
    if (request.canResend) return undefined;
    this.#options.habits.askedAgain(connection.hop);
    throw new UpstreamError(
      'closed-early',
      connection.hop,
      'it asked for the sign-in again after the body was sent',
    );
  }

  /** A 407 of an origin is nobody's: the connection is as good as it was. */
  async refuseOrigin(answer: Answer): Promise<UpstreamError> {
    this.release(answer, await isDrained(answer, this.#options.timeouts.challengeMs));
    return originAsked(answer.connection);
  }

  /**
   * Sends without a logon, and takes whatever is answered; what the connection has to carry goes with it, and a 407 to that is
   * the end of it. The client's leaving ends the connection.
   *
   * @param timeoutMs for the head of the answer; default: as long as the origin likes
   * @throws UpstreamError credential-refused; closed-early before anything was sent when what it carries may not go now; and as
   * `HttpConnection.exchange`
   */
  async sendPlain(
    connection: HttpConnection,
    request: OutgoingRequest,
    timeoutMs = this.#options.timeouts.answerMs,
  ): Promise<Answer> {
    const { gate } = this.#options;
    const carried = this.#carried.get(connection);
    if (carried !== undefined && !gate.mayCarry(carried.credential)) {
      connection.destroy();
      throw new UpstreamError('closed-early', connection.hop, 'a logon is needed first');
    }
    request.whenAborted(connection.endOfExchange);
    request.mayBeCarriedOut = connection.isIdle;
    const answer = await exchangeWhole(connection, request, carried?.credentials, timeoutMs);
    if (carried === undefined || answer.head.status !== 407 || !isOfCompanyProxy(answer)) return answer;
    request.mayBeCarriedOut = false;
    connection.destroy();
    gate.refuseCarried(carried.credential, connection.hop);
    throw new UpstreamError('credential-refused', connection.hop, 'what the request carried was refused');
  }

  /** Asked for several times for each request, and nearly always of the same hop. */
  #key(hop: Hop): string {
    const { credentialId } = this.#options.gate;
    const last = this.#lastKey;
    if (last?.hop === hop && last.credentialId === credentialId && last.epoch === this.#epoch)
      return last.key;
    const key = `${formatHostPort(hop.address)} ${credentialId} ${this.#epoch}`;
    this.#lastKey = { hop, credentialId, epoch: this.#epoch, key };
    return key;
  }
}
