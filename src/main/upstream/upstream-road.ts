import type { CompanyProxyBook } from '../../shared/company-proxy';
import type { DialAnswer, Reachability } from '../../shared/engine-state';
import type { IsForbiddenByMac } from '../../shared/failed-connect';
import type { EngineEvent } from '../../shared/event';
import type { Kerberos } from '../../shared/kerberos';
import type { Hop, Problem } from '../../shared/problem';
import type { HostPort } from '../../shared/settings';
import type { Credential } from './credential';
import type { CredentialGate } from './credential-gate';
import { Handshakes } from './handshakes';
import { HopHabits } from './hop-habits';
import type { HopTimeouts } from './hop-timeouts';
import type { Answer, HttpConnection } from './http-connection';
import type { ResolveName } from './name-cache';
import { NewConnections } from './new-connections';
import { KerberosSignIn } from './kerberos-sign-in';
import type { OutgoingRequest } from './outgoing-request';
import { OwnRequests } from './own-requests';
import type { Road } from './road';
import type { Entropy } from './sign-in';
import { SignedInConnections } from './signed-in-connections';
import { type Trial, trialOf } from './trial';
import { UpstreamError } from './upstream-error';
import { UpstreamHealth } from './upstream-health';
import { WarmConnections } from './warm-connections';

export interface UpstreamRoadOptions {
  /** At least one, in order of preference. */
  readonly upstreams: readonly HostPort[];
  readonly gate: CredentialGate;
  readonly workstation: string;
  /** The tickets of whoever runs Latchkey. Default: none are used. */
  readonly kerberos?: Kerberos | undefined;
  readonly timeouts: HopTimeouts;
  readonly entropy: Entropy;
  /** What is remembered of company proxies. */
  readonly companyProxies?: CompanyProxyBook | undefined;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  /** Whether connections are to be signed in before anybody needs them. Default: they are not. */
  readonly keepsWarm?: (() => boolean) | undefined;
  /** How the names of the company proxies are resolved. Default: by the system. */
  readonly resolve?: ResolveName | undefined;
  readonly isForbiddenByMac?: IsForbiddenByMac | undefined;
  readonly onEvent: (event: EngineEvent) => void;
  /**
   * A road to the same company proxies, with another gate, with which it shares what is known of them: that one is told of other
   * networks and company proxies before this one.
   */
  readonly like?: UpstreamRoad | undefined;
  /** What an error is called in an event. */
  readonly problemOf: (error: UpstreamError) => Problem;
}

/** A company proxy gets this long to accept a connection, whatever an origin gets: another one may be waiting. */
const maxConnectMs = 2_000;
/** Connections that may be idle for less than this are not signed in before somebody needs them. */
const shortestWarmMs = 5_000;
/** A request that has been sent out so often without an end is given up. */
const maxRounds = 8;

/**
 * The road through the company proxies: a request goes over a connection that is signed in (`SignedInConnections`), or over a
 * new one (`NewConnections`), and again over another one where that is certain to be harmless.
 */
export class UpstreamRoad implements Road {
  readonly #gate: CredentialGate;
  readonly #health: UpstreamHealth;
  readonly #habits: HopHabits;
  /** Whether health and habits are another road's, which looks after them. */
  readonly #isShared: boolean;
  readonly #warm: WarmConnections;
  readonly #signedIn: SignedInConnections;
  readonly #handshakes: Handshakes;
  readonly #new: NewConnections;
  readonly #kerberos: KerberosSignIn | undefined;
  /** Counts what ends handshakes from this side: other networks and other upstreams. */
  #moveCount = 0;
  #isClosed = false;

