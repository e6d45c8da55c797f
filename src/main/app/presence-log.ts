import type { Presence } from '../../shared/activity-day';

/** So many stretches are kept; the oldest go. */
export const maxPresence = 200;
/** Two stretches that are not further apart are one: a restart, or settings that were applied. */
const togetherMs = 60_000;

/** Where this Mac was, as far as that was known: on the company's network or elsewhere. Times are milliseconds since 1970. */
export class PresenceLog {
  #spans: readonly Presence[] = [];
  #here: { readonly where: Presence['where']; readonly fromMs: number } | undefined;
  #last: Presence['where'] | undefined;

  restore(spans: readonly Presence[]): void {
    this.#spans = spans;
    this.#last = spans.at(-1)?.where;
  }

  /** A new day begins: what is known goes on in it. */
  clear(startMs: number): void {
    this.#spans = [];
    if (this.#here !== undefined) this.#here = { ...this.#here, fromMs: startMs };
  }

  /** @returns whether it is another place than the one that was known last, and whether it was here today before */
  goTo(where: Presence['where'], nowMs: number): { readonly isNews: boolean; readonly isBack: boolean } {
    const isNews = this.#last !== where;
    this.#last = where;
    if (this.#here?.where !== where) {
      this.leave(nowMs);
      const last = this.#spans.at(-1);
      const goesOn = last?.where === where && nowMs - last.untilMs <= togetherMs;
      if (goesOn) this.#spans = this.#spans.slice(0, -1);
      this.#here = { where, fromMs: goesOn ? last.fromMs : nowMs };
    }
    return { isNews, isBack: this.#spans.some((each) => each.where === where) };
  }

  /** From now on it is not known where this Mac is. */
  leave(atMs: number): void {
    this.#spans = this.spans(atMs).slice(-maxPresence);
    this.#here = undefined;
  }

  /** Oldest first, until now. */
  spans(nowMs: number): readonly Presence[] {
    const here = this.#here;
    return here === undefined
      ? this.#spans
      : [...this.#spans, { ...here, untilMs: Math.max(here.fromMs, nowMs) }];
  }
}
