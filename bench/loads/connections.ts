import { connect, type Socket } from 'node:net';

const open = new Set<Socket>();

/** Connects to a proxy on 127.0.0.1. */
export function dial(proxyPort: number): Socket {
  const socket = connect({ host: '127.0.0.1', port: proxyPort, noDelay: true });
  open.add(socket);
  // Who waits for something hears of it as well; nobody waits on a connection that is kept.
  socket.on('error', () => socket.destroy());
  socket.once('close', () => open.delete(socket));
  return socket;
}

/** What a load has left behind, or has not come to an end with: it fails. */
export function endAllConnections(): void {
  for (const socket of open) socket.destroy(new Error('it took too long'));
}

/** Opens a tunnel; resolves once it is open. @throws Error with the answer of a proxy that refuses it */
export function openTunnel(proxyPort: number, authority: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = dial(proxyPort);
    let head = '';
    const settle = (error?: Error): void => {
      socket.off('data', onData).off('error', settle).off('close', onClose);
      if (error === undefined) resolve(socket);
      else {
        socket.destroy();
        reject(error);
      }
    };
    const onClose = (): void => settle(new Error(`CONNECT ${authority} was not answered`));
    const onData = (chunk: Buffer): void => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const isOpen = /^HTTP\/1\.[01] 200 /.test(head);
      settle(isOpen ? undefined : new Error(`CONNECT ${authority}: ${head.split('\r\n', 1)[0] ?? ''}`));
    };
    socket.on('data', onData).on('error', settle).on('close', onClose);
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  });
}

/** Runs an action a number of times, so many at a time. */
export async function inLanes(
  count: number,
  lanes: number,
  action: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await action(next - 1);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Repeats an action in so many lanes until the time is over. Returns how often it was done, and in how many milliseconds. */
export async function forSomeTime(
  ms: number,
  lanes: number,
  action: () => Promise<void>,
): Promise<{ readonly count: number; readonly ms: number }> {
  const startMs = performance.now();
  let count = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - startMs < ms) {
      await action();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { count, ms: performance.now() - startMs };
}
