import type { Socket } from 'node:net';
import { openTunnel } from './connections';
import { fetchOnce } from './requests';

/** Milliseconds since the page was asked for. */
export interface PageTimes {
  /** When each tunnel was open, in the order of the hosts. */
  readonly openMs: readonly number[];
  /** When something had come through each. */
  readonly loadedMs: number;
}

const port = 80;

/** A browser's page: a tunnel to each host, all at once, and something fetched through each. @throws Error if one fails */
export async function openPage(proxyPort: number, hosts: readonly string[]): Promise<PageTimes> {
  const startMs = performance.now();
  const sockets: Socket[] = [];
  try {
    const openMs = await Promise.all(
      hosts.map(async (host) => {
        const socket = await openTunnel(proxyPort, `${host}:${port}`);
        const ms = performance.now() - startMs;
        sockets.push(socket);
        await fetchOnce(socket, `http://${host}/`, { target: '/bytes/100' });
        return ms;
      }),
    );
    return { openMs, loadedMs: performance.now() - startMs };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}
