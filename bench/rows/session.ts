import { setTimeout as delay } from 'node:timers/promises';
import type { WireCounts } from '../distance/logon-counter';
import type { DistantProxy } from '../distance/start-distant-proxy';
import type { Running } from '../contenders';
import { type Figures, less, type Metric, type TurnRow } from './row';

/** What a reader takes at least, from one page to the next. */
const restMs = 2_000;

/** What is looked at in every session, and reported with the first row of them. */
export const logonMetrics: readonly Metric[] = [
  less('logons.unanswered', '', 'logons unanswered at once, in all pages', 'most'),
  less('logons.refused', '', 'logons refused, in all pages', 'most'),
];

/** A contender that has just been started, in front of the company proxy far away, and was asked for nothing. */
export class FreshRun {
  readonly running: Running;
  readonly #distant: DistantProxy;
  #mostUnanswered = 0;
  #refused = 0;

  constructor(running: Running, distant: DistantProxy) {
    this.running = running;
    this.#distant = distant;
  }

  /** What the company proxy has seen since the last time. */
  async takeCounts(): Promise<WireCounts> {
    const { refused, ...counts } = await this.#distant.takeCounts();
    this.#mostUnanswered = Math.max(this.#mostUnanswered, counts.mostUnanswered);
    this.#refused += refused;
    return counts;
  }

  /** The time between two pages. Where nothing can be got ready meanwhile, there is no need to wait. */
  async rest(): Promise<void> {
    if (this.running.pid !== undefined) await delay(restMs);
  }

  /** Of `logonMetrics`. */
  async logonFigures(): Promise<Figures> {
    await this.takeCounts();
    return { 'logons.unanswered': this.#mostUnanswered, 'logons.refused': this.#refused };
  }
}

export type Session = (run: FreshRun) => Promise<Figures>;

/** Starts a contender anew for a session, and ends it afterwards. */
export function afresh(session: Session): TurnRow['measure'] {
  return async (contender, setting) => {
    const distant = await setting.distant();
    // What came before is not its own.
    await distant.takeCounts();
    const running = await contender.start(distant);
    try {
      const run = new FreshRun(running, distant);
      const figures = await session(run);
      return { ...figures, ...(await run.logonFigures()) };
    } finally {
      await running.close();
    }
  };
}

let names = 0;

/** A part of host names that no page had before. */
export function newPageName(): string {
  names += 1;
  return `page${names}`;
}
