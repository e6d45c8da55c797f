/** Blue Coat and others close after 10 to 15 s: the time that is safe to assume before anything is known. */
const firstGuessMs = 10_000;
const shortestMs = 1_000;
const longestMs = 300_000;
/** One that is closed early may be an accident, as when the upstream restarts: after this long it is found out anew. */
const believedMs = 3_600_000;

/**
 * How long an idle connection to one upstream may be trusted, learned from what that upstream does: a reuse
 * late in the allowed time doubles it, a connection that was closed while idle cuts it below that age for an hour.
 */
export class IdleLimit {
  #limitMs = firstGuessMs;
  #ceilingMs = longestMs;
  #ceilingUntilMs = Number.POSITIVE_INFINITY;
  readonly #nowMs: () => number;

  /** @param nowMs a monotonic clock in milliseconds */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get limitMs(): number {
    if (this.#nowMs() >= this.#ceilingUntilMs) {
      this.#limitMs = firstGuessMs;
      this.#ceilingMs = longestMs;
      this.#ceilingUntilMs = Number.POSITIVE_INFINITY;
    }
    return this.#limitMs;
  }

  /** A connection that had been idle for so long carried another answer. */
  observeReuse(idleMs: number): void {
    const { limitMs } = this;
    if (idleMs >= limitMs * 0.8) this.#limitMs = Math.min(limitMs * 2, this.#ceilingMs);
  }

  /** The upstream closed a connection that had been idle for so long. */
  observeClose(idleMs: number): void {
    const { limitMs } = this;
    const ceilingMs = Math.max(shortestMs, idleMs * 0.8);
    if (ceilingMs >= this.#ceilingMs) return;
    this.#ceilingMs = ceilingMs;
    this.#ceilingUntilMs = this.#nowMs() + believedMs;
    this.#limitMs = Math.min(limitMs, ceilingMs);
  }
}
