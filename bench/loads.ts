import { connect, type Socket } from 'node:net';

/** Runs an action a number of times, so many at a time. */
async function inLanes(count: number, lanes: number, action: () => Promise<void>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await action();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Sends one request over a connection and reads the answer by its Content-Length. */
export function fetchOnce(socket: Socket, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = '';
    const settle = (error?: Error): void => {
      socket.off('data', onData).off('error', settle).off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onClose = (): void => settle(new Error('the connection was closed before the answer was whole'));
    const onData = (chunk: Buffer): void => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1]);
      if (!received.startsWith('HTTP/1.1 200 ')) settle(new Error(received.split('\r\n', 1)[0]));
      else if (received.length >= end + 4 + length) settle();
    };
    socket.on('data', onData).on('error', settle).on('close', onClose);
    const { host } = new URL(url);
    socket.write(`GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n\r\n`);
  });
}

/**
 * Fetches a page through a proxy so many times, 16 at a time.
 *
 * @param keepsAlive false for cntlm, which says keep-alive and closes all the same: each request gets a new connection
 */
export async function fetchMany(
  proxyPort: number,
  url: string,
  count: number,
  keepsAlive: boolean,
): Promise<void> {
  const idle: Socket[] = [];
  await inLanes(count, 16, async () => {
    const socket = idle.pop() ?? connect({ host: '127.0.0.1', port: proxyPort, noDelay: true });
    await fetchOnce(socket, url);
    if (keepsAlive) idle.push(socket);
    else socket.destroy();
  });
  for (const socket of idle) socket.destroy();
}

/** Opens a tunnel; resolves once it is open. */
export function openTunnel(proxyPort: number, target: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: proxyPort, noDelay: true });
    let head = '';
    const onData = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', onData).off('error', reject);
      if (/^HTTP\/1\.[01] 200 /.test(head)) resolve(socket);
      else reject(new Error(`CONNECT was answered with ${head.split('\r\n', 1)[0] ?? ''}`));
    };
    socket.on('data', onData).on('error', reject);
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  });
}

function untilClosed(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    socket.on('error', reject).on('close', () => resolve(bytes));
  });
}

/** Opens so many tunnels, 8 at a time, fetches one page through each and closes it. */
export async function tunnelMany(proxyPort: number, url: string, count: number): Promise<void> {
  const { host, pathname } = new URL(url);
  await inLanes(count, 8, async () => {
    const socket = await openTunnel(proxyPort, host);
    const closed = untilClosed(socket);
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    if ((await closed) === 0) throw new Error('nothing came through a tunnel');
  });
}

/** Downloads a file through one tunnel. Resolves with MB/s. */
export async function downloadThroughTunnel(proxyPort: number, url: string): Promise<number> {
  const { host, pathname } = new URL(url);
  const socket = await openTunnel(proxyPort, host);
  const startMs = performance.now();
  const closed = untilClosed(socket);
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return (await closed) / 1000 / (performance.now() - startMs);
}

/** Opens so many tunnels, 50 at a time, and keeps them open. */
export async function holdTunnels(proxyPort: number, target: string, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  await inLanes(count, 50, async () => {
    sockets.push(await openTunnel(proxyPort, target));
  });
  return sockets;
}
