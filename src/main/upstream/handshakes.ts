import type { CompanyProxyBook } from '../../shared/company-proxy';
import type { EngineEvent } from '../../shared/event';
import type { Hop } from '../../shared/problem';
import { challengeFacts, isPoorer, requireSameDomain } from './challenge-facts';
import type { CredentialGate } from './credential-gate';
import type { LogonPermit } from './logon-permit';
import { isDrained } from './drain';
import type { FirstLeg, HopChallenge } from './first-leg';
import type { HopHabits } from './hop-habits';
import type { HopTimeouts } from './hop-timeouts';
import { type Answer, HttpConnection } from './http-connection';
import type { KerberosSignIn } from './kerberos-sign-in';
import type { OutgoingRequest } from './outgoing-request';
import { authenticate, type Entropy, logOn, requestChallenge } from './sign-in';
import type { SignedInConnections } from './signed-in-connections';
import { requestOf, type Trial } from './trial';
import { isConnectFailure, type OnPassedBy, UpstreamError } from './upstream-error';
import type { UpstreamHealth } from './upstream-health';
import type { WarmConnections } from './warm-connections';

/** What handshakes take from the road that they belong to. */
export interface HandshakesOptions {
  readonly gate: Pick<CredentialGate, 'standing' | 'credential'>;
  readonly health: UpstreamHealth;
  readonly habits: HopHabits;
  readonly signedIn: SignedInConnections;
  readonly warm: Pick<WarmConnections, 'fill'>;
  readonly timeouts: HopTimeouts;
  /** How connections are signed in with a ticket. Default: none is. */
  readonly kerberos: KerberosSignIn | undefined;
  readonly workstation: string;
  readonly entropy: Entropy;
  readonly companyProxies: CompanyProxyBook | undefined;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

/** How long after waking requests are held until a company proxy can be reached, instead of failing. */
const wakeGraceMs = 10_000;
/** So many connections may hold a challenge while they wait: each keeps a helper of the company proxy busy. */
const maxAhead = 8;
/** A logon that was sent before the network changed gets this long to be answered: where it still can be, it soon is. */
const lastWordMs = 2_000;

/** What came of a logon that was made with a URL of its own. */
type Tried =
  /** The connection, if it can carry a request. */
  | { readonly kind: 'signed-in'; readonly connection: HttpConnection | undefined }
  /** The upstream asked for nothing. */
  | { readonly kind: 'not-asked' }
  /** The logon was sent, and its answer was none that anybody could use. */
  | { readonly kind: 'failed'; readonly error: UpstreamError };

/**
 * New connections, and the handshakes over them: which are under way, what each leg of one tells about the upstream and the
 * credential, and how they end when everything changes. sign-in.ts has what is said in one.
 */
export class Handshakes {
  readonly #options: HandshakesOptions;
  /** Connections before and in the middle of a handshake; they have no client that could end them. */
  readonly #underWay = new Set<HttpConnection>();
  /** Those of them whose type 3 has been sent: the outcome should become known. */
  readonly #loggingOn = new Set<HttpConnection>();
  /** Those of them that wait for their turn with a challenge in hand. */
  readonly #ahead = new Set<HttpConnection>();
  /** How long each upstream took for its challenge, in milliseconds. */
  readonly #legMs = new WeakMap<HttpConnection, number>();
  #lastWordTimer: NodeJS.Timeout | undefined;
  #holdUntilMs = 0;
  #isClosed = false;

  constructor(options: HandshakesOptions) {
    this.#options = options;
  }

