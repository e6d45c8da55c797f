import type { Hop } from '../../shared/problem';
import { formatHostPort } from '../../shared/settings';
import { type Trial, trialKey } from './trial';

/** A URL that connections can be signed in with before anybody needs them. */
export interface WarmUrl {
  readonly trial: Trial;
  /** Whether it may be asked as often as it takes: the company proxy answers it itself, or the user has chosen it. */
  readonly isFree: boolean;
  /** Whether a logon with it was answered at once before. */
  readonly isKnown: boolean;
}

/** A host of somebody else is asked no more than once in this time. */
const sparingMs = 60_000;
/** What was of no use may be so later. */
const unfitMs = 600_000;

/** What is known of the URLs that connections are signed in with before anybody needs them: when each was asked, and if it will do. */
export class WarmUrls {
  readonly #askedMs = new Map<string, number>();
  /** Those that were answered at once over a connection that was signed in, each by its company proxy. */
  readonly #fit = new Set<string>();
  readonly #unfitUntilMs = new Map<string, number>();

  /** Whether this one may be asked now. */
  mayAsk(hop: Hop, { trial, isFree }: WarmUrl, nowMs: number): boolean {
    if (this.isUnfit(hop, trial, nowMs)) return false;
    const askedMs = this.#askedMs.get(trialKey(trial));
    return isFree || askedMs === undefined || nowMs - askedMs >= sparingMs;
  }

  /** Whether it is known to be answered at once. */
  isFit(hop: Hop, { trial, isKnown }: WarmUrl): boolean {
    return isKnown || this.#fit.has(placeOf(hop, trial));
  }

  /** Whether it was of no use lately. */
  isUnfit(hop: Hop, trial: Trial, nowMs: number): boolean {
    const untilMs = this.#unfitUntilMs.get(placeOf(hop, trial));
    return untilMs !== undefined && nowMs < untilMs;
  }

  /** It is being asked. */
  asked(trial: Trial, nowMs: number): void {
    this.#askedMs.set(trialKey(trial), nowMs);
  }

  /** It was tried, and answered at once. */
  fit(hop: Hop, trial: Trial): void {
    this.#fit.add(placeOf(hop, trial));
  }

  /** It will not do for a while. */
  unfit(hop: Hop, trial: Trial, nowMs: number): void {
    this.#fit.delete(placeOf(hop, trial));
    this.#unfitUntilMs.set(placeOf(hop, trial), nowMs + unfitMs);
  }

  /** Forgets what time has settled. */
  passTime(nowMs: number): void {
    for (const [key, askedMs] of this.#askedMs) if (nowMs - askedMs >= sparingMs) this.#askedMs.delete(key);
    for (const [place, untilMs] of this.#unfitUntilMs) {
      if (nowMs >= untilMs) this.#unfitUntilMs.delete(place);
    }
  }

  /** On another network other URLs may do. */
  beginEpoch(): void {
    this.#fit.clear();
    this.#unfitUntilMs.clear();
  }
}

/** What a URL is to one company proxy it need not be to another. */
function placeOf({ address }: Hop, trial: Trial): string {
  return `${formatHostPort(address)} ${trialKey(trial)}`;
}
