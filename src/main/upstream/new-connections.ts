import type { Hop } from '../../shared/problem';
import type { CredentialGate } from './credential-gate';
import type { LogonPermit } from './logon-permit';
import { isDrained } from './drain';
import type { Handshakes } from './handshakes';
import type { HopHabits } from './hop-habits';
import type { HopTimeouts } from './hop-timeouts';
import type { Answer, HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import type { FirstLeg, HopChallenge } from './first-leg';
import { isOfCompanyProxy } from './sign-in';
import { headOf } from './sign-in-request';
import type { SignedInConnections } from './signed-in-connections';
import type { Trial } from './trial';
import type { Travel } from './turn';
import { UpstreamError } from './upstream-error';
import type { UpstreamHealth } from './upstream-health';
import type { WarmConnections } from './warm-connections';

/** What new connections take from the road that they belong to. */
export interface NewConnectionsOptions {
  readonly gate: Pick<CredentialGate, 'admit' | 'isForbidden' | 'standing'>;
  readonly health: Pick<UpstreamHealth, 'preferred'>;
  readonly habits: HopHabits;
  readonly handshakes: Handshakes;
  readonly signedIn: SignedInConnections;
  readonly warm: Pick<WarmConnections, 'isServing'>;
  readonly timeouts: HopTimeouts;
}

/** How a request that finds no idle connection gets one signed in: its turn, a logon with it or for it, and its own answer. */
export class NewConnections {
  readonly #options: NewConnectionsOptions;

  constructor(options: NewConnectionsOptions) {
    this.#options = options;
  }

  /** Sends over a new connection. Undefined when another try is needed: a logon was made with another URL. */
  async send(request: OutgoingRequest, own: Trial): Promise<Answer | undefined> {
    const { gate, health, habits, handshakes, signedIn } = this.#options;
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
      // that do not ask need no permit, and a slow origin behind them must hold nobody up; nor does a Kerberos ticket.
      if (gate.standing === 'proven' || (await handshakes.needsNoTurn(health.preferred))) {
        connection = await handshakes.connect(request.onPassedBy);
        early = connection;
        handshakes.begin(early);
        if (handshakes.mayGoAhead(early)) leg = await handshakes.challenge(early, request, undefined);
      }
      const hop = connection?.hop ?? health.preferred;
      if (leg === undefined ? !habits.isOpen(hop) : leg.kind === 'challenge') {
        permit = await this.#admit(hop, own, request);
        if (early !== undefined) handshakes.notAhead(early);
        const { trial } = permit;
        if (trial === undefined && connection === undefined && this.#canWaitForWarm(request)) {
          permit.unused();
          return undefined;
        }
        if (trial !== undefined) {
          // A challenge that was got for another request is not used for it.
          const isOfUse = leg === undefined && connection?.isIdle === true;
          if (!isOfUse) connection?.destroy();
          const trialConnection = isOfUse ? connection : undefined;
          connection = undefined;
          const tried = await handshakes.tryOut(
            trialConnection ?? (await handshakes.connect(request.onPassedBy)),
            permit,
            trial,
          );
          // What has gone wrong with another URL is no answer to this request.
          connection = tried.kind === 'signed-in' ? tried.connection : undefined;
          return connection === undefined ? undefined : await this.#carry(connection, request, own);
        }
        // Whoever waited may find a connection that somebody else has authenticated meanwhile.
        const pooled = gate.standing === 'proven' ? signedIn.take(request) : undefined;
        if (pooled !== undefined) {
          permit.unused();
          connection?.destroy();
          return await signedIn.sendOverIdle(pooled, request);
        }
      }
      // Closed while it waited for its turn, which is not lost for that.
      if (leg?.kind !== 'answer' && connection?.isIdle === false) {
        connection = undefined;
        leg = undefined;
      }
      connection ??= await handshakes.connect(request.onPassedBy);
      return await this.#signIn(connection, request, own, permit, leg);
    } catch (error) {
      if (connection !== undefined && !signedIn.wasKept(connection)) connection.destroy();
      throw error;
    } finally {
      if (early !== undefined) {
        handshakes.notAhead(early);
        handshakes.end(early);
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
    const { gate, habits, signedIn } = this.#options;
    const { hop } = connection;
    if (habits.mustGoWithLogon(hop, request) || gate.isForbidden(hop, own)) {
      signedIn.keep(connection);
      return undefined;
    }
    if (request.isAborted) {
      signedIn.keep(connection);
      throw new UpstreamError('aborted', hop, 'the client has gone away');
    }
    request.onPassage(hop, true);
    return signedIn.send(connection, request);
  }

  /** Signs a connection in, if that is asked for, and sends the request. Undefined when another try is needed. */
  async #signIn(
    connection: HttpConnection,
    request: OutgoingRequest,
    own: Trial,
    permit: LogonPermit | undefined,
    ahead: FirstLeg | undefined,
  ): Promise<Answer | undefined> {
    const { habits, handshakes, signedIn } = this.#options;
    const { hop } = connection;
    let late: LogonPermit | undefined;
    // What has begun is seen to its end even when the client leaves: the outcome of a logon must be known.
    request.whenAborted(undefined);
    handshakes.begin(connection);
    try {
      const leg = ahead ?? (await handshakes.challenge(connection, request, permit));
      let answer: Answer;
      if (leg.kind === 'challenge') {
        habits.challenged(hop);
        // An upstream that asked for nothing until now asks: this one has no permit yet.
        if (permit === undefined) {
          if (handshakes.mayGoAhead(connection)) late = await this.#admit(hop, own, request);
          if (late === undefined || late.trial !== undefined) {
            throw new UpstreamError('closed-early', hop, 'it has begun to ask for the sign-in');
          }
        }
        request.onPassage(hop, true);
        // Whether a client sends the rest of a body is no business of the account's.
        const isOnItsWay = request.body?.isAtHand === false;
        if (isOnItsWay && !habits.mustGoWithLogon(hop, request)) {
          const isReady = await this.#logOnWithout(connection, request, leg.challenge, permit ?? late);
          // What follows is a request like any other: another network does not end it.
          handshakes.end(connection);
          return isReady ? await signedIn.send(connection, request) : undefined;
        }
        answer = await handshakes.logOn(connection, request, leg.challenge, permit ?? late);
        // It is not the URL that was the reason.
        if (request.wasAskedAgain) habits.askedAgain(hop);
      } else {
        habits.askedForNothing(hop);
        request.onPassage(hop, leg.isByTicket === true ? false : undefined);
        handshakes.end(connection);
        answer = leg.kind === 'answer' ? leg.answer : await signedIn.sendPlain(connection, request);
        signedIn.add(connection);
        if (answer.head.status === 407) {
          if (!isOfCompanyProxy(answer)) throw await signedIn.refuseOrigin(answer);
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
      handshakes.end(connection);
      handshakes.notAhead(connection);
      late?.unused();
    }
  }

  /** Makes the logon of a request with a HEAD of its URL. Resolves with whether the connection can carry the request. */
  async #logOnWithout(
    connection: HttpConnection,
    request: OutgoingRequest,
    challenge: HopChallenge,
    permit: LogonPermit | undefined,
  ): Promise<boolean> {
    const { habits, handshakes, signedIn, timeouts } = this.#options;
    const { challengeMs } = timeouts;
    try {
      const answer = await handshakes.logOn(connection, headOf(request), challenge, permit, challengeMs);
      if (request.isAborted) {
        signedIn.release(answer, await isDrained(answer, challengeMs));
        throw new UpstreamError('aborted', connection.hop, 'the client has gone away');
      }
      if (await isDrained(answer, challengeMs)) return true;
    } catch (error) {
      // Its answer was none to the request: with the host set aside, that goes another way.
      if (!(error instanceof UpstreamError) || error.code !== 'silent') throw error;
      return false;
    }
    // It does not keep its connections: the next logon goes with the body.
    habits.closed(connection.hop);
    return false;
  }

  async #admit(hop: Hop, own: Trial, request: OutgoingRequest): Promise<LogonPermit> {
    const permit = await this.#options.gate.admit(hop, own, this.#travelOf(hop, request));
    if (!request.isAborted) return permit;
    permit.unused();
    throw new UpstreamError('aborted', hop, 'the client has gone away');
  }

  #travelOf(hop: Hop, request: OutgoingRequest): Travel {
    const { habits } = this.#options;
    if (!habits.mustGoWithLogon(hop, request)) return habits.isForgetful(hop) ? 'with-logon' : 'over-any';
    return request.body?.isAtHand === false ? 'with-logon-and-upload' : 'with-logon';
  }

  /** Whether a request that had to wait until the credential was proven need not sign in by itself. */
  #canWaitForWarm(request: OutgoingRequest): boolean {
    const { gate, health, habits, warm } = this.#options;
    return gate.standing === 'proven' && warm.isServing && !habits.mustGoWithLogon(health.preferred, request);
  }
}
