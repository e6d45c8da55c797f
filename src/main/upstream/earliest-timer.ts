/**
 * A timer that goes off once, at the earliest of the moments that it was set to: what is looked after now and then wakes the
 * machine only when something is due. It keeps no process alive.
 */
export class EarliestTimer {
  readonly #nowMs: () => number;
  readonly #onDue: () => void;
  #timer: NodeJS.Timeout | undefined;
  #atMs = Number.POSITIVE_INFINITY;

  /** @param nowMs a monotonic clock in milliseconds */
  constructor(nowMs: () => number, onDue: () => void) {
    this.#nowMs = nowMs;
    this.#onDue = onDue;
  }

  /** Sets it to go off in so many milliseconds at the latest; infinitely many leave it as it is. */
  set(ms: number): void {
    const atMs = this.#nowMs() + ms;
    if (atMs >= this.#atMs) return;
    clearTimeout(this.#timer);
    this.#atMs = atMs;
    this.#timer = setTimeout(this.#goOff, ms).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#atMs = Number.POSITIVE_INFINITY;
  }

  readonly #goOff = (): void => {
    this.#atMs = Number.POSITIVE_INFINITY;
    this.#onDue();
  };
}
