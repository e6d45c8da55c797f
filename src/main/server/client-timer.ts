import type { Socket } from 'node:net';

/** What a client's connection waits for no longer than so. */
export const limits = {
  /** How long a connection without a request stays open, in milliseconds. */
  keepAliveMs: 65_000,
  /** How long the head of a request may take, in milliseconds. */
  headMs: 60_000,
  /** How long a client that has closed its sending side may wait for an answer that is silent, in milliseconds. */
  halfClosedMs: 30_000,
  /** How long a client gets to read its last answer before the connection is ended, in milliseconds. */
  lingerMs: 1_000,
  /** How long a client that is still uploading gets to notice that it has been answered, in milliseconds. */
  uploadLingerMs: 2_000,
  /** How long a client may take nothing of an answer that has been written whole, in milliseconds. */
  stalledMs: 300_000,
  /**
   * How long a client may be paused, as nobody takes what it sends, while nothing goes to it either, in milliseconds: so long
   * its end is not noticed.
   */
  pausedMs: 900_000,
} as const;

/**
 * One timer for all that may take too long on a client's connection. Whether it has taken too long is found out when it
 * goes off: it means nothing while a request is under way.
 */
export class ClientTimer {
  readonly #socket: Socket;
  readonly #onTimeout: () => void;
  #timer: NodeJS.Timeout;
  #ms: number;
  /** What had gone to the client when it was looked at the last time. */
  #sentBytes = 0;

  constructor(socket: Socket, ms: number, onTimeout: () => void) {
    this.#socket = socket;
    this.#onTimeout = onTimeout;
    this.#ms = ms;
    this.#timer = setTimeout(onTimeout, ms);
  }

  /** What it was set to the last time. */
  get ms(): number {
    return this.#ms;
  }

  /** Sets it anew. */
  arm(ms: number): void {
    if (this.#ms === ms) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#ms = ms;
    this.#timer = setTimeout(this.#onTimeout, ms);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  /** Ends the connection of a client to which nothing goes; else it has that time once more. */
  endIfStalled(ms: number): void {
    if (this.hasStalled()) this.#socket.destroy();
    else this.arm(ms);
  }

  /** Whether nothing has gone to the client since this was asked the last time. */
  hasStalled(): boolean {
    const sentBytes = this.#socket.bytesWritten - this.#socket.writableLength;
    const hasStalled = sentBytes === this.#sentBytes;
    this.#sentBytes = sentBytes;
    return hasStalled;
  }
}
