import { openTunnel } from './connections';
import { fetchOnce, KeepingClient } from './requests';

/**
 * What a browser asks for with a few pages: 120 requests to 12 hosts, most of them in tunnels that serve one request after
 * the other, some by plain http, one in ten with a body.
 */

const tunnelHosts = 8;
const tunnelsPerHost = 2;
const requestsPerTunnel = 5;
const plainHosts = 4;
const requestsPerPlainHost = 10;
const plainConnectionsPerHost = 2;
const port = 80;
const sizes = [200, 1_500, 4_000, 12_000, 40_000];
const postEvery = 10;
const form = Buffer.alloc(2_000, 'form');

export const mixedHosts = tunnelHosts + plainHosts;

function nth(index: number): { readonly path: string; readonly method: string; readonly body?: Buffer } {
  if (index % postEvery === postEvery - 1) return { path: '/sink', method: 'POST', body: form };
  return { path: `/bytes/${sizes[index % sizes.length] ?? 0}`, method: 'GET' };
}

/** @param hosts so many as `mixedHosts` says. Returns the milliseconds until everything has come. */
export async function browse(proxyPort: number, hosts: readonly string[]): Promise<number> {
  const startMs = performance.now();
  let index = 0;
  const inTunnel = async (host: string): Promise<void> => {
    const socket = await openTunnel(proxyPort, `${host}:${port}`);
    for (let at = 0; at < requestsPerTunnel; at += 1) {
      const { path, ...rest } = nth((index += 1));
      await fetchOnce(socket, `http://${host}/`, { target: path, ...rest });
    }
    socket.destroy();
  };
  const plain = new KeepingClient(proxyPort);
  const plainly = async (host: string): Promise<void> => {
    for (let at = 0; at < requestsPerPlainHost / plainConnectionsPerHost; at += 1) {
      const { path, ...rest } = nth((index += 1));
      await plain.fetch(`http://${host}${path}`, rest);
    }
  };
  const tunnelled = hosts.slice(0, tunnelHosts).flatMap((host) => Array(tunnelsPerHost).fill(host));
  const direct = hosts.slice(tunnelHosts).flatMap((host) => Array(plainConnectionsPerHost).fill(host));
  await Promise.all([...tunnelled.map(inTunnel), ...direct.map(plainly)]);
  plain.close();
  return performance.now() - startMs;
}
