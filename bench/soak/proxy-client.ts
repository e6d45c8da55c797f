import { connect, type Socket } from 'node:net';
import { flushed, SocketReader } from '../../test/company-proxy/socket-reader';

/** The proxy closed the connection, or broke the rules of HTTP, where an answer was due. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface SoakAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly isLast: boolean;
}

/** A client's connection to the proxy that sees the bytes: it can pipeline, read slowly and leave at any point. */
export class ProxyClient {
  readonly socket: Socket;
  /** When it was used last, in milliseconds of the monotonic clock. */
  usedMs = performance.now();
  readonly #reader: SocketReader;
  #pending: Buffer = Buffer.alloc(0);
  /** Called before each piece is read, to read slowly. */
  beforeRead: () => Promise<void> = () => Promise.resolve();

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    this.socket.on('error', () => undefined);
    this.#reader = new SocketReader(this.socket);
  }

  /** Resolves once the bytes have left for the kernel, or the connection is gone. */
  write(bytes: Buffer | string): Promise<void> {
    if (typeof bytes === 'string') this.socket.write(bytes, 'latin1');
    else this.socket.write(bytes);
    return flushed(this.socket);
  }

  /**
   * The next answer, without the interim ones before it.
   *
   * @throws NoAnswer
   */
  async readAnswer(method: string): Promise<SoakAnswer> {
    for (;;) {
      const lines = (await this.#readThrough('\r\n\r\n')).toString('latin1').split('\r\n');
      const [, minor, digits] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(lines[0] ?? '') ?? [];
      if (digits === undefined) throw new NoAnswer(`a status line '${lines[0] ?? ''}'`);
      const status = Number(digits);
      if (status < 200) continue;
      const headers = new Map(
        lines.slice(1).map((line) => {
          const colon = line.indexOf(':');
          return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
        }),
      );
      const isTunnel = method === 'CONNECT' && status < 300;
      const hasNone = method === 'HEAD' || isTunnel || status === 204 || status === 304;
      const length = headers.get('content-length');
      const isChunked = headers.get('transfer-encoding')?.toLowerCase() === 'chunked';
      const isUntilClose = !hasNone && !isChunked && length === undefined;
      const body = hasNone
        ? Buffer.alloc(0)
        : isChunked
          ? await this.#readChunks()
          : isUntilClose
            ? await this.readToEnd()
            : await this.#readExactly(Number(length));
      const isLast = isUntilClose || minor === '0' || headers.get('connection')?.toLowerCase() === 'close';
      this.usedMs = performance.now();
      return { status, headers, body, isLast };
    }
  }

  /** Whatever comes until the connection ends. */
  async readToEnd(): Promise<Buffer> {
    const pieces: Buffer[] = [this.#pending];
    this.#pending = Buffer.alloc(0);
    for (let piece = await this.#read(); piece !== undefined; piece = await this.#read()) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** The next piece, as it comes; undefined at the end. */
  async readPiece(): Promise<Buffer | undefined> {
    return this.#read();
  }

  /** Resolves when the connection is gone on this side. */
  leave(how: 'reset' | 'destroy'): Promise<void> {
    const { socket } = this;
    if (socket.closed) return Promise.resolve();
    return new Promise((resolve) => {
      socket.once('close', () => resolve());
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    });
  }

  async #read(): Promise<Buffer | undefined> {
    await this.beforeRead();
    return this.#reader.read();
  }

  async #readThrough(end: string): Promise<Buffer> {
    for (;;) {
      const at = this.#pending.indexOf(end);
      if (at >= 0) {
        const part = this.#pending.subarray(0, at);
        this.#pending = this.#pending.subarray(at + end.length);
        return part;
      }
      const piece = await this.#read();
      if (piece === undefined) throw new NoAnswer(`the connection ended after ${this.#pending.length} bytes`);
      this.#pending = this.#pending.length === 0 ? piece : Buffer.concat([this.#pending, piece]);
    }
  }

  async #readExactly(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [this.#pending];
    let have = this.#pending.length;
    while (have < length) {
      const piece = await this.#read();
      if (piece === undefined) throw new NoAnswer(`the connection ended after ${have} of ${length} bytes`);
      pieces.push(piece);
      have += piece.length;
    }
    const bytes = Buffer.concat(pieces);
    this.#pending = bytes.subarray(length);
    return bytes.subarray(0, length);
  }

  async #readChunks(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for (;;) {
      const line = (await this.#readThrough('\r\n')).toString('latin1');
      const size = /^[0-9a-f]{1,8}/i.exec(line)?.[0];
      if (size === undefined) throw new NoAnswer(`a chunk size '${line}'`);
      const length = Number.parseInt(size, 16);
      if (length === 0) break;
      chunks.push((await this.#readExactly(length + 2)).subarray(0, length));
    }
    while ((await this.#readThrough('\r\n')).length > 0);
    return Buffer.concat(chunks);
  }
}
