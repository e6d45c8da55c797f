import { PacEngine, type PacEngineOptions } from './pac-engine';
import type { PacAnswer } from './pac-thread';

/** So long the first thread may be at work for somebody else before another one is started. */
const patienceMs = 100;
/** Each takes 27 MiB. */
const mostThreads = 4;
/** A thread that was needed for a moment is ended after that. */
const idleMs = 30_000;

interface Thread {
  readonly engine: PacEngine;
  isBusy: boolean;
  idleTimer: NodeJS.Timeout | undefined;
}

/**
 * One script, in as many threads as it takes that an address on which it is slow, or never ends, holds up no other: mostly one, in
 * which it keeps its variables.
 */
export class PacThreads {
  readonly #options: PacEngineOptions;
  readonly #text: string;
  readonly #threads: Thread[] = [];
  readonly #waiting: ((thread: Thread) => void)[] = [];
  #isClosed = false;

  private constructor(text: string, options: PacEngineOptions) {
    this.#text = text;
    this.#options = options;
  }

  /** Reads a script. @throws PacError */
  static async load(text: string, options: PacEngineOptions): Promise<PacThreads> {
    const threads = new PacThreads(text, options);
    const first = await threads.#start();
    first.isBusy = false;
    return threads;
  }

  /** @throws PacError as PacEngine.find */
  async find(address: URL): Promise<PacAnswer> {
    const thread = await this.#take();
    try {
      return await thread.engine.find(address);
    } finally {
      this.#release(thread);
    }
  }

  /** Ends all threads. Who waits gets a PacError. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(
      this.#threads.splice(0).map(({ engine, idleTimer }) => {
        clearTimeout(idleTimer);
        return engine.close();
      }),
    );
  }

  async #start(): Promise<Thread> {
    const thread: Thread = { engine: new PacEngine(this.#options), isBusy: true, idleTimer: undefined };
    this.#threads.push(thread);
    try {
      await thread.engine.load(this.#text);
      return thread;
    } catch (error) {
      this.#threads.splice(this.#threads.indexOf(thread), 1);
      await thread.engine.close();
      throw error;
    }
  }

  async #take(): Promise<Thread> {
    const idle = this.#threads.find(({ isBusy }) => !isBusy);
    if (idle !== undefined) return taken(idle);
    const found = await this.#released();
    return found ?? (await this.#start());
  }

  /** The next one that is free; undefined when it is time for another one. */
  #released(): Promise<Thread | undefined> {
    return new Promise((resolve) => {
      const settle = (thread?: Thread): void => {
        clearInterval(timer);
        const at = this.#waiting.indexOf(settle);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve(thread);
      };
      const timer = setInterval(() => {
        if (this.#isClosed || this.#threads.length < mostThreads) settle();
      }, patienceMs);
      this.#waiting.push(settle);
    });
  }

  #release(thread: Thread): void {
    thread.isBusy = false;
    const next = this.#waiting[0];
    if (next !== undefined) next(taken(thread));
    else if (thread !== this.#threads[0] && !this.#isClosed) {
      thread.idleTimer = setTimeout(() => {
        this.#threads.splice(this.#threads.indexOf(thread), 1);
        void thread.engine.close();
      }, idleMs).unref();
    }
  }
}

function taken(thread: Thread): Thread {
  clearTimeout(thread.idleTimer);
  thread.isBusy = true;
  return thread;
}
