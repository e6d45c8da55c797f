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
const sweepEveryMs = 1_000;

/**
 * Idle connections, each under the key of what it may be used for: for an upstream its address, the
 * credential and the network epoch; for an origin its address. It owns what is put into it.
 */
export class ConnectionPool {
  readonly #shelves = new Map<string, Shelf>();
  readonly #nowMs: () => number;
  /** How long each connection had been idle when it was taken: proven once it comes back. */
  readonly #idleMs = new WeakMap<HttpConnection, number>();
  #sweeper: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param nowMs a monotonic clock in milliseconds */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
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
    last.connection.whenClosedIdle(undefined);
    this.#idleMs.set(last.connection, idleMs);
    return last.connection;
  }

  /** Takes over a connection that has finished its answer. */
  put(key: string, connection: HttpConnection): void {
    if (this.#isClosed || !connection.isIdle) {
      connection.destroy();
      return;
    }
    let shelf = this.#shelves.get(key);
    if (shelf === undefined) {
      shelf = { idle: [], limit: new IdleLimit() };
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
    this.#sweeper ??= setInterval(this.#sweep, sweepEveryMs).unref();
  }

  /** Ends every idle connection and takes no more. */
  close(): void {
    this.#isClosed = true;
    this.clear();
  }

  /** Ends every idle connection, and forgets how long they may be idle. */
  clear(): void {
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    for (const { idle } of this.#shelves.values()) {
      for (const { connection } of idle.splice(0)) {
        connection.whenClosedIdle(undefined);
        connection.destroy();
      }
    }
    this.#shelves.clear();
  }

  readonly #sweep = (): void => {
    const nowMs = this.#nowMs();
    let left = 0;
    for (const [key, { idle, limit }] of this.#shelves) {
      while (idle[0] !== undefined && nowMs - idle[0].sinceMs > limit.limitMs) {
        const [oldest] = idle.splice(0, 1);
        oldest?.connection.whenClosedIdle(undefined);
        oldest?.connection.destroy();
      }
      left += idle.length;
      if (idle.length === 0 && this.#shelves.size > maxShelves) this.#shelves.delete(key);
    }
    if (left === 0) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
  };
}
