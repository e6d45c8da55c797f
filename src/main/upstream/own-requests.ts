import type { EngineEvent } from '../../shared/event';
import type { Hop } from '../../shared/problem';
import type { HostPort } from '../../shared/settings';
import type { CredentialGate } from './credential-gate';
import type { LogonPermit } from './logon-permit';
import type { Handshakes } from './handshakes';
import type { HopHabits } from './hop-habits';
import type { HopTimeouts } from './hop-timeouts';
import type { Answer, HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import { isDrained } from './drain';
import type { SignedInConnections } from './signed-in-connections';
import { isNobodys, requestOf, siteOf, type Trial } from './trial';
import { UpstreamError } from './upstream-error';
import type { WarmConnections, Warmed } from './warm-connections';

/** What own requests take from the road that they belong to. */
export interface OwnRequestsOptions {
  readonly gate: Pick<CredentialGate, 'admitSpare' | 'isKnown'>;
  readonly habits: HopHabits;
  readonly handshakes: Handshakes;
  readonly signedIn: SignedInConnections;
  readonly warm: Pick<WarmConnections, 'follow' | 'isUnfit'>;
  readonly timeouts: Pick<HopTimeouts, 'quickMs'>;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

const defaultQuickMs = 500;
/** How long the answer to a request that nobody has asked for may take: it was quick before. */
const ownAnswerMs = 5_000;

/** What `addressOf` has found: there are few trials, and one after the other is made with the same. */
const addresses = new WeakMap<Trial, HostPort>();

/** The host and port that a trial is about. */
function addressOf(trial: Trial): HostPort | undefined {
  const known = addresses.get(trial);
  if (known !== undefined) return known;
  const site = siteOf(trial);
  if (site === undefined) return undefined;
  const { protocol, hostname, port } = new URL(site);
  const host = hostname.replaceAll(/^\[|\]$/g, '');
  const address = { host, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
  addresses.set(trial, address);
  return address;
}

/** What has become of a connection that was signed in, or used, for nobody. */
function warmedBy(error: unknown): Warmed {
  if (!(error instanceof UpstreamError)) throw error;
  // What is wrong with the credential the gate knows, and what this side has ended is nobody's fault.
  if (error.code === 'credential-refused') return 'no-turn';
  return error.code === 'aborted' ? 'ended' : 'failed';
}

/**
 * The requests that no client has asked for: connections are signed in with them before anybody needs one, and used lest they
 * grow old. `WarmConnections` says when.
 */
export class OwnRequests {
  readonly #options: OwnRequestsOptions;

  constructor(options: OwnRequestsOptions) {
    this.#options = options;
  }

  /** Signs a new connection in; see `WarmConnectionsOptions.warm`. */
  async signIn(trial: Trial, isTrial: boolean, isFit?: Promise<boolean>): Promise<Warmed> {
    const { gate, habits, handshakes, signedIn, warm, nowMs } = this.#options;
    const request = requestOf(trial);
    let connection: HttpConnection | undefined;
    let permit: LogonPermit | undefined;
    let answer: Answer | undefined;
    let sentMs = nowMs();
    try {
      connection = await handshakes.connect();
      handshakes.begin(connection);
      const { hop } = connection;
      sentMs = nowMs();
      const leg = await handshakes.challenge(connection, request, undefined);
      if (leg.kind === 'answer') ({ answer } = leg);
      if (leg.kind !== 'challenge') return 'unfit';
      if ((await isFit) === false) return 'ended';
      permit = await gate.admitSpare(hop, trial, isTrial);
      if (permit === undefined || warm.isUnfit(hop, trial)) return 'no-turn';
      sentMs = nowMs();
      const answerMs = isTrial ? this.#trialMs(connection) : ownAnswerMs;
      const answering = handshakes.logOn(connection, request, leg.challenge, permit, answerMs);
      if (isTrial) warm.follow();
      answer = await answering;
      if (!(await isDrained(answer, answerMs))) {
        // What it answers itself is an error page, behind which some close; of other URLs it is what it does with all.
        if (!isNobodys(trial)) habits.closed(hop);
        return 'unfit';
      }
      signedIn.keep(connection);
      return gate.isKnown(hop, trial) ? 'ready' : 'unfit';
    } catch (error) {
      return warmedBy(error);
    } finally {
      permit?.unused();
      if (connection !== undefined) {
        handshakes.end(connection);
        if (!signedIn.wasKept(connection)) connection.destroy();
        this.#tell(connection.hop, trial, request, permit !== undefined, answer, sentMs);
      }
    }
  }

  /**
   * Uses a connection that is signed in, so that the company proxy does not take it for one that nobody needs; see
   * `WarmConnectionsOptions.use`.
   */
  async use(connection: HttpConnection, trial: Trial, isTrial: boolean): Promise<Warmed> {
    const { handshakes, signedIn, nowMs } = this.#options;
    const request = requestOf(trial);
    const answerMs = isTrial ? this.#trialMs(connection) : ownAnswerMs;
    const sentMs = nowMs();
    let answer: Answer | undefined;
    // It has no client that could end it either.
    handshakes.begin(connection);
    try {
      answer = await signedIn.sendPlain(connection, request, answerMs);
      if (answer.head.status === 407) {
        connection.destroy();
        return 'unfit';
      }
      if (!(await isDrained(answer, answerMs))) return 'unfit';
      signedIn.keep(connection);
      return 'ready';
    } catch (error) {
      const warmed = warmedBy(error);
      // Of one that is tried it is the URL that may be slow.
      if (warmed === 'failed' && !isTrial) signedIn.lost(connection);
      return warmed;
    } finally {
      handshakes.end(connection);
      this.#tell(connection.hop, trial, request, false, answer, sentMs);
    }
  }

  /** How soon a URL must be answered to be of use, in milliseconds: at a distance everything takes longer. */
  #trialMs(connection: HttpConnection): number {
    const { handshakes, timeouts } = this.#options;
    return Math.max(timeouts.quickMs ?? defaultQuickMs, 3 * handshakes.legMs(connection));
  }

  /** Tells of a request that no client has asked for; not of a handshake that came to none. */
  #tell(
    { address: upstream }: Hop,
    trial: Trial,
    { method, mayBeCarriedOut }: OutgoingRequest,
    hasLogon: boolean,
    answer: Answer | undefined,
    sentMs: number,
  ): void {
    if (!mayBeCarriedOut) return;
    const { onEvent, nowMs } = this.#options;
    const status = answer?.head.status;
    const durationMs = nowMs() - sentMs;
    const target = addressOf(trial);
    onEvent({ kind: 'own-request', upstream, method, target, hasLogon, status, durationMs });
  }
}
