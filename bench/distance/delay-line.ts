/** What comes out of a delay line: bytes, and an end behind them. */
export interface Outlet {
  readonly write: (bytes: Buffer) => void;
  readonly end: () => void;
}

interface Entry {
  readonly dueMs: number;
  /** Undefined for the end. */
  readonly bytes: Buffer | undefined;
}

/** Timers know whole milliseconds: what is due within this time goes along. */
const graceMs = 0.5;

/** One way of a distant connection: everything arrives in its order, so many milliseconds after it was sent. */
export class DelayLine {
  readonly #delayMs: number;
  readonly #notBeforeMs: number;
  readonly #outlet: Outlet;
  readonly #entries: Entry[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param notBeforeMs on the clock of `performance.now()`: nothing is taken to have been sent before */
  constructor(delayMs: number, notBeforeMs: number, outlet: Outlet) {
    this.#delayMs = delayMs;
    this.#notBeforeMs = notBeforeMs;
    this.#outlet = outlet;
  }

  write(bytes: Buffer): void {
    this.#put(bytes);
  }

  end(): void {
    this.#put(undefined);
  }

  /** What is still on its way is lost. */
  cut(): void {
    clearTimeout(this.#timer);
    this.#entries.length = 0;
  }

  #put(bytes: Buffer | undefined): void {
    const sentMs = Math.max(performance.now(), this.#notBeforeMs);
    this.#entries.push({ dueMs: sentMs + this.#delayMs, bytes });
    if (this.#entries.length === 1) this.#wait();
  }

  #wait(): void {
    const [next] = this.#entries;
    if (next === undefined) return;
    this.#timer = setTimeout(() => this.#deliver(), Math.max(0, next.dueMs - performance.now()));
  }

  #deliver(): void {
    const nowMs = performance.now() + graceMs;
    for (let [next] = this.#entries; next !== undefined && next.dueMs <= nowMs; [next] = this.#entries) {
      this.#entries.shift();
      if (next.bytes === undefined) this.#outlet.end();
      else this.#outlet.write(next.bytes);
    }
    this.#wait();
  }
}
