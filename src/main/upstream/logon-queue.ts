import type { LogonReason } from '../../shared/event';
import type { Hop } from '../../shared/problem';
import type { LogonPermit } from './logon-permit';
import type { Tenure } from './tenure';
import type { Trial } from './trial';
import type { Travel, Turn } from './turn';
import { UpstreamError, type UpstreamErrorCode } from './upstream-error';

/** What somebody wants to log on for. */
export interface LogonWish {
  readonly hop: Hop;
  /** The URL of the request. */
  readonly own: Trial;
  readonly travel: Travel;
}

interface Waiter extends LogonWish {
  readonly resolve: (permit: LogonPermit) => void;
  readonly reject: (error: UpstreamError) => void;
  readonly timer: NodeJS.Timeout;
}

/** A connection that is to be signed in before anybody needs it, and waits with its challenge. */
interface Spare {
  readonly hop: Hop;
  readonly trial: Trial;
  readonly isAlone: boolean;
  readonly resolve: (permit: LogonPermit | undefined) => void;
  readonly timer: NodeJS.Timeout;
}

/** What the gate says to a request that wants to log on. */
export type Verdict =
  | Exclude<Turn, { readonly kind: 'set-aside' }>
  | { readonly kind: 'never'; readonly code: UpstreamErrorCode; readonly retryAfterMs?: number };

/** What the queue takes from the gate that it belongs to. */
export interface LogonQueueOptions {
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** How long a request waits for its turn, in milliseconds. */
  readonly maxWaitMs: number;
  /** Whether somebody may log on now. */
  readonly judge: (wish: LogonWish) => Verdict;
  /** Gives whoever may the right to; `trial` as in `LogonPermit`. */
  readonly grant: (hop: Hop, reason: LogonReason, trial: Trial | undefined, own: Trial) => LogonPermit;
  /** What is known of the credential in use. */
  readonly tenure: () => Tenure;
  readonly isPaused: () => boolean;
  /** Whether connections may be signed in before anybody needs them. */
  readonly mayWarm: () => boolean;
}

/** How long a logon that nobody has asked for waits for room. */
const maxSpareWaitMs = 1_000;
/** How many of those that wait are looked at for one that may overtake the first. */
const maxOvertaken = 64;

/**
 * Those who wait for the right to log on: requests in the order in which they came, and behind them the logons that nobody has
 * asked for.
 */
export class LogonQueue {
  readonly #options: LogonQueueOptions;
  readonly #waiters = new Set<Waiter>();
  readonly #spares = new Set<Spare>();
  #pumpTimer: NodeJS.Timeout | undefined;
  #pumpImmediate: NodeJS.Immediate | undefined;

  constructor(options: LogonQueueOptions) {
    this.#options = options;
  }

  /** Waits for the right to log on; see `CredentialGate.admit`. */
  join(wish: LogonWish): Promise<LogonPermit> {
    const { judge, grant, tenure, isPaused, maxWaitMs } = this.#options;
    const { hop, own } = wish;
    const verdict = judge(wish);
    // Nobody overtakes those that wait, unless they cannot go where this one can.
    if (verdict.kind === 'go' && (this.#waiters.size === 0 || tenure().chargeCount > 0)) {
      return Promise.resolve(grant(hop, verdict.reason, verdict.trial, own));
    }
    if (verdict.kind === 'never') return Promise.reject(errorOf(hop, verdict));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        const code = isPaused() ? 'sign-in-paused' : 'logon-pending';
        reject(new UpstreamError(code, hop, 'no turn to sign in came in time'));
      }, maxWaitMs);
      const waiter: Waiter = { ...wish, resolve, reject, timer };
      this.#waiters.add(waiter);
      this.pump();
    });
  }

  /** Waits for room for a logon that nobody has asked for; see `CredentialGate.admitSpare`. */
  joinSpare(hop: Hop, trial: Trial, isAlone: boolean): Promise<LogonPermit | undefined> {
    return new Promise((resolve) => {
      // A challenge keeps a helper of the company proxy busy.
      const timer = setTimeout(() => {
        this.#spares.delete(spare);
        resolve(undefined);
      }, maxSpareWaitMs);
      const spare: Spare = { hop, trial, isAlone, resolve, timer };
      this.#spares.add(spare);
      this.pump();
    });
  }

  /** Fails everybody who waits. To be called when no logon is to be made any more. */
  close(): void {
    clearTimeout(this.#pumpTimer);
    clearImmediate(this.#pumpImmediate);
    for (const waiter of this.#waiters) {
      const error = new UpstreamError('aborted', waiter.hop, 'the local proxy is closing');
      this.#dequeue(waiter).reject(error);
    }
    this.#pumpSpares();
  }

  /** Lets those go who may: to be called whenever something has changed. */
  pump(): void {
    clearTimeout(this.#pumpTimer);
    clearImmediate(this.#pumpImmediate);
    this.#pumpQueue();
    this.#pumpSpares();
  }

  #pumpSpares(): void {
    const { judge, grant, tenure, mayWarm, nowMs } = this.#options;
    for (const spare of this.#spares) {
      const { hop, trial, isAlone, resolve, timer } = spare;
      let permit: LogonPermit | undefined;
      // An origin may take for ever, and a request may be waiting for what comes of this.
      const isInVain = isAlone && !tenure().isSettledSoon(nowMs());
      if (mayWarm() && !isInVain) {
        const verdict = judge({ hop, own: trial, travel: 'over-any' });
        if (verdict.kind === 'wait') {
          if (this.#waiters.size === 0 && verdict.againMs !== undefined) this.#pumpAt(verdict.againMs);
          return;
        }
        const isBusy = tenure().chargeCount > 0;
        if (isBusy && (isAlone || tenure().standing !== 'proven')) return;
        if (isAlone && this.#waiters.size > 0) return;
        if (tenure().standing === 'proven' && verdict.kind === 'go' && verdict.trial === undefined) {
          permit = grant(hop, 'spare', undefined, trial);
        }
      }
      this.#spares.delete(spare);
      clearTimeout(timer);
      resolve(permit);
    }
  }

  /** Lets those go who may, in the order in which they came. */
  #pumpQueue(): void {
    const { judge, grant, tenure, isPaused, nowMs } = this.#options;
    let seen = 0;
    for (const waiter of this.#waiters) {
      const verdict = judge(waiter);
      if (verdict.kind === 'go') {
        const { hop, own } = this.#dequeue(waiter);
        waiter.resolve(grant(hop, verdict.reason, verdict.trial, own));
      } else if (verdict.kind === 'never') {
        this.#dequeue(waiter).reject(errorOf(waiter.hop, verdict));
      } else {
        if (seen === 0 && verdict.againMs !== undefined) this.#pumpAt(verdict.againMs);
        seen += 1;
        const hasRoom = tenure().hasRoom(nowMs());
        if (seen >= maxOvertaken || !hasRoom || isPaused()) return;
      }
    }
  }

  #pumpAt(atMs: number): void {
    this.#pumpTimer = setTimeout(
      () => {
        // On a busy machine the answer that it waits for may have come already: it is read first.
        this.#pumpImmediate = setImmediate(() => this.pump());
      },
      Math.max(1, atMs - this.#options.nowMs()),
    );
  }

  #dequeue(waiter: Waiter): Waiter {
    this.#waiters.delete(waiter);
    clearTimeout(waiter.timer);
    return waiter;
  }
}

function errorOf(hop: Hop, { code, retryAfterMs }: Verdict & { readonly kind: 'never' }): UpstreamError {
  return new UpstreamError(code, hop, 'no logon is made', { retryAfterMs });
}
