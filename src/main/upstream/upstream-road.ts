import { encodeRequestHead } from '../http1/head-writer';
import type { EngineEvent } from '../../shared/event';
import type { Hop } from '../../shared/problem';
import { formatHostPort, type HostPort } from '../../shared/settings';
import { ConnectionPool } from './connection-pool';
import type { CredentialGate, LogonPermit } from './credential-gate';
import { dial } from './dial';
import { type Answer, type HopTimeouts, HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import type { Road } from './road';
import type { ChallengeMessage } from '../ntlm/challenge-message';
import { type Entropy, logOn, requestChallenge } from './sign-in';
import { UpstreamError } from './upstream-error';

export interface UpstreamRoadOptions {
  /** At least one; tried in this order until one accepts the connection. */
  readonly upstreams: readonly HostPort[];
  readonly gate: CredentialGate;
  readonly workstation: string;
  readonly timeouts: HopTimeouts;
  readonly entropy: Entropy;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

/** The road through the company proxies: authenticated connections are kept, new ones sign in. */
export class UpstreamRoad implements Road {
  readonly #options: UpstreamRoadOptions;
  readonly #hops: readonly Hop[];
  readonly #pool: ConnectionPool;
  /** Upstreams that answered type 1 without asking for credentials. */
  readonly #openHops = new Set<Hop>();
  /** Upstreams that asked again on an authenticated connection: no body is risked on one of theirs. */
  readonly #forgetfulHops = new Set<Hop>();
  /** Connections in the middle of a handshake; they have no client that could end them. */
  readonly #signingIn = new Set<HttpConnection>();
  /** The upstream that accepted the last connection. */
  #preferred = 0;

  constructor(options: UpstreamRoadOptions) {
    this.#options = options;
    this.#hops = options.upstreams.map((address) => ({ role: 'upstream', address }));
    this.#pool = new ConnectionPool(options.monotonicMs);
  }

  async send(request: OutgoingRequest): Promise<Answer> {
    const pooled = await this.#sendPooled(request);
    if (pooled !== undefined) return pooled;
    let canRestart = true;
    for (;;) {
      try {
        return await this.#sendFresh(request);
      } catch (error) {
        if (!(error instanceof UpstreamError) || request.isAborted) throw error;
        // Another reading of the hash may be left; the gate says so by not being in the state refused.
        const isRefusal = error.code === 'credential-refused' && this.#options.gate.state === 'unproven';
        const isCut = error.code === 'closed-early' && canRestart;
        if (isCut) canRestart = false;
        if (!(isRefusal || isCut) || !request.canResend) throw error;
      }
    }
  }

  release(answer: Answer, isReusable: boolean): void {
    const { connection } = answer;
    if (isReusable) this.#pool.put(this.#key(connection.hop), connection);
    else connection.destroy();
  }

  /** Ends the idle connections and the handshakes; connections in use end with their clients. */
  close(): void {
    this.#pool.close();
    for (const connection of this.#signingIn) connection.destroy();
  }

  #key(hop: Hop): string {
    return `${formatHostPort(hop.address)} ${this.#options.gate.currentCandidate}`;
  }

  /** Tries an idle connection. Undefined when there is none, or when it turned out to be of no use. */
  async #sendPooled(request: OutgoingRequest): Promise<Answer | undefined> {
    const hop = this.#hops[this.#preferred];
    if (hop === undefined || (request.body !== undefined && this.#forgetfulHops.has(hop))) return undefined;
    const connection = this.#pool.take(this.#key(hop), !request.canRepeat || request.body !== undefined);
    if (connection === undefined) return undefined;
    let answer: Answer;
    try {
      answer = await this.#sendPlain(connection, request);
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'closed-early' && request.canRepeat)
        return undefined;
      throw error;
    }
    if (answer.head.status !== 407) return answer;
    // The upstream has forgotten who this is, and has not forwarded the request.
    connection.destroy();
    this.#forgetfulHops.add(hop);
    if (request.canResend) return undefined;
    throw new UpstreamError(
      'closed-early',
      connection.hop,
      'it asked for the sign-in again after the body was sent',
    );
  }

  /** Sends over a connection that needs no credentials (any more). The client's leaving ends it. */
  #sendPlain(connection: HttpConnection, request: OutgoingRequest): Promise<Answer> {
    const { method, target, headers, body, onInformational } = request;
    request.whenAborted(connection.endOfExchange);
    const head = encodeRequestHead({
      method,
      target,
      minorVersion: 1,
      headers: [...headers, 'Proxy-Connection', 'Keep-Alive'],
    });
    return connection.exchange(method, head, this.#options.timeouts.answerMs, body, onInformational);
  }

  async #sendFresh(request: OutgoingRequest): Promise<Answer> {
    const { gate, timeouts } = this.#options;
    const first = this.#hops[this.#preferred];
    let permit: LogonPermit | undefined;
    let connection: HttpConnection | undefined;
    try {
      // Most upstreams will ask: waiting for somebody else's first logon here costs no connection. Those that
      // do not ask need no permit, and a slow origin behind them must hold nobody up.
      if (first !== undefined && !this.#openHops.has(first)) {
        permit = await this.#admit(first, request);
        // Whoever waited may find a connection that somebody else has authenticated meanwhile.
        const pooled = gate.state === 'proven' ? await this.#sendPooled(request) : undefined;
        if (pooled !== undefined) return pooled;
      }
      connection = await this.#dial();
      const { hop } = connection;
      // What has begun is seen to its end even when the client leaves: the outcome of a logon must be known.
      request.whenAborted(undefined);
      this.#signingIn.add(connection);
      const leg = await requestChallenge(connection, request, timeouts);
      let answer: Answer;
      if (leg.kind === 'challenge') {
        this.#openHops.delete(hop);
        permit ??= await this.#admit(hop, request);
        answer = await this.#logOn(connection, request, leg.challenge, permit);
      } else {
        this.#openHops.add(hop);
        answer = leg.kind === 'answer' ? leg.answer : await this.#sendPlain(connection, request);
        if (answer.head.status === 407) {
          throw new UpstreamError(
            'bad-challenge',
            hop,
            'it asked for the sign-in only after the body was sent',
          );
        }
      }
      if (request.isAborted) throw new UpstreamError('aborted', hop, 'the client has gone away');
      request.whenAborted(answer.connection.endOfExchange);
      return answer;
    } catch (error) {
      connection?.destroy();
      throw error;
    } finally {
      if (connection !== undefined) this.#signingIn.delete(connection);
      permit?.unused();
    }
  }

  async #admit(hop: Hop, request: OutgoingRequest): Promise<LogonPermit> {
    const permit = await this.#options.gate.admit(hop);
    if (!request.isAborted) return permit;
    permit.unused();
    throw new UpstreamError('aborted', hop, 'the client has gone away');
  }

  async #logOn(
    connection: HttpConnection,
    request: OutgoingRequest,
    challenge: ChallengeMessage,
    permit: LogonPermit,
  ): Promise<Answer> {
    const { onEvent, workstation, entropy, timeouts } = this.#options;
    const facts = { upstream: connection.hop.address, account: permit.credential.account };
    onEvent({ kind: 'logon-sent', ...facts });
    try {
      const answer = await logOn(connection, request, challenge, permit, workstation, entropy, timeouts);
      onEvent({ kind: 'logon-accepted', ...facts });
      return answer;
    } catch (error) {
      const isRefusal = error instanceof UpstreamError && error.code === 'credential-refused';
      onEvent({ kind: isRefusal ? 'logon-refused' : 'logon-unanswered', ...facts });
      throw error;
    }
  }

  /** Connects to the first upstream that can be reached, beginning with the one that worked last. */
  async #dial(): Promise<HttpConnection> {
    const { timeouts, onEvent } = this.#options;
    let firstError: unknown;
    for (let step = 0; step < this.#hops.length; step += 1) {
      const index = (this.#preferred + step) % this.#hops.length;
      const hop = this.#hops[index];
      if (hop === undefined) continue;
      try {
        const socket = await dial(hop, timeouts.connectMs);
        if (index !== this.#preferred) {
          this.#preferred = index;
          onEvent({ kind: 'upstream-changed', upstream: hop.address });
        }
        return new HttpConnection(socket, hop, timeouts);
      } catch (error) {
        firstError ??= error;
      }
    }
    throw firstError;
  }
}
