import type { Hop } from '../../shared/problem';
import type { Credential } from './credential';
import { UpstreamError } from './upstream-error';

type GateState = 'unproven' | 'proven' | 'refused';

/** The right to send one type 3 message. The first of its methods that is called counts. */
export interface LogonPermit {
  readonly credential: Credential;
  accepted(): void;
  refused(): void;
  /** The logon was sent and its outcome will never be known. */
  unanswered(): void;
  /** No logon was needed after all. */
  unused(): void;
}

/**
 * Decides who may log on. Until the credential has been accepted once, one logon is in flight and everybody
 * else waits for its outcome; once it was refused, nobody logs on with it again. A credential may come as
 * several candidates (two readings of one hash): each is tried once, in order, until one is accepted.
 */
export class CredentialGate {
  readonly #candidates: readonly Credential[];
  readonly #maxWaitMs: number;
  readonly #nowMs: () => number;
  readonly #onOutcome: (candidate: number, outcome: 'accepted' | 'refused') => void;
  readonly #waiters = new Set<() => void>();
  #current = 0;
  #state: GateState = 'unproven';
  #isLogonInFlight = false;

  /**
   * @param candidates at least one, all of the same account, the likeliest first
   * @param maxWaitMs how long a request waits for somebody else's logon
   * @param nowMs a monotonic clock in milliseconds
   * @param onOutcome told when a candidate is accepted for the first time, or refused
   */
  constructor(
    candidates: readonly Credential[],
    maxWaitMs: number,
    nowMs: () => number,
    onOutcome: (candidate: number, outcome: 'accepted' | 'refused') => void = () => undefined,
  ) {
    this.#candidates = candidates;
    this.#maxWaitMs = maxWaitMs;
    this.#nowMs = nowMs;
    this.#onOutcome = onOutcome;
  }

  get state(): GateState {
    return this.#state;
  }

  /** Which candidate is in use; part of the key under which connections are kept. */
  get currentCandidate(): number {
    return this.#current;
  }

  /**
   * Waits for the right to log on.
   *
   * @throws UpstreamError credential-refused when no candidate is left, logon-pending after `maxWaitMs`
   */
  async admit(hop: Hop): Promise<LogonPermit> {
    const deadlineMs = this.#nowMs() + this.#maxWaitMs;
    while (this.#state === 'unproven' && this.#isLogonInFlight) {
      await this.#wait(hop, deadlineMs - this.#nowMs());
    }
    const credential = this.#candidates[this.#current];
    if (this.#state === 'refused' || credential === undefined) {
      throw new UpstreamError('credential-refused', hop, 'the credential was refused and is not sent again');
    }
    return this.#permit(credential, this.#current, this.#state === 'unproven');
  }

  #permit(credential: Credential, candidate: number, isFirst: boolean): LogonPermit {
    if (isFirst) this.#isLogonInFlight = true;
    let isSettled = false;
    const settle = (judge?: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      judge?.();
      if (isFirst) this.#isLogonInFlight = false;
      for (const wake of this.#waiters) wake();
    };
    return {
      credential,
      accepted: () => settle(() => this.#accept(candidate)),
      refused: () => settle(() => this.#refuse(candidate)),
      unanswered: () => settle(),
      unused: () => settle(),
    };
  }

  #accept(candidate: number): void {
    if (this.#state !== 'unproven' || candidate !== this.#current) return;
    this.#state = 'proven';
    this.#onOutcome(candidate, 'accepted');
  }

  #refuse(candidate: number): void {
    if (this.#state === 'refused' || candidate !== this.#current) return;
    if (this.#state === 'unproven' && candidate < this.#candidates.length - 1) this.#current += 1;
    else this.#state = 'refused';
    this.#onOutcome(candidate, 'refused');
  }

  #wait(hop: Hop, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(wake);
        reject(new UpstreamError('logon-pending', hop, 'another logon is still being answered'));
      }, timeoutMs);
      this.#waiters.add(wake);
    });
  }
}
