import type { HttpConnection } from '../upstream/http-connection';

/** How many origins a client's connection may be signed in to at once; beyond that the oldest is given up. */
const maxPins = 8;

/**
 * The connections that origins have signed in for one client's connection (RFC 4559, 6): NTLM and Negotiate sign in the
 * connection and not the request, so that whatever goes over such a one is taken for that client's. They carry his requests
 * and nobody else's, and end with his connection.
 */
export class Pins {
  readonly #onEnded: () => void;
  readonly #idle = new Map<string, HttpConnection>();
  /** The one that carries a request at the moment. */
  #inUse: string | undefined;
  #isClosed = false;

  /** @param onEnded told when the other side ends one of them: the client's connection is signed in no more */
  constructor(onEnded: () => void) {
    this.#onEnded = onEnded;
  }

  get isEmpty(): boolean {
    return this.#idle.size === 0 && this.#inUse === undefined;
  }

  /**
   * Takes the connection for a request. It comes back with `put`, or is given up with `drop`.
   *
   * @param key the road and the origin
   */
  take(key: string): HttpConnection | undefined {
    const connection = this.#idle.get(key);
    if (connection === undefined) return undefined;
    this.#idle.delete(key);
    connection.whenClosedIdle(undefined);
    this.#inUse = key;
    return connection;
  }

  /** Keeps a connection that has finished its answer. */
  put(key: string, connection: HttpConnection): void {
    this.drop(key);
    if (this.#isClosed || !connection.isIdle) {
      connection.destroy();
      return;
    }
    const other = this.#idle.get(key);
    if (other !== undefined) this.#end(key, other);
    for (const [oldest, idle] of this.#idle) if (this.#idle.size >= maxPins) this.#end(oldest, idle);
    this.#idle.set(key, connection);
    connection.whenClosedIdle(() => {
      this.#idle.delete(key);
      this.#onEnded();
    });
  }

  /** The connection that was taken is of no use any more. */
  drop(key: string): void {
    if (this.#inUse === key) this.#inUse = undefined;
  }

  /** Ends them all, and keeps no other. */
  close(): void {
    this.#isClosed = true;
    for (const [key, connection] of this.#idle) this.#end(key, connection);
  }

  #end(key: string, connection: HttpConnection): void {
    this.#idle.delete(key);
    connection.whenClosedIdle(undefined);
    connection.destroy();
  }
}
