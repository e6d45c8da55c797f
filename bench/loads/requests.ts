import type { Socket } from 'node:net';
import { dial } from './connections';

/** A kept connection that the other side has closed before it answered. */
class Stale extends Error {}

export interface RequestOptions {
  /** Default: absolute form, as a proxy wants it. */
  readonly target?: string;
  readonly method?: string;
  readonly body?: Buffer;
}

/** Sends one request over a connection and reads the answer by its Content-Length. @throws Error unless it is a 200 */
export function fetchOnce(socket: Socket, url: string, options: RequestOptions = {}): Promise<void> {
  const { target = url, method = 'GET', body } = options;
  return new Promise((resolve, reject) => {
    let head = '';
    let missing: number | undefined;
    const settle = (error?: Error): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onError = (error: Error): void => settle(head === '' ? new Stale(error.message) : error);
    const onClose = (): void =>
      settle(head === '' ? new Stale('closed') : new Error('closed before the answer was whole'));
    const onData = (chunk: Buffer): void => {
      if (missing !== undefined) missing -= chunk.length;
      else {
        head += chunk.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!/^HTTP\/1\.[01] 200 /.test(head)) return settle(new Error(head.split('\r\n', 1)[0]));
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
        missing = end + 4 + length - head.length;
      }
      if (missing <= 0) settle();
    };
    socket.on('data', onData).on('error', onError).on('close', onClose);
    const length = body === undefined ? '' : `Content-Length: ${body.length}\r\n`;
    const { host } = new URL(url);
    socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${length}Connection: keep-alive\r\n\r\n`);
    if (body !== undefined) socket.write(body);
  });
}

/** A client that keeps its connections to a proxy, and asks anew as browsers do when one of them was closed meanwhile. */
export class KeepingClient {
  readonly #proxyPort: number;
  readonly #idle: Socket[] = [];

  constructor(proxyPort: number) {
    this.#proxyPort = proxyPort;
  }

  async fetch(url: string, options?: RequestOptions): Promise<void> {
    for (let kept = this.#take(); kept !== undefined; kept = this.#take()) {
      try {
        await fetchOnce(kept, url, options);
        this.#idle.push(kept);
        return;
      } catch (error) {
        if (!(error instanceof Stale)) throw error;
      }
    }
    const socket = dial(this.#proxyPort);
    await fetchOnce(socket, url, options);
    this.#idle.push(socket);
  }

  close(): void {
    for (const socket of this.#idle) socket.destroy();
  }

  /** One that nobody has closed yet. */
  #take(): Socket | undefined {
    for (let socket = this.#idle.pop(); socket !== undefined; socket = this.#idle.pop()) {
      if (!socket.destroyed && !socket.readableEnded) return socket;
    }
    return undefined;
  }
}
