import type { Socket } from 'node:net';
import { dial, openTunnel } from './connections';

/** All bytes that come until the other side closes. */
function untilClosed(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    socket.on('error', reject).on('close', () => resolve(bytes));
  });
}

/** Fetches a page, or so many bytes of its beginning, through a tunnel of its own, and closes it. Returns how many came. */
export async function fetchThroughTunnel(proxyPort: number, url: string, bytes?: number): Promise<number> {
  const { host, pathname } = new URL(url);
  const socket = await openTunnel(proxyPort, host);
  const closed = untilClosed(socket);
  const range = bytes === undefined ? '' : `Range: bytes=0-${bytes - 1}\r\n`;
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${range}Connection: close\r\n\r\n`);
  const received = await closed;
  if (received < (bytes ?? 1)) throw new Error(`only ${received} bytes came through a tunnel`);
  return received;
}

/** Downloads a file through one tunnel. Resolves with MB/s. */
export async function downloadThroughTunnel(proxyPort: number, url: string): Promise<number> {
  const startMs = performance.now();
  return (await fetchThroughTunnel(proxyPort, url)) / 1_000 / (performance.now() - startMs);
}

const piece = Buffer.alloc(262_144, 'latchkey');

/** Posts so many bytes and waits for a 200. Resolves with MB/s. */
export async function upload(proxyPort: number, url: string, bytes: number): Promise<number> {
  const startMs = performance.now();
  const socket = dial(proxyPort);
  const answered = new Promise<void>((resolve, reject) => {
    socket.on('error', reject).on('close', () => reject(new Error('closed before the answer')));
    socket.once('data', (chunk: Buffer) => {
      const [line = ''] = chunk.toString('latin1').split('\r\n', 1);
      if (line.includes(' 200')) resolve();
      else reject(new Error(line));
    });
  });
  socket.write(`POST ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: ${bytes}\r\n\r\n`);
  let left = bytes;
  const write = (): void => {
    while (left > 0 && !socket.destroyed) {
      const part = left < piece.length ? piece.subarray(0, left) : piece;
      left -= part.length;
      if (!socket.write(part) && left > 0) {
        socket.once('drain', write);
        return;
      }
    }
  };
  write();
  await answered;
  socket.destroy();
  return bytes / 1_000 / (performance.now() - startMs);
}
