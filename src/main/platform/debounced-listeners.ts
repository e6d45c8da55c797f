/** Tells listeners of a change once it has settled: a change of network comes as several events in a row. */
export class DebouncedListeners {
  readonly #listeners = new Set<() => void>();
  readonly #settleMs: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param settleMs how long it must have been quiet */
  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Returns what takes the listener away again. */
  add(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something has changed. */
  trigger(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const listener of this.#listeners) listener();
    }, this.#settleMs).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }
}
