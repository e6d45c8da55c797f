import { encodeRequestHead } from '../http1/head-writer';
import type { CompanyProxyBook } from '../../shared/company-proxy';
import type { Reachability } from '../../shared/engine-state';
import type { EngineEvent } from '../../shared/event';
import type { Hop, Problem } from '../../shared/problem';
import { formatHostPort, type HostPort } from '../../shared/settings';
import { challengeFacts, isPoorer, requireSameDomain } from './challenge-facts';
import { ConnectionPool } from './connection-pool';
import type { Credential } from './credential';
import type { CredentialGate, LogonPermit } from './credential-gate';
import { type Answer, type HopTimeouts, HttpConnection } from './http-connection';
import type { ResolveName } from './name-cache';
import { OutgoingRequest } from './outgoing-request';
import type { Road } from './road';
import type { ChallengeMessage } from '../ntlm/challenge-message';
import {
  authenticate,
  drainShortBody,
  type Entropy,
  type FirstLeg,
  headOf,
  isOfCompanyProxy,
  logOn,
  originAsked,
  requestChallenge,
} from './sign-in';
import { type Trial, trialOf } from './trial';
import { isConnectFailure, UpstreamError } from './upstream-error';
import { UpstreamHealth } from './upstream-health';

export interface UpstreamRoadOptions {
  /** At least one, in order of preference. */
  readonly upstreams: readonly HostPort[];
  readonly gate: CredentialGate;
  readonly workstation: string;
  readonly timeouts: HopTimeouts;
  readonly entropy: Entropy;
  /** What is remembered of company proxies. */
  readonly companyProxies?: CompanyProxyBook | undefined;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  /** How the names of the company proxies are resolved. Default: by the system. */
  readonly resolve?: ResolveName | undefined;
  readonly onEvent: (event: EngineEvent) => void;
  /** What an error is called in an event. */
  readonly problemOf: (error: UpstreamError) => Problem;
}

/** A company proxy gets this long to accept a connection, whatever an origin gets: another one may be waiting. */
const maxConnectMs = 2_000;
/** How long after waking requests are held until a company proxy can be reached, instead of failing. */
const wakeGraceMs = 10_000;
/** So many connections may hold a challenge while they wait: each keeps a helper of the company proxy busy. */
const maxAhead = 8;
/** A logon that was sent before the network changed gets this long to be answered: where it still can be, it soon is. */
const lastWordMs = 2_000;
/** A request that has been sent out so often without an end is given up. */
const maxRounds = 8;

/** What came of a logon that was made with a URL of its own. */
type Tried =
  /** The connection, if it can carry a request. */
  | { readonly kind: 'signed-in'; readonly connection: HttpConnection | undefined }
  /** The upstream asked for nothing. */
  | { readonly kind: 'not-asked' }
  /** The logon was sent, and its answer was none that anybody could use. */
  | { readonly kind: 'failed'; readonly error: UpstreamError };

/** Reads an answer that nobody wants. Resolves with whether its connection can be used again. */
async function isDrained(answer: Answer, timeoutMs: number): Promise<boolean> {
  try {
    return await drainShortBody(answer, timeoutMs);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return false;
  }
}

/** The road through the company proxies: authenticated connections are kept, new ones sign in. */
export class UpstreamRoad implements Road {
  readonly #options: UpstreamRoadOptions;
  readonly #timeouts: HopTimeouts;
  readonly #health: UpstreamHealth;
  readonly #pool: ConnectionPool;
  /** What an authenticated connection may be used for: an upstream, a credential and a network. */
  readonly #keys = new WeakMap<HttpConnection, string>();
  /** Upstreams that answered type 1 without asking for credentials. */
  readonly #openHops = new Set<Hop>();
  /**
   * Upstreams that asked again on an authenticated connection, or closed it: no body is risked on one of theirs. Those that
   * closed until they keep one.
   */
  readonly #forgetfulHops = new Map<Hop, 'asked' | 'closed'>();
  /** Connections before and in the middle of a handshake; they have no client that could end them. */
  readonly #signingIn = new Set<HttpConnection>();
  /** Those of them whose type 3 has been sent: the outcome should become known. */
  readonly #loggingOn = new Set<HttpConnection>();
  /** Those of them that wait for their turn with a challenge in hand. */
  readonly #ahead = new Set<HttpConnection>();
  /** Those that were given to the pool: whoever has signed them in does not end them any more. */
  readonly #handedOver = new WeakSet<HttpConnection>();
  /** How long each upstream took for its challenge, in milliseconds. */
  readonly #legMs = new WeakMap<HttpConnection, number>();
  #lastWordTimer: NodeJS.Timeout | undefined;
  #epoch = 0;
  /** Counts what ends handshakes from this side: other networks and other upstreams. */
  #moveCount = 0;
  #holdUntilMs = 0;
  #isClosed = false;