  constructor(options: UpstreamRoadOptions) {
    const { upstreams, resolve, isForbiddenByMac, problemOf } = options;
    const { gate, monotonicMs: nowMs, entropy, companyProxies, onEvent } = options;
    const connectMs = Math.min(options.timeouts.connectMs, maxConnectMs);
    const timeouts = { ...options.timeouts, connectMs };
    const habits = options.like === undefined ? new HopHabits() : options.like.#habits;
    const health =
      options.like === undefined
        ? new UpstreamHealth({
            upstreams,
            connectMs,
            nowMs,
            resolve,
            isForbiddenByMac,
            onEvent: (event) => {
              if (event.kind === 'upstream-down') gate.upstreamDown(event.upstream);
              onEvent(event);
            },
            problemOf,
          })
        : options.like.#health;
    const warm = new WarmConnections({
      nowMs,
      isWanted: options.keepsWarm ?? (() => false),
      hop: () => this.#warmHop,
      maySignIn: () => gate.mayWarm,
      urls: (hop) => gate.warmUrls(hop),
      idleCount: (hop) => signedIn.idleCount(hop),
      takeIdle: (hop) => signedIn.takeIdle(hop),
      takeAged: (hop, count, share, ageMs) => signedIn.takeAged(hop, count, share, ageMs),
      agedInMs: (hop, count, share, ageMs) => signedIn.agedInMs(hop, count, share, ageMs),
      drop: (hop) => signedIn.drop(hop),
      warm: (trial, isTrial, isFit) => own.signIn(trial, isTrial, isFit),
      use: (connection, trial, isTrial) => own.use(connection, trial, isTrial),
    });
    this.#kerberos = options.kerberos && new KerberosSignIn({ kerberos: options.kerberos, nowMs, onEvent });
    const signedIn = new SignedInConnections({ gate, health, habits, warm, timeouts, nowMs });
    const handshakes = new Handshakes({
      gate,
      health,
      habits,
      signedIn,
      warm,
      timeouts,
      kerberos: this.#kerberos,
      // It may change with the settings.
      get workstation() {
        return options.workstation;
      },
      entropy,
      companyProxies,
      nowMs,
      onEvent,
    });
    const own = new OwnRequests({ gate, habits, handshakes, signedIn, warm, timeouts, nowMs, onEvent });
    this.#gate = gate;
    this.#habits = habits;
    this.#isShared = options.like !== undefined;
    this.#health = health;
    this.#warm = warm;
    this.#signedIn = signedIn;
    this.#handshakes = handshakes;
    this.#new = new NewConnections({ gate, health, habits, handshakes, signedIn, warm, timeouts });
  }

  get reachability(): Reachability {
    return this.#health.reachability;
  }

  /** The upstream that new connections go to; undefined when none is known to be up. */
  get currentUpstream(): HostPort | undefined {
    return this.#health.current?.address;
  }

  /** How that one took the last connection. */
  get currentAnswer(): DialAnswer | undefined {
    return this.#health.currentAnswer;
  }

