/** Where no burst is remembered, the next one is taken to be of this size: a browser's first page. */
const firstSize = 16;
/** What is taken within so long of the first of a burst belongs to it. */
const burstMs = 1_000;
/** So many bursts are remembered, each the largest of its minute. */
const rememberedMinutes = 10;
const minuteMs = 60_000;

/** How many connections were taken at once lately: the next page may need as many. */
export class Bursts {
  /** The largest of each of the last minutes in which there was one, by the number of the minute. */
  readonly #sizes = new Map<number, number>();
  #startMs = Number.NEGATIVE_INFINITY;
  #size = 0;

  /** The size of the largest that is remembered; 0 where none is. */
  get largest(): number {
    return Math.max(0, ...this.#sizes.values());
  }

  /** There may be one soon. */
  expect(nowMs: number): void {
    if (this.#sizes.size === 0) this.#sizes.set(Math.floor(nowMs / minuteMs), firstSize);
  }

  /** A connection was taken. */
  taken(nowMs: number): void {
    if (nowMs - this.#startMs > burstMs) {
      this.#startMs = nowMs;
      this.#size = 0;
    }
    this.#size += 1;
    const minute = Math.floor(nowMs / minuteMs);
    this.#sizes.set(minute, Math.max(this.#sizes.get(minute) ?? 0, this.#size));
  }

  /** Forgets those that were too long ago. */
  passTime(nowMs: number): void {
    for (const minute of this.#sizes.keys()) {
      if (Math.floor(nowMs / minuteMs) - minute >= rememberedMinutes) this.#sizes.delete(minute);
    }
  }
}