  constructor(options: UpstreamRoadOptions) {
    this.#options = options;
    const { timeouts, monotonicMs: nowMs, upstreams, resolve, problemOf, gate } = options;
    const onEvent = (event: EngineEvent): void => {
      if (event.kind === 'upstream-down') gate.upstreamDown(event.upstream);
      options.onEvent(event);
    };
    const connectMs = Math.min(timeouts.connectMs, maxConnectMs);
    this.#timeouts = { ...timeouts, connectMs };
    this.#health = new UpstreamHealth({ upstreams, connectMs, nowMs, resolve, onEvent, problemOf });
    this.#pool = new ConnectionPool(nowMs);
  }

  get reachability(): Reachability {
    return this.#health.reachability;
  }

  /** The upstream that new connections go to; undefined when none is known to be up. */
  get currentUpstream(): HostPort | undefined {
    return this.#health.current?.address;
  }

  /**
   * Forgets what was learned on another network: idle connections and handshakes end, upstreams are looked for anew. To
   * be called at the start as well.
   *
   * @param isWake whether the machine has just woken: requests are held for a while then until an upstream is there
   */
  beginEpoch(isWake: boolean): void {
    this.#epoch += 1;
    this.#moveCount += 1;
    this.#openHops.clear();
    this.#forgetfulHops.clear();
    this.dropIdle();
    this.#endSigningIn();
    // The network change that often follows a wake does not end the grace.
    if (isWake) this.#holdUntilMs = this.#options.monotonicMs() + wakeGraceMs;
    this.#health.beginEpoch();
  }

  /** Ends the idle connections: those of a credential that is no longer in use, or before the machine sleeps. */
  dropIdle(): void {
    this.#pool.clear();
  }

