import type { StateStore } from './state-store';

export interface DebugLogEndOptions {
  readonly store: StateStore;
  /** How long the log may tell everything, in milliseconds. */
  readonly limitMs: number;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Has the log tell problems only. Never rejects for what can be expected. */
  readonly end: () => Promise<unknown>;
  readonly onInternalError: (error: unknown) => void;
}

/** A log that tells everything is for a while: it grows fast, and says where the user has been. */
export class DebugLogEnd {
  readonly #options: DebugLogEndOptions;
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DebugLogEndOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.subscribe(() => this.#look());
    this.#look();
  }

  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  #look(): void {
    const { store, limitMs, nowMs, end, onInternalError } = this.#options;
    const tellsAll = store.state.settings.logLevel === 'debug';
    if (tellsAll === (this.#timer !== undefined)) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (tellsAll) this.#timer = setTimeout(() => void end().catch(onInternalError), limitMs).unref();
    store.update({ logTellsAllUntilMs: tellsAll ? nowMs() + limitMs : undefined });
  }
}
