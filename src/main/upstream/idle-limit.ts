/** Blue Coat and others close after 10 to 15 s: the time that is safe to assume before anything is known. */
const firstGuessMs = 10_000;
const shortestMs = 1_000;
const longestMs = 300_000;

/**
 * How long an idle connection to one upstream may be trusted, learned from what that upstream does: a reuse
 * late in the allowed time doubles it, a connection that was closed while idle cuts it below that age for good.
 */
export class IdleLimit {
  #limitMs = firstGuessMs;
  #ceilingMs = longestMs;

  get limitMs(): number {
    return this.#limitMs;
  }

  /** A connection that had been idle for so long carried another answer. */
  observeReuse(idleMs: number): void {
    if (idleMs >= this.#limitMs * 0.8) this.#limitMs = Math.min(this.#limitMs * 2, this.#ceilingMs);
  }

  /** The upstream closed a connection that had been idle for so long. */
  observeClose(idleMs: number): void {
    this.#ceilingMs = Math.max(shortestMs, Math.min(this.#ceilingMs, idleMs * 0.8));
    this.#limitMs = Math.min(this.#limitMs, this.#ceilingMs);
  }
}