  /** Uses other company proxies from now on. What is under way ends where it began. */
  setUpstreams(upstreams: readonly HostPort[]): void {
    this.#health.setUpstreams(upstreams);
    this.#moveCount += 1;
    for (const connection of this.#signingIn) {
      if (!this.#loggingOn.has(connection) && !this.#health.has(connection.hop)) connection.destroy();
    }
  }

  /** Resolves when it is known whether an upstream can be reached, as far as a request should wait for that. */
  async whenRouted(): Promise<void> {
    if (this.#health.reachability === 'unknown') await this.#health.whenKnown();
  }

  async send(request: OutgoingRequest): Promise<Answer> {
    const { gate } = this.#options;
    const own = trialOf(request);
    gate.see(own, request.headers);
    let canRestart = true;
    for (let round = 1; ; round += 1) {
      const { preferred } = this.#health;
      if (gate.isForbidden(preferred, own)) {
        throw new UpstreamError('target-refused', preferred, 'refused while the credential is good');
      }
      const moveCount = this.#moveCount;
      try {
        const pooled = this.#takePooled(request);
        const kept = pooled === undefined ? undefined : await this.#sendPooled(pooled, request);
        const answer = kept ?? (await this.#sendFresh(request, own));
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!(error instanceof UpstreamError) || request.isAborted || this.#isClosed) throw error;
        // The gate may have another reading of the hash, or wants to know whether it is the URL.
        const isOpen = error.code === 'credential-refused' && gate.standing !== 'refused';
        const hasMoved = error.code === 'aborted' && moveCount !== this.#moveCount;
        const isHarmless = request.canRepeat || !request.mayBeCarriedOut;
        // Nobody has answered: another one may be up, or this one may have closed by chance.
        const isCut = error.code === 'closed-early' && canRestart && isHarmless && !request.isBound;
        const isElsewhere =
          error.code === 'silent' && request.canRepeat && this.#health.isAnotherUp(error.hop);
        if (isCut) canRestart = false;
        const isWorthIt = isOpen || (hasMoved && isHarmless) || isCut || isElsewhere;
        if (!isWorthIt || !request.canResend || round === maxRounds) {
          throw hasMoved ? new UpstreamError('closed-early', error.hop, 'the network has changed') : error;
        }
      }
      if (round === maxRounds) {
        throw new UpstreamError('logon-pending', this.#health.preferred, 'others were always faster');
      }
    }
  }

  async sendOver(connection: HttpConnection, request: OutgoingRequest): Promise<Answer> {
    request.onPassage(connection.hop, false);
    const answer = await this.#sendPlain(connection, request);
    if (answer.head.status !== 407) return answer;
    connection.destroy();
    throw new UpstreamError('closed-early', connection.hop, 'it has forgotten who signed in this connection');
  }

  /**
   * Tries a new credential with one logon while the old one stays in use; when it is accepted it has taken over.
   *
   * @param chosen what it is tried with; default: what is known to work, or else the check URL
   * @throws UpstreamError credential-refused; sign-in-not-asked when nothing could be tried; and everything that can go
   * wrong on the way
   */
  async tryCredential(credential: Credential, chosen: Trial | undefined): Promise<void> {
    const connection = await this.#connect();
    const { hop } = connection;
    const trial = chosen ?? this.#options.gate.trialOn(hop);
    if (trial === undefined) throw new Error('there is nothing to try a credential with');
    const permit = this.#options.gate.challenge(hop, credential, trial);
    const tried = await this.#try(connection, permit, trial);
    if (tried.kind === 'failed') throw tried.error;
    if (tried.kind === 'not-asked') {
      throw new UpstreamError('sign-in-not-asked', hop, 'it let the request pass without a sign-in');
    }
    if (tried.connection !== undefined) this.#keep(tried.connection);
  }

  release({ connection }: Answer, isReusable: boolean): void {
    if (!isReusable) {
      connection.destroy();
      return;
    }
    if (this.#forgetfulHops.get(connection.hop) === 'closed') this.#forgetfulHops.delete(connection.hop);
    this.#keep(connection);
  }

  /** An upstream has closed a connection that was signed in. */
  #closed(hop: Hop): void {
    if (!this.#forgetfulHops.has(hop)) this.#forgetfulHops.set(hop, 'closed');
  }

  /** Takes back a connection that is signed in, for whoever needs one next. */
  #keep(connection: HttpConnection): void {
    this.#handedOver.add(connection);
    const key = this.#keys.get(connection);
    if (key !== undefined && key === this.#key(connection.hop)) this.#pool.put(key, connection);
    else connection.destroy();
  }

  /** Ends the idle connections, the handshakes and the probes; connections in use end with their clients. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pool.close();
    this.#options.gate.close();
    clearTimeout(this.#lastWordTimer);
    for (const connection of this.#signingIn) connection.destroy();
    await this.#health.close();
  }

  /** Ends the handshakes; those that are nearly through a little later. */
  #endSigningIn(): void {
    for (const connection of this.#signingIn) if (!this.#loggingOn.has(connection)) connection.destroy();
    const nearlyThrough = [...this.#loggingOn];
    clearTimeout(this.#lastWordTimer);
    this.#lastWordTimer = setTimeout(() => {
      for (const connection of nearlyThrough) if (this.#loggingOn.has(connection)) connection.destroy();
    }, lastWordMs).unref();
  }

  #key(hop: Hop): string {
    return `${formatHostPort(hop.address)} ${this.#options.gate.credentialId} ${this.#epoch}`;
  }

  /** An idle connection that this request may use. */
  #takePooled(request: OutgoingRequest): HttpConnection | undefined {
    const hop = this.#health.preferred;
    if (this.#mustGoWithLogon(hop, request)) return undefined;
    return this.#pool.take(this.#key(hop), !request.canRepeat || request.body !== undefined);
  }

  /** Whether no body of this request is risked on a connection that was signed in before. */
  #mustGoWithLogon(hop: Hop, request: OutgoingRequest): boolean {
    return request.body !== undefined && (request.wasAskedAgain || this.#forgetfulHops.has(hop));
  }

  /** Sends over an idle connection. Undefined when it turned out to be of no use. */
  async #sendPooled(connection: HttpConnection, request: OutgoingRequest): Promise<Answer | undefined> {
    request.onPassage(connection.hop, this.#openHops.has(connection.hop) ? undefined : false);
    return this.#sendSignedIn(connection, request, request.canRepeat);
  }

  /**
   * Sends over a connection that is signed in. Undefined when it turned out to be of no use.
   *
   * @param mayBeStale whether the connection may have been closed before the request came
   */
  async #sendSignedIn(
    connection: HttpConnection,
    request: OutgoingRequest,
    mayBeStale = false,
  ): Promise<Answer | undefined> {
    let answer: Answer;
    try {
      answer = await this.#sendPlain(connection, request);
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'closed-early' && mayBeStale) return undefined;
      throw error;
    }
    if (answer.head.status !== 407) return answer;
    if (!isOfCompanyProxy(answer)) throw await this.#refuseOrigin(answer);
    // The upstream has forgotten who this is, or forbids this URL; it has not forwarded the request.
    request.mayBeCarriedOut = false;
    connection.destroy();
    request.wasAskedAgain = true;
    if (request.canResend) return undefined;
    this.#forgetfulHops.set(connection.hop, 'asked');
    throw new UpstreamError(
      'closed-early',
      connection.hop,
      'it asked for the sign-in again after the body was sent',
    );
  }

  /** A 407 of an origin is nobody's: the connection is as good as it was. */
  async #refuseOrigin(answer: Answer): Promise<UpstreamError> {
    this.release(answer, await isDrained(answer, this.#timeouts.challengeMs));
    return originAsked(answer.connection);
  }

  /** Sends over a connection that needs no credentials (any more). The client's leaving ends it. */
  #sendPlain(connection: HttpConnection, request: OutgoingRequest): Promise<Answer> {
    const { method, target, headers, body, onInformational } = request;
    request.whenAborted(connection.endOfExchange);
    request.mayBeCarriedOut = connection.isIdle;
    const head = encodeRequestHead({
      method,
      target,
      minorVersion: 1,
      headers: [...headers, 'Proxy-Connection', 'Keep-Alive'],
    });
    return connection.exchange(method, head, this.#timeouts.answerMs, body, onInformational);
  }

  /** Sends over a new connection. Undefined when another try is needed: a logon was made with another URL. */
  async #sendFresh(request: OutgoingRequest, own: Trial): Promise<Answer | undefined> {
    const { gate } = this.#options;
    let permit: LogonPermit | undefined;
    let connection: HttpConnection | undefined;
    let leg: FirstLeg | undefined;
    /** The connection that waits for its turn, whatever becomes of it. */
    let early: HttpConnection | undefined;
    // A body that is here by the time of the logon goes with it.
    request.body?.readAhead();
    try {
      // Most upstreams will ask. While the credential is unproven, waiting for somebody else's logon costs no connection;
      // afterwards connection and challenge are there when the turn comes, so that a turn is one round trip. Upstreams
      // that do not ask need no permit, and a slow origin behind them must hold nobody up.
      if (gate.standing === 'proven') {
        connection = await this.#connect();
        early = connection;
        this.#signingIn.add(early);
        if (this.#ahead.size < maxAhead) {
          this.#ahead.add(early);
          leg = await this.#challenge(early, request, undefined);
        }
      }
      const hop = connection?.hop ?? this.#health.preferred;
      if (leg === undefined ? !this.#openHops.has(hop) : leg.kind === 'challenge') {
        permit = await this.#admit(hop, own, request);
        if (early !== undefined) this.#ahead.delete(early);
        const { trial } = permit;
        if (trial !== undefined) {
          // A challenge that was got for another request is not used for it.
          const isOfUse = leg === undefined && connection?.isIdle === true;
          if (!isOfUse) connection?.destroy();
          const trialConnection = isOfUse ? connection : undefined;
          connection = undefined;
          const tried = await this.#try(trialConnection ?? (await this.#connect()), permit, trial);
          // What has gone wrong with another URL is no answer to this request.
          connection = tried.kind === 'signed-in' ? tried.connection : undefined;
          return connection === undefined ? undefined : await this.#carry(connection, request, own);
        }
        // Whoever waited may find a connection that somebody else has authenticated meanwhile.
        const pooled = gate.standing === 'proven' ? this.#takePooled(request) : undefined;
        if (pooled !== undefined) {
          permit.unused();
          connection?.destroy();
          return await this.#sendPooled(pooled, request);
        }
      }
      // Closed while it waited for its turn, which is not lost for that.
      if (leg?.kind !== 'answer' && connection?.isIdle === false) {
        connection = undefined;
        leg = undefined;
      }
      connection ??= await this.#connect();
      return await this.#signIn(connection, request, own, permit, leg);
    } catch (error) {
      if (connection !== undefined && !this.#handedOver.has(connection)) connection.destroy();
      throw error;
    } finally {
      if (early !== undefined) {
        this.#ahead.delete(early);
        this.#signingIn.delete(early);
      }
      permit?.unused();
    }
  }

  /** Sends over a connection that was signed in with another URL for the sake of this request. Undefined as before. */
  async #carry(
    connection: HttpConnection,
    request: OutgoingRequest,
    own: Trial,
  ): Promise<Answer | undefined> {
    const { hop } = connection;
    if (this.#mustGoWithLogon(hop, request) || this.#options.gate.isForbidden(hop, own)) {
      this.#keep(connection);
      return undefined;
    }
    if (request.isAborted) {
      this.#keep(connection);
      throw new UpstreamError('aborted', hop, 'the client has gone away');
    }
    request.onPassage(hop, true);
    return this.#sendSignedIn(connection, request);
  }

  /** Signs a connection in, if that is asked for, and sends the request. Undefined when another try is needed. */
  async #signIn(
    connection: HttpConnection,
    request: OutgoingRequest,
    own: Trial,
    permit: LogonPermit | undefined,
    ahead: FirstLeg | undefined,
  ): Promise<Answer | undefined> {
    const { hop } = connection;
    let late: LogonPermit | undefined;
    // What has begun is seen to its end even when the client leaves: the outcome of a logon must be known.
    request.whenAborted(undefined);
    this.#signingIn.add(connection);
    try {
      const leg = ahead ?? (await this.#challenge(connection, request, permit));
      let answer: Answer;
      if (leg.kind === 'challenge') {
        this.#openHops.delete(hop);
        // An upstream that asked for nothing until now asks: this one has no permit yet.
        if (permit === undefined) {
          if (this.#ahead.size < maxAhead) {
            this.#ahead.add(connection);
            late = await this.#admit(hop, own, request);
          }
          if (late === undefined || late.trial !== undefined) {
            throw new UpstreamError('closed-early', hop, 'it has begun to ask for the sign-in');
          }
        }
        request.onPassage(hop, true);
        // Whether a client sends the rest of a body is no business of the account's.
        const isOnItsWay = request.body?.isAtHand === false;
        if (isOnItsWay && !this.#mustGoWithLogon(hop, request)) {
          const isReady = await this.#logOnWithout(connection, request, leg.challenge, permit ?? late);
          // What follows is a request like any other: another network does not end it.
          this.#signingIn.delete(connection);
          return isReady ? await this.#sendSignedIn(connection, request) : undefined;
        }
        answer = await this.#logOn(connection, request, leg.challenge, permit ?? late);
        // It is not the URL that was the reason.
        if (request.wasAskedAgain) this.#forgetfulHops.set(hop, 'asked');
      } else {
        this.#openHops.add(hop);
        request.onPassage(hop, undefined);
        this.#signingIn.delete(connection);
        answer = leg.kind === 'answer' ? leg.answer : await this.#sendPlain(connection, request);
        this.#keys.set(connection, this.#key(hop));
        if (answer.head.status === 407) {
          if (!isOfCompanyProxy(answer)) throw await this.#refuseOrigin(answer);
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
    } finally {
      this.#signingIn.delete(connection);
      this.#ahead.delete(connection);
      late?.unused();
    }
  }

  /** Makes the logon of a request with a HEAD of its URL. Resolves with whether the connection can carry the request. */
  async #logOnWithout(
    connection: HttpConnection,
    request: OutgoingRequest,
    challenge: ChallengeMessage,
    permit: LogonPermit | undefined,
  ): Promise<boolean> {
    const { challengeMs } = this.#timeouts;
    try {
      const answer = await this.#logOn(connection, headOf(request), challenge, permit, challengeMs);
      if (request.isAborted) {
        this.release(answer, await isDrained(answer, challengeMs));
        throw new UpstreamError('aborted', connection.hop, 'the client has gone away');
      }
      if (await isDrained(answer, challengeMs)) return true;
    } catch (error) {
      // Its answer was none to the request: with the host set aside, that goes another way.
      if (!(error instanceof UpstreamError) || error.code !== 'silent') throw error;
      return false;
    }
    // It does not keep its connections: the next logon goes with the body.
    this.#closed(connection.hop);
    return false;
  }

  /** The first leg. An upstream that takes the connection and says nothing is left alone for a while. */
  async #challenge(
    connection: HttpConnection,
    request: OutgoingRequest,
    permit: LogonPermit | undefined,
  ): Promise<FirstLeg> {
    // Where nothing has been asked for so far, this is likely to be the answer of the origin, which may think for long;
    // but not while others wait for this one's logon.
    const isOpen = this.#openHops.has(connection.hop) && permit === undefined;
    const startMs = this.#options.monotonicMs();
    // Without a body it goes itself, and is carried out where no sign-in is asked for.
    request.mayBeCarriedOut = request.body === undefined && connection.isIdle;
    try {
      const leg = await requestChallenge(connection, request, {
        answerMs: isOpen ? this.#timeouts.answerMs : this.#timeouts.challengeMs,
        drainMs: this.#timeouts.challengeMs,
      });
      if (leg.kind !== 'answer') request.mayBeCarriedOut = false;
      this.#health.answered(connection.hop);
      this.#legMs.set(connection, this.#options.monotonicMs() - startMs);
      // The user's word: a credential that is tried because he has asked for it.
      if (leg.kind === 'challenge' && permit?.reason !== 'check') {
        const known = this.#options.companyProxies?.recall(connection.hop.address)?.challenge;
        if (known !== undefined) requireSameDomain(connection.hop, challengeFacts(leg.challenge), known);
      }
      return leg;
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'silent' && !isOpen) {
        this.#health.silent(connection.hop, error);
      }
      throw error;
    }
  }

  /**
   * Makes the logon of a permit with a URL of its own. The connection is handed over when it can carry a request, and has
   * ended otherwise.
   *
   * @throws UpstreamError credential-refused, and what went wrong before the logon was sent
   */
  async #try(connection: HttpConnection, permit: LogonPermit, trial: Trial): Promise<Tried> {
    const request = new OutgoingRequest(trial.method, trial.target, ['Host', trial.host]);
    const { challengeMs } = this.#timeouts;
    let isSent = false;
    this.#signingIn.add(connection);
    try {
      const leg = await this.#challenge(connection, request, permit);
      if (leg.kind !== 'challenge') {
        this.#openHops.add(connection.hop);
        connection.destroy();
        return { kind: 'not-asked' };
      }
      isSent = true;
      // Nobody waits for this answer as long as for one that he has asked for himself.
      const answer = await this.#logOn(connection, request, leg.challenge, permit, challengeMs);
      if (permit.reason === 'check') {
        // Another credential is in use from now on: its first connection is this one, and the old ones end.
        this.dropIdle();
        this.#keys.set(connection, this.#key(connection.hop));
      }
      // What a CONNECT has opened is of no use to anybody else.
      const isTunnel = trial.method === 'CONNECT' && answer.head.status < 300;
      if (!isTunnel && (await isDrained(answer, challengeMs))) return { kind: 'signed-in', connection };
      connection.destroy();
      // It does not keep its connections: nothing is carried over one of them.
      if (!isTunnel) this.#closed(connection.hop);
      return { kind: 'signed-in', connection: undefined };
    } catch (error) {
      connection.destroy();
      if (!isSent || !(error instanceof UpstreamError) || error.code === 'credential-refused') throw error;
      return { kind: 'failed', error };
    } finally {
      this.#signingIn.delete(connection);
      permit.unused();
    }
  }

  async #admit(hop: Hop, own: Trial, request: OutgoingRequest): Promise<LogonPermit> {
    const canCarry = !this.#mustGoWithLogon(hop, request) && !this.#forgetfulHops.has(hop);
    const isRisky = request.body?.isAtHand === false && this.#mustGoWithLogon(hop, request);
    const permit = await this.#options.gate.admit(hop, own, canCarry, isRisky);
    if (!request.isAborted) return permit;
    permit.unused();
    throw new UpstreamError('aborted', hop, 'the client has gone away');
  }

