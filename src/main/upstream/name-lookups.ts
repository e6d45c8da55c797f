import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { answerLookup, type ResolveName, resolveWithSystem } from './name-cache';

/** What resolves names, and how many at once. */
export interface Resolver {
  readonly resolve: ResolveName;
  /** A look-up cannot be called off: so many that nobody answers, and the next one waits. */
  readonly slots: number;
}

/**
 * The system's resolver in this process. It works in the thread pool of libuv, which gives such work half of its threads, as
 * files have to be read as well.
 *
 * @param env of the process, as it was before anything used the pool
 */
export function systemResolver(env: NodeJS.ProcessEnv): Resolver {
  const threads = Number(env['UV_THREADPOOL_SIZE'] ?? 4) || 1;
  return { resolve: resolveWithSystem, slots: Math.floor((threads + 1) / 2) };
}

/** An address that is known stays good for this long, and one that is not is asked for again after this. */
const answerKeptMs = 30_000;
const failureKeptMs = 5_000;
/** Whoever waits for a slot has given up by then. */
const maxWaitMs = 10_000;
const maxKept = 1_000;

/** Whose name it is: the company proxies' come first, then those that have been answered before. */
type Rank = 'upstream' | 'answered' | 'new';

interface Known {
  readonly answer: Promise<readonly LookupAddress[]>;
  /** Undefined while it is not answered. */
  untilMs: number | undefined;
}

interface Waiting {
  readonly rank: Rank;
  readonly start: () => void;
}

/**
 * Every look-up of an engine: one for each name at a time, its answer shared and kept for a moment, and never so many that
 * names which nobody answers hold up the others. Some slots are kept for names that have been answered before, and one for the
 * company proxies.
 */
export class NameLookups {
  readonly #resolver: Resolver;
  readonly #nowMs: () => number;
  readonly #limits: Readonly<Record<Rank, number>>;
  #known = new Map<string, Known>();
  /** Names that have had an answer, the one that was used last at the end. */
  readonly #answered = new Set<string>();
  readonly #waiting: Waiting[] = [];
  #busy = 0;

  /** @param nowMs a monotonic clock in milliseconds */
  constructor(resolver: Resolver, nowMs: () => number) {
    const { slots } = resolver;
    this.#resolver = resolver;
    this.#nowMs = nowMs;
    this.#limits = {
      upstream: Math.max(1, slots),
      answered: Math.max(1, slots - 1),
      new: Math.max(1, slots - 1 - Math.floor(slots / 4)),
    };
  }

  /** For net.connect to an origin. */
  readonly lookup: LookupFunction = (name, options, callback) => {
    void answerLookup(this.#ask(name), options.all === true, callback);
  };

  /** Resolves the name of an origin: shared with those who are about to connect to it. */
  readonly resolveOrigin: ResolveName = (name) => this.#ask(name);

  /** Resolves the name of a company proxy: asked at once, and not kept here. */
  readonly resolveUpstream: ResolveName = (name) => this.#inSlot(name, 'upstream');

  /** Forgets an answer: its addresses do not take connections. */
  forget(name: string): void {
    const known = this.#known.get(name);
    // One that is under way is as new as can be.
    if (known?.untilMs !== undefined) this.#known.delete(name);
  }

  /** Forgets everything: another network may have other answers. */
  clear(): void {
    this.#known = new Map();
    this.#answered.clear();
  }

  #ask(name: string): Promise<readonly LookupAddress[]> {
    const family = isIP(name);
    if (family !== 0) return Promise.resolve([{ address: name, family }]);
    const known = this.#known.get(name);
    if (known !== undefined && (known.untilMs === undefined || this.#nowMs() < known.untilMs))
      return known.answer;
    const answer = this.#inSlot(name, this.#answered.has(name) ? 'answered' : 'new');
    const entry: Known = { answer, untilMs: undefined };
    this.#known.delete(name);
    this.#known.set(name, entry);
    trim(this.#known);
    answer.then(
      () => {
        entry.untilMs = this.#nowMs() + answerKeptMs;
        this.#answered.delete(name);
        this.#answered.add(name);
        trim(this.#answered);
      },
      () => {
        entry.untilMs = this.#nowMs() + failureKeptMs;
        this.#answered.delete(name);
      },
    );
    return answer;
  }

  async #inSlot(name: string, rank: Rank): Promise<readonly LookupAddress[]> {
    if (this.#busy >= this.#limits[rank]) await this.#slot(rank);
    else this.#busy += 1;
    try {
      return await this.#resolver.resolve(name);
    } finally {
      this.#busy -= 1;
      this.#startNext();
    }
  }

  /** Waits for a slot, and takes it. @throws Error ETIMEDOUT */
  #slot(rank: Rank): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      };
      const timer = setTimeout(() => {
        leave();
        reject(Object.assign(new Error('too many names are not answered'), { code: 'ETIMEDOUT' }));
      }, maxWaitMs).unref();
      const start = (): void => {
        leave();
        this.#busy += 1;
        resolve();
      };
      const waiting: Waiting = { rank, start };
      this.#waiting.push(waiting);
    });
  }

  #startNext(): void {
    for (const rank of ['upstream', 'answered', 'new'] as const) {
      if (this.#busy >= this.#limits[rank]) return;
      const next = this.#waiting.find((waiting) => waiting.rank === rank);
      if (next === undefined) continue;
      next.start();
      return;
    }
  }
}

/** Drops the oldest. */
function trim(kept: Map<string, unknown> | Set<string>): void {
  const [oldest] = kept.keys();
  if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
}
