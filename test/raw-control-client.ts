import { connect, createServer, type Socket } from 'node:net';
import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A client of the control socket that says whatever a test wants it to. */
export class RawControlClient {
  readonly socket: Socket;
  /** Resolves when the other end has ended, with all lines that have come. */
  readonly ended: Promise<unknown[]>;
  readonly #lines: unknown[] = [];
  #text = '';

  constructor(path: string) {
    this.socket = connect({ path, allowHalfOpen: true });
    // A server that ends a connection may do so while this end still writes.
    this.socket.on('error', () => undefined);
    this.socket.setEncoding('utf8').on('data', (chunk: string) => {
      this.#text += chunk;
      const lines = this.#text.split('\n');
      this.#text = lines.pop() ?? '';
      this.#lines.push(...lines.map((line) => JSON.parse(line) as unknown));
      this.socket.emit('lines');
    });
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.socket.destroy();
        resolve(this.#lines);
      };
      // This end stays open for half.
      this.socket.once('end', end).once('close', end);
    });
  }

  /** What has come, the greeting first. */
  get lines(): readonly unknown[] {
    return this.#lines;
  }

  say(...questions: readonly unknown[]): this {
    for (const question of questions) this.socket.write(`${JSON.stringify(question)}\n`);
    return this;
  }

  /** Resolves with everything that has come, once there are so many lines. */
  async until(count: number): Promise<readonly unknown[]> {
    while (this.#lines.length < count) {
      if (this.socket.destroyed)
        throw new Error(`it has ended after ${this.#lines.length} lines: ${JSON.stringify(this.#lines)}`);
      await new Promise<void>((resolve) => {
        const settle = (): void => {
          this.socket.off('lines', settle).off('close', settle).off('end', settle);
          resolve();
        };
        this.socket.on('lines', settle).on('close', settle).on('end', settle);
      });
    }
    return this.#lines;
  }
}

/** A socket as a process leaves it behind that was killed. */
export async function leaveDeadSocket(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const server = createServer();
  const born = `${path}.born`;
  await new Promise<void>((resolve) => server.listen(born, resolve));
  // It removes the name that it was given, and no other.
  await rename(born, path);
  await new Promise((resolve) => server.close(resolve));
}
