import type { BatterySaver } from '../ports';
import { type MacCommand, runMacCommand } from '../macos/run-mac-command';

export interface PmsetOptions {
  readonly pmset: MacCommand;
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** Told with a sentence when pmset does not answer; not again before it has answered. */
  readonly onProblem: (message: string) => void;
}

/** What was found out is trusted for so long. */
const freshMs = 60_000;
/** Macs with a High Power Mode have `powermode` instead, where 2 is that one. */
const lowPowerLine = /^\s*(?:lowpowermode|powermode)\s+1\s*$/m;

/** Whether what `pmset -g` prints, the settings in use, has Low Power Mode on. Older Macs have no such line. */
export function readsLowPower(text: string): boolean {
  return lowPowerLine.test(text);
}

/**
 * Low Power Mode as `pmset -g` tells it. There is no timer: it is asked when something may have changed, and when somebody
 * wants to know and what is known is a minute old. He does not wait for it: he gets what is known so far, at first that it
 * is on.
 */
export class PmsetBatterySaver implements BatterySaver {
  readonly #options: PmsetOptions;
  readonly #abort = new AbortController();
  /** Until it is known, nothing is done that may have to be undone. */
  #isOn = true;
  #askedMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  /** Whether something may have changed since pmset was started. */
  #isStale = false;
  #isProblemTold = false;

  constructor(options: PmsetOptions) {
    this.#options = options;
  }

  isOn(): boolean {
    if (this.#options.nowMs() - this.#askedMs >= freshMs) this.look();
    return this.#isOn;
  }

  look(): void {
    if (this.#abort.signal.aborted) return;
    this.#isStale = this.#asking !== undefined;
    if (this.#isStale) return;
    this.#askedMs = this.#options.nowMs();
    this.#asking = this.#ask().then(() => {
      this.#asking = undefined;
      if (this.#isStale) this.look();
    });
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const { pmset, onProblem } = this.#options;
    const result = await runMacCommand(pmset, ['-g'], this.#abort.signal);
    if (this.#abort.signal.aborted) return;
    if (result.kind === 'ended' && result.exitCode === 0) {
      this.#isOn = readsLowPower(result.stdout);
      this.#isProblemTold = false;
      return;
    }
    // Nobody is to wait for connections because of that.
    this.#isOn = false;
    if (this.#isProblemTold) return;
    this.#isProblemTold = true;
    const why =
      result.kind === 'missing'
        ? result.detail
        : result.kind === 'stopped'
          ? 'pmset does not answer'
          : `pmset ended with ${result.exitCode}`;
    onProblem(`whether this Mac saves its battery cannot be told: ${why}; it is taken for one that does not`);
  }
}