  /**
   * On another network those that are under way end, and those that are nearly through a little later.
   *
   * @param isWake whether the machine has just woken: for a while connections wait for an upstream then
   */
  beginEpoch(isWake: boolean): void {
    for (const connection of this.#underWay) if (!this.#loggingOn.has(connection)) connection.destroy();
    const nearlyThrough = [...this.#loggingOn];
    clearTimeout(this.#lastWordTimer);
    this.#lastWordTimer = setTimeout(() => {
      for (const connection of nearlyThrough) if (this.#loggingOn.has(connection)) connection.destroy();
    }, lastWordMs).unref();
    // The network change that often follows a wake does not end the grace.
    if (isWake) this.#holdUntilMs = this.#options.nowMs() + wakeGraceMs;
  }

  /** Ends those with upstreams that are not in use any more, but for those that are nearly through. */
  endStrangers(): void {
    const { health } = this.#options;
    for (const connection of this.#underWay) {
      if (!this.#loggingOn.has(connection) && !health.has(connection.hop)) connection.destroy();
    }
  }

  /** Ends all of them. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#lastWordTimer);
    for (const connection of this.#underWay) connection.destroy();
  }

  /** From now on this connection is ended with the handshakes. */
  begin(connection: HttpConnection): void {
    this.#underWay.add(connection);
  }

  /** Whoever has it ends it by himself from now on. */
  end(connection: HttpConnection): void {
    this.#underWay.delete(connection);
  }

  /** Whether it may wait for its turn with a challenge in hand; it counts among those until `notAhead`. */
  mayGoAhead(connection: HttpConnection): boolean {
    if (this.#ahead.size >= maxAhead) return false;
    this.#ahead.add(connection);
    return true;
  }

  /** It does not wait any more. */
  notAhead(connection: HttpConnection): void {
    this.#ahead.delete(connection);
  }

  /** How long the upstream took for its challenge, in milliseconds; 0 before there was one. */
  legMs(connection: HttpConnection): number {
    return this.#legMs.get(connection) ?? 0;
  }

  /** Opens a connection, to whichever upstream is there. @throws UpstreamError */
  async connect(onPassedBy?: OnPassedBy): Promise<HttpConnection> {
    const { health, timeouts } = this.#options;
    // With one upstream, the connection itself tells whether it is there.
    if (health.count > 1) await health.whenKnown();
    let connected: Awaited<ReturnType<UpstreamHealth['connect']>>;
    try {
      connected = await health.connect(onPassedBy);
    } catch (error) {
      if (!isConnectFailure(error) || !(await health.whenReachable(this.#holdUntilMs))) throw error;
      connected = await health.connect(onPassedBy);
    }
    const connection = new HttpConnection(connected.hopSocket, connected.hop, timeouts);
    if (!this.#isClosed) return connection;
    // Nobody would end it.
    connection.destroy();
    throw new UpstreamError('aborted', connected.hop, 'the local proxy is closing');
  }

  /** Whether a connection may be signed in without a turn at the gate, as a ticket does it. */
  async needsNoTurn(hop: Hop): Promise<boolean> {
    return (await this.#options.kerberos?.mayTry(hop)) ?? false;
  }

  /**
   * The first leg. An upstream that takes the connection and says nothing is left alone for a while.
   *
   * @throws UpstreamError other-domain; and others as `requestChallenge`
   */
  async challenge(
    connection: HttpConnection,
    request: OutgoingRequest,
    permit: LogonPermit | undefined,
  ): Promise<FirstLeg> {
    const { gate, habits, health, timeouts, companyProxies, kerberos, nowMs } = this.#options;
    // Where nothing has been asked for so far, this is likely to be the answer of the origin, which may think for long;
    // but not while others wait for this one's logon.
    const isOpen = habits.isOpen(connection.hop) && permit === undefined;
    const startMs = nowMs();
    // Without a body it goes itself, and is carried out where no sign-in is asked for.
    request.mayBeCarriedOut = request.body === undefined && connection.isIdle;
    try {
      const legTimeouts = {
        answerMs: isOpen ? timeouts.answerMs : timeouts.challengeMs,
        drainMs: timeouts.challengeMs,
      };
      // Whoever has a permit is to use it: a password is tried, or proven anew.
      const byTicket =
        permit === undefined ? await kerberos?.leg(connection, request, legTimeouts) : undefined;
      const { method } = permit?.credential ?? gate.credential;
      const leg = byTicket ?? (await requestChallenge(connection, request, legTimeouts, habits, method));
      if (habits.schemeOf(connection.hop) === 'Negotiate') kerberos?.offered(connection.hop, true);
      if (leg.kind !== 'answer') request.mayBeCarriedOut = false;
      health.answered(connection.hop);
      this.#legMs.set(connection, nowMs() - startMs);
      // The user's word: a credential that is tried because he has asked for it.
      if (leg.kind === 'challenge' && leg.challenge.scheme !== 'Basic' && permit?.reason !== 'check') {
        const known = companyProxies?.recall(connection.hop.address)?.challenge;
        if (known !== undefined) requireSameDomain(connection.hop, challengeFacts(leg.challenge), known);
      }
      return leg;
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'silent' && !isOpen) {
        health.silent(connection.hop, error);
      }
      throw error;
    }
  }

  /**
   * The second leg, with the request itself: sends type 3 if that is still due, and tells of it.
   *
   * @param timeoutMs for the head of the answer; default: as long as the origin likes
   * @throws UpstreamError closed-early, aborted or credential-refused when nothing was sent; and others as `logOn` of sign-in.ts
   */
  async logOn(
    connection: HttpConnection,
    request: OutgoingRequest,
    challenge: HopChallenge,
    permit: LogonPermit | undefined,
    timeoutMs: number | undefined = this.#options.timeouts.answerMs,
  ): Promise<Answer> {
    const { gate, health, signedIn, warm, workstation, entropy, companyProxies, onEvent } = this.#options;
    const { hop } = connection;
    if (permit === undefined) throw new Error('a logon needs a permit');
    // Nothing was sent, so nothing is lost.
    if (!connection.isIdle || !health.has(hop)) {
      throw new UpstreamError('closed-early', hop, 'closed before type 3');
    }
    if (request.isAborted) throw new UpstreamError('aborted', hop, 'the client has gone away');
    if (!permit.isDue()) {
      // A request asks again, and learns what has become of the credential; of one that is checked nothing is known.
      const code = permit.reason === 'check' ? 'aborted' : 'credential-refused';
      throw new UpstreamError(code, hop, 'the logon is not due any more');
    }
    // Nothing was sent, as above: it was got for a credential that has been replaced.
    if (challenge.method !== permit.credential.method) {
      connection.destroy();
      throw new UpstreamError('closed-early', hop, 'another method is in use now');
    }
    const facts = challenge.scheme === 'Basic' ? undefined : challengeFacts(challenge);
    const before = facts && companyProxies?.recall(hop.address)?.challenge;
    const isPoor = facts !== undefined && before !== undefined && isPoorer(facts, before);
    const about = { upstream: hop.address, account: permit.credential.account };
    // Should the credential or the network change meanwhile, the connection belongs to the one of now.
    signedIn.add(connection);
    const credentials = authenticate(challenge, permit.credential, connection, workstation, entropy);
    onEvent({ kind: 'logon-sent', reason: permit.reason, ...about });
    permit.sending(this.legMs(connection));
    this.#loggingOn.add(connection);
    request.mayBeCarriedOut = true;
    // The outcome must be known, but nobody waits for it for ever.
    request.whenAborted(() => connection.limitAnswer(this.#options.timeouts.challengeMs));
    const told: LogonPermit = {
      ...permit,
      accepted: () => {
        permit.accepted();
        // Each request over it is a logon of its own.
        if (challenge.scheme === 'Basic') signedIn.carry(connection, permit.credential, credentials);
        warm.fill();
        // Whoever takes any password must not make that of another domain welcome; the user's word may.
        if (facts !== undefined && (!isPoor || permit.reason === 'check'))
          companyProxies?.remember(hop.address, { challenge: facts });
        onEvent({ kind: 'logon-accepted', method: permit.credential.method, ...about });
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
      const answering = logOn(connection, request, credentials, told, { isPoor, timeoutMs });
      // Connections and challenges are got ready behind the one that proves the credential.
      if (gate.standing !== 'proven') warm.fill();
      return await answering;
    } finally {
      request.whenAborted(undefined);
      this.#loggingOn.delete(connection);
    }
  }

  /**
   * Makes the logon of a permit with a URL of its own. The connection is handed over when it can carry a request, and has
   * ended otherwise.
   *
   * @throws UpstreamError credential-refused, and what went wrong before the logon was sent
   */
  async tryOut(connection: HttpConnection, permit: LogonPermit, trial: Trial): Promise<Tried> {
    const { habits, signedIn, timeouts } = this.#options;
    const request = requestOf(trial);
    const { challengeMs } = timeouts;
    let isSent = false;
    this.begin(connection);
    try {
      const leg = await this.challenge(connection, request, permit);
      if (leg.kind !== 'challenge') {
        habits.askedForNothing(connection.hop);
        connection.destroy();
        return { kind: 'not-asked' };
      }
      isSent = true;
      // Nobody waits for this answer as long as for one that he has asked for himself.
      const answer = await this.logOn(connection, request, leg.challenge, permit, challengeMs);
      if (permit.reason === 'check') {
        // Another credential is in use from now on: its first connection is this one, and the old ones end.
        signedIn.dropIdle();
        signedIn.add(connection);
      }
      // What a CONNECT has opened is of no use to anybody else.
      const isTunnel = trial.method === 'CONNECT' && answer.head.status < 300;
      if (!isTunnel && (await isDrained(answer, challengeMs))) return { kind: 'signed-in', connection };
      connection.destroy();
      // It does not keep its connections: nothing is carried over one of them.
      if (!isTunnel) habits.closed(connection.hop);
      return { kind: 'signed-in', connection: undefined };
    } catch (error) {
      connection.destroy();
      if (!isSent || !(error instanceof UpstreamError) || error.code === 'credential-refused') throw error;
      return { kind: 'failed', error };
    } finally {
      this.end(connection);
      permit.unused();
    }
  }
}
