import type { EngineEvent } from '../../shared/event';
import type { Kerberos, KerberosTrouble } from '../../shared/kerberos';
import type { Hop } from '../../shared/problem';
import { drainShortBody } from './drain';
import type { Answer, HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import type { FirstLeg, FirstLegTimeouts } from './first-leg';
import { isOfCompanyProxy } from './sign-in';
import { exchangeFirst, exchangeWhole } from './sign-in-request';
import { kerberosCredentials, offersNegotiate } from './sign-in-scheme';
import { UpstreamError } from './upstream-error';

export interface KerberosSignInOptions {
  readonly kerberos: Kerberos;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

type OpenLeg = Exclude<FirstLeg, { readonly kind: 'challenge' }>;

/** After a failure NTLM is used for so long: the next one would most likely fail as well. */
const retryMs = 10_000;
/** A company proxy that did not take a ticket will not take the next one. */
const refusedRetryMs = 600_000;

/**
 * Signs connections in with a Kerberos ticket, where the company proxy offers Negotiate and there is one. No password is in it, so
 * no directory counts it against the account, and no permit of the gate is needed. Whatever is wrong with it, NTLM follows.
 */
export class KerberosSignIn {
  readonly #options: KerberosSignInOptions;
  /** Whether these offer Negotiate, as far as they were asked. */
  readonly #offers = new Map<Hop, boolean>();
  readonly #restsUntilMs = new Map<Hop, number>();
  /** As in HopHabits. */
  lessons = 0;
  /** What was told last of each. */
  readonly #told = new Map<Hop, KerberosTrouble | 'used'>();

  constructor(options: KerberosSignInOptions) {
    this.#options = options;
  }

  /** On another network everything may be different. */
  beginEpoch(): void {
    this.#offers.clear();
    this.#restsUntilMs.clear();
    this.#told.clear();
  }

  /** A company proxy has turned out to offer Negotiate, or not to. */
  offered(hop: Hop, isOffered: boolean): void {
    this.#offers.set(hop, isOffered);
  }

  /** Why the last ticket for it could not be used; undefined when there was none to be used, or it was. */
  trouble(hop: Hop): KerberosTrouble | undefined {
    const told = this.#told.get(hop);
    return told === 'used' ? undefined : told;
  }

  /** Whether a connection to this company proxy may be signed in with a ticket. */
  async mayTry(hop: Hop): Promise<boolean> {
    const { kerberos, nowMs } = this.#options;
    const isOffered = this.#offers.get(hop);
    if (isOffered === false || nowMs() < (this.#restsUntilMs.get(hop) ?? 0)) return false;
    return isOffered === true || (await kerberos.hasTicket());
  }

  /**
   * Sends a request with a ticket. What the company proxy offers is asked first, once: a challenge of NTLM would not tell. Until it
   * has taken a ticket a HEAD goes in place of a request with a body.
   *
   * @returns undefined when NTLM is to be tried on the same connection
   * @throws UpstreamError closed-early when another connection is needed for that; and silent, broken-answer, aborted
   */
  async leg(
    connection: HttpConnection,
    request: OutgoingRequest,
    { answerMs, drainMs }: FirstLegTimeouts,
  ): Promise<OpenLeg | undefined> {
    const { hop } = connection;
    if (!(await this.mayTry(hop))) return undefined;
    if (!this.#offers.has(hop)) {
      const answer = await exchangeFirst(connection, request, undefined, answerMs);
      if (!isRefusal(answer)) return openLeg(answer, request.body !== undefined, drainMs);
      this.offered(hop, offersNegotiate(answer.head.headers));
      this.lessons += 1;
      if (!(await drainShortBody(answer, drainMs))) throw spent(connection);
      if (this.#offers.get(hop) === false) return undefined;
    }
    const found = await this.#options.kerberos.token(hop.address.host);
    if (found.kind === 'none') {
      this.#failed(hop, found.why);
      return undefined;
    }
    const isWhole = request.body === undefined || this.#told.get(hop) === 'used';
    const exchange = isWhole ? exchangeWhole : exchangeFirst;
    if (isWhole) request.mayBeCarriedOut = connection.isIdle;
    const answer = await exchange(connection, request, kerberosCredentials(found.token), answerMs);
    if (!isRefusal(answer)) {
      this.#succeeded(hop);
      return { ...(await openLeg(answer, !isWhole, drainMs)), isByTicket: true };
    }
    request.mayBeCarriedOut = false;
    this.#failed(hop, 'refused');
    this.lessons += 1;
    // Squid takes NTLM on it for a part of the negotiation that has failed.
    connection.destroy();
    throw spent(connection);
  }

  #failed(hop: Hop, why: KerberosTrouble): void {
    const { nowMs, onEvent } = this.#options;
    this.#restsUntilMs.set(hop, nowMs() + (why === 'refused' ? refusedRetryMs : retryMs));
    if (this.#told.get(hop) === why) return;
    this.#told.set(hop, why);
    onEvent({ kind: 'kerberos', upstream: hop.address, trouble: why });
  }

  #succeeded(hop: Hop): void {
    if (this.#told.get(hop) === 'used') return;
    this.#told.set(hop, 'used');
    this.#options.onEvent({ kind: 'kerberos', upstream: hop.address, trouble: undefined });
  }
}

/** Nothing more can be asked on a connection. */
function spent({ hop }: HttpConnection): UpstreamError {
  return new UpstreamError('closed-early', hop, 'the connection is of no use for another way to sign in');
}

/** Whether it is a 407 of the company proxy's own. */
function isRefusal(answer: Answer): boolean {
  return answer.head.status === 407 && isOfCompanyProxy(answer);
}

/** @param isProbe whether a HEAD stood in for the request; when its connection is closed behind it, the request needs another */
async function openLeg(answer: Answer, isProbe: boolean, drainMs: number): Promise<OpenLeg> {
  if (!isProbe) return { kind: 'answer', answer };
  if (await drainShortBody(answer, drainMs)) return { kind: 'open' };
  throw new UpstreamError(
    'closed-early',
    answer.connection.hop,
    'the connection was closed after the first answer',
  );
}