  /** @param timeoutMs for the head of the answer; default: as long as the origin likes */
  async #logOn(
    connection: HttpConnection,
    request: OutgoingRequest,
    challenge: ChallengeMessage,
    permit: LogonPermit | undefined,
    timeoutMs: number | undefined = this.#timeouts.answerMs,
  ): Promise<Answer> {
    const { onEvent, workstation, entropy, companyProxies } = this.#options;
    const { hop } = connection;
    if (permit === undefined) throw new Error('a logon needs a permit');
    // Nothing was sent, so nothing is lost.
    if (!connection.isIdle || !this.#health.has(hop)) {
      throw new UpstreamError('closed-early', hop, 'closed before type 3');
    }
    if (request.isAborted) throw new UpstreamError('aborted', hop, 'the client has gone away');
    if (!permit.isDue()) {
      // A request asks again, and learns what has become of the credential; of one that is checked nothing is known.
      const code = permit.reason === 'check' ? 'aborted' : 'credential-refused';
      throw new UpstreamError(code, hop, 'the logon is not due any more');
    }
    const facts = challengeFacts(challenge);
    const before = companyProxies?.recall(hop.address)?.challenge;
    const isPoor = before !== undefined && isPoorer(facts, before);
    const about = { upstream: hop.address, account: permit.credential.account };
    // Should the credential or the network change meanwhile, the connection belongs to the one of now.
    this.#keys.set(connection, this.#key(hop));
    const token = authenticate(challenge, permit.credential, connection, workstation, entropy);
    onEvent({ kind: 'logon-sent', reason: permit.reason, ...about });
    permit.sending(this.#legMs.get(connection) ?? 0);
    this.#loggingOn.add(connection);
    request.mayBeCarriedOut = true;
    // The outcome must be known, but nobody waits for it for ever.
    request.whenAborted(() => connection.limitAnswer(this.#timeouts.challengeMs));
    const told: LogonPermit = {
      ...permit,
      accepted: () => {
        permit.accepted();
        // Whoever takes any password must not make that of another domain welcome; the user's word may.
        if (!isPoor || permit.reason === 'check') companyProxies?.remember(hop.address, { challenge: facts });
        onEvent({ kind: 'logon-accepted', ...about });
      },
      refused: (isLasting) => {
        permit.refused(isLasting);
        onEvent({ kind: 'logon-refused', ...about });
      },
      unanswered: (isItsFault) => {
        permit.unanswered(isItsFault);
        onEvent({ kind: 'logon-unanswered', ...about });
      },
    };
    try {
      return await logOn(connection, request, token, told, { isPoor, timeoutMs });
    } finally {
      request.whenAborted(undefined);
      this.#loggingOn.delete(connection);
    }
  }

  async #connect(): Promise<HttpConnection> {
    // With one upstream, the connection itself tells whether it is there.
    if (this.#health.count > 1) await this.#health.whenKnown();
    let connected: Awaited<ReturnType<UpstreamHealth['connect']>>;
    try {
      connected = await this.#health.connect();
    } catch (error) {
      if (!isConnectFailure(error) || !(await this.#health.whenReachable(this.#holdUntilMs))) throw error;
      connected = await this.#health.connect();
    }
    return new HttpConnection(connected.hopSocket, connected.hop, this.#timeouts);
  }
}