  /**
   * Forgets what was learned on another network: idle connections and handshakes end, upstreams are looked for anew. To
   * be called at the start as well.
   *
   * @param isWake whether the machine has just woken: requests are held for a while then until an upstream is there
   */
  beginEpoch(isWake: boolean): void {
    this.#moveCount += 1;
    if (!this.#isShared) this.#habits.beginEpoch();
    this.#kerberos?.beginEpoch();
    this.#signedIn.beginEpoch();
    this.#warm.beginEpoch();
    this.#handshakes.beginEpoch(isWake);
    if (!this.#isShared) this.#health.beginEpoch();
  }

  /** The machine is about to sleep: idle connections would not survive it. */
  suspend(): void {
    this.#warm.rest();
    this.dropIdle();
  }

  /** Ends the idle connections. */
  dropIdle(): void {
    this.#signedIn.dropIdle();
  }

  /** Uses other company proxies from now on. What is under way ends where it began. */
  setUpstreams(upstreams: readonly HostPort[]): void {
    this.#health.setUpstreams(upstreams);
    this.followUpstreams();
  }

  /** The road that this one is like uses others. */
  followUpstreams(): void {
    this.#moveCount += 1;
    this.#handshakes.endStrangers();
  }

  /** Resolves when it is known whether an upstream can be reached, as far as a request should wait for that. */
  async whenRouted(): Promise<void> {
    if (this.#health.reachability === 'unknown') await this.#health.whenKnown();
  }

  /** Waits until an upstream can be reached, but not beyond `deadlineMs` of the monotonic clock, nor once this is closed. */
  whenReachable(deadlineMs: number): Promise<boolean> {
    return this.#health.whenReachable(deadlineMs);
  }

  async send(request: OutgoingRequest): Promise<Answer> {
    const gate = this.#gate;
    const own = trialOf(request);
    gate.see(own, request.headers);
    this.#warm.asked();
    let canRestart = true;
    for (let round = 1; ; round += 1) {
      const { preferred } = this.#health;
      if (gate.isForbidden(preferred, own)) {
        throw new UpstreamError('target-refused', preferred, 'refused while the credential is good');
      }
      const moveCount = this.#moveCount;
      const lessons = this.#lessons;
      try {
        const pooled = this.#signedIn.take(request) ?? (await this.#signedIn.next(request));
        const kept = pooled === undefined ? undefined : await this.#signedIn.sendOverIdle(pooled, request);
        const answer = kept ?? (await this.#new.send(request, own));
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!(error instanceof UpstreamError) || request.isAborted || this.#isClosed) throw error;
        // The gate may have another reading of the hash, or wants to know whether it is the URL.
        const isOpen = error.code === 'credential-refused' && gate.standing !== 'refused';
        const hasMoved = error.code === 'aborted' && moveCount !== this.#moveCount;
        const isHarmless = request.canRepeat || !request.mayBeCarriedOut;
        // Nobody has answered: another one may be up, or this one may have closed by chance.
        const hasLearned = lessons !== this.#lessons;
        const isCut =
          error.code === 'closed-early' && (canRestart || hasLearned) && isHarmless && !request.isBound;
        const isElsewhere =
          error.code === 'silent' && request.canRepeat && this.#health.isAnotherUp(error.hop);
        if (isCut && !hasLearned) canRestart = false;
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
    const answer = await this.#signedIn.sendPlain(connection, request);
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
    const connection = await this.#handshakes.connect();
    const lessons = this.#lessons;
    try {
      await this.#tryOver(connection, credential, chosen);
    } catch (error) {
      // It has closed the connection behind its offer of another scheme: nothing was tried yet.
      const isCut = error instanceof UpstreamError && error.code === 'closed-early';
      if (!isCut || lessons === this.#lessons) throw error;
      await this.#tryOver(await this.#handshakes.connect(), credential, chosen);
    }
  }

  async #tryOver(
    connection: HttpConnection,
    credential: Credential,
    chosen: Trial | undefined,
  ): Promise<void> {
    const { hop } = connection;
    const trial = chosen ?? this.#gate.trialOn(hop);
    if (trial === undefined) throw new Error('there is nothing to try a credential with');
    const permit = this.#gate.challenge(hop, credential, trial);
    const tried = await this.#handshakes.tryOut(connection, permit, trial);
    if (tried.kind === 'failed') throw tried.error;
    if (tried.kind === 'not-asked') {
      throw new UpstreamError('sign-in-not-asked', hop, 'it let the request pass without a sign-in');
    }
    if (tried.connection !== undefined) this.#signedIn.keep(tried.connection);
  }

  release(answer: Answer, isReusable: boolean): void {
    this.#signedIn.release(answer, isReusable);
  }

  /** Ends the idle connections, the handshakes and the probes; connections in use end with their clients. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#warm.close();
    this.#signedIn.close();
    this.#gate.close();
    this.#handshakes.close();
    if (!this.#isShared) await this.#health.close();
  }

  /** How often a way to sign in was the wrong one. */
  get #lessons(): number {
    return this.#habits.lessons + (this.#kerberos?.lessons ?? 0);
  }

  /** Where it is of use to sign connections in before anybody needs them. */
  get #warmHop(): Hop | undefined {
    const hop = this.#health.preferred;
    if (this.#habits.isOpen(hop) || this.#habits.isForgetful(hop)) return undefined;
    // One that closes connections soon would get one logon after the other for nothing.
    const limitMs = this.#signedIn.limitMs(hop);
    return limitMs !== undefined && limitMs < shortestWarmMs ? undefined : hop;
  }
}
