import type { Socket } from 'node:net';
import { promises as timers } from 'node:timers';

/** Long enough for what was written to reach the peer before a RST does, which would discard it. */
const deliveryMs = 20;

/** Reads a socket piece by piece, only as fast as it is asked: what is not read stays with the peer. */
export class SocketReader {
  readonly #pieces: AsyncIterator<Buffer>;
  #next: Promise<Buffer | undefined> | undefined;
  #isEnded = false;

  constructor(socket: Socket) {
    this.#pieces = socket.iterator({ destroyOnReturn: false });
  }

  /** The next bytes; undefined when the peer has sent its last, or the socket is gone. */
  read(): Promise<Buffer | undefined> {
    const next = this.peek();
    this.#next = undefined;
    return next;
  }

  /** The same, but the bytes stay to be read. */
  peek(): Promise<Buffer | undefined> {
    this.#next ??= this.#pull();
    return this.#next;
  }

  /** Puts bytes back that were read too far. */
  unread(bytes: Buffer): void {
    if (bytes.length > 0) this.#next = Promise.resolve(bytes);
  }

  async #pull(): Promise<Buffer | undefined> {
    if (this.#isEnded) return undefined;
    try {
      const { value, done } = await this.#pieces.next();
      if (done !== true) return value;
    } catch {
      // A reset ends the stream as well; nobody here asks why.
    }
    this.#isEnded = true;
    return undefined;
  }
}

/** Waits until what was written has most likely reached the peer. */
export async function delivered(): Promise<void> {
  await timers.setTimeout(deliveryMs);
}

/** Waits until what was written has left for the kernel, or the socket is gone. */
export function flushed(socket: Socket): Promise<void> {
  if (!socket.writableNeedDrain || socket.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = (): void => {
      socket.off('drain', settle).off('close', settle);
      resolve();
    };
    socket.on('drain', settle).on('close', settle);
  });
}
