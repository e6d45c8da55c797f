import { EarliestTimer } from './earliest-timer';
import type { HttpConnection } from './http-connection';
import { IdleLimit } from './idle-limit';

interface IdleConnection {
  readonly connection: HttpConnection;
  readonly sinceMs: number;
}

interface Shelf {
  /** The youngest is last and is taken first, so that the others can grow old and end. */
  readonly idle: IdleConnection[];
  readonly limit: IdleLimit;
}

const maxIdlePerKey = 64;
/** Beyond this many, keys without a connection are forgotten together with what was learned about them. */
const maxShelves = 256;
/** So much later than it might, one is ended: together with those that follow closely. */
const sweepGapMs = 1_000;

/**
 * Idle connections, each under the key of what it may be used for: for an upstream its address, the
 * credential and the network epoch; for an origin its address. It owns what is put into it.
 */
export class ConnectionPool {
  readonly #shelves = new Map<string, Shelf>();
  readonly #nowMs: () => number;
  /** How long each connection had been idle when it was taken: proven once it comes back. */
  readonly #idleMs = new WeakMap<HttpConnection, number>();
  readonly #sweeper: EarliestTimer;
  #isClosed = false;

  /** @param nowMs a monotonic clock in milliseconds */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#sweeper = new EarliestTimer(nowMs, this.#sweep);
  }

  /**
   * The connection that was used last under this key, if it is still to be trusted.
   *
   * @param cautious for a request that cannot be repeated: takes only what was idle for less than half the limit
   */
  take(key: string, cautious: boolean): HttpConnection | undefined {
    const shelf = this.#shelves.get(key);
    const last = shelf?.idle.at(-1);
    if (shelf === undefined || last === undefined) return undefined;
    const idleMs = this.#nowMs() - last.sinceMs;
    if (idleMs > shelf.limit.limitMs * (cautious ? 0.5 : 1)) return undefined;
    shelf.idle.pop();
    return this.#takeOut(last, idleMs);
  }

  /** How many connections are idle under this key. */
  count(key: string): number {
    return this.#shelves.get(key)?.idle.length ?? 0;
  }

  /** How long a connection under this key may be idle and still be trusted, in milliseconds; undefined before there was one. */
  limitMs(key: string): number | undefined {
    return this.#shelves.get(key)?.limit.limitMs;
  }

  /**
   * Of the `count` youngest under this key the connection that has been idle for the longest time, once that is `share` of the
   * time for which it is trusted, or `ageMs` milliseconds. The others are left to grow old and end.
   */
  takeAged(key: string, count: number, share: number, ageMs: number): HttpConnection | undefined {
    if (this.agedInMs(key, count, share, ageMs) > 0) return undefined;
    const { idle = [] } = this.#shelves.get(key) ?? {};
    const [eldest] = idle.splice(Math.max(0, idle.length - count), 1);
    return eldest && this.#takeOut(eldest, this.#nowMs() - eldest.sinceMs);
  }

  /** In how many milliseconds `takeAged` would give one: none or less when it does now, infinitely many when none is idle. */
  agedInMs(key: string, count: number, share: number, ageMs: number): number {
    const shelf = this.#shelves.get(key);
    const eldest = shelf?.idle[Math.max(0, shelf.idle.length - count)];
    if (shelf === undefined || eldest === undefined) return Number.POSITIVE_INFINITY;
    return Math.min(shelf.limit.limitMs * share, ageMs) - (this.#nowMs() - eldest.sinceMs);
  }

  /** A connection that was taken turned out to have ended without a word: others are not trusted for so long any more. */
  lost(key: string, connection: HttpConnection): void {
    const idleMs = this.#idleMs.get(connection);
    if (idleMs !== undefined) this.#shelves.get(key)?.limit.observeClose(idleMs);
  }

  /** Takes over a connection that has finished its answer. */
  put(key: string, connection: HttpConnection): void {
    if (this.#isClosed || !connection.isIdle) {
      connection.destroy();
      return;
    }
    let shelf = this.#shelves.get(key);
    if (shelf === undefined) {
      shelf = { idle: [], limit: new IdleLimit(this.#nowMs) };
      this.#shelves.set(key, shelf);
    }
    const { idle, limit } = shelf;
    const provenMs = this.#idleMs.get(connection);
    if (provenMs !== undefined) limit.observeReuse(provenMs);
    const entry: IdleConnection = { connection, sinceMs: this.#nowMs() };
    idle.push(entry);
    connection.whenClosedIdle(() => {
      idle.splice(idle.indexOf(entry), 1);
      limit.observeClose(this.#nowMs() - entry.sinceMs);
    });
    if (idle.length > maxIdlePerKey) idle.shift()?.connection.destroy();
    this.#sweeper.set(limit.limitMs + sweepGapMs);
  }

  /** Ends the idle connections under this key. */
  drop(key: string): void {
    for (const { connection } of this.#shelves.get(key)?.idle.splice(0) ?? []) {
      connection.whenClosedIdle(undefined);
      connection.destroy();
    }
  }

  /** Ends every idle connection and takes no more. */
  close(): void {
    this.#isClosed = true;
    this.clear();
  }

  /** Ends every idle connection, and forgets how long they may be idle. */
  clear(): void {
    this.#sweeper.clear();
    for (const key of this.#shelves.keys()) this.drop(key);
    this.#shelves.clear();
  }

  #takeOut({ connection }: IdleConnection, idleMs: number): HttpConnection {
    connection.whenClosedIdle(undefined);
    this.#idleMs.set(connection, idleMs);
    return connection;
  }

  readonly #sweep = (): void => {
    const nowMs = this.#nowMs();
    let leftMs = Number.POSITIVE_INFINITY;
    for (const [key, { idle, limit }] of this.#shelves) {
      const { limitMs } = limit;
      while (idle[0] !== undefined && nowMs - idle[0].sinceMs > limitMs) {
        const [oldest] = idle.splice(0, 1);
        oldest?.connection.whenClosedIdle(undefined);
        oldest?.connection.destroy();
      }
      if (idle[0] !== undefined) leftMs = Math.min(leftMs, idle[0].sinceMs + limitMs - nowMs);
      if (idle.length === 0 && this.#shelves.size > maxShelves) this.#shelves.delete(key);
    }
    this.#sweeper.set(leftMs + sweepGapMs);
  };
}
