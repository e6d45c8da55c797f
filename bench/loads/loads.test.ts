import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { farHosts } from '../distance/far-host';
import { endAllConnections, forSomeTime, inLanes, openTunnel } from './connections';
import { browse, mixedHosts } from './mixed';
import { openPage } from './page';
import { KeepingClient } from './requests';
import { downloadThroughTunnel, upload } from './transfers';

/** A proxy that is origin as well: it answers every request, and its tunnels lead to itself. */
interface Everything {
  readonly port: number;
  readonly requests: { readonly method: string; readonly url: string; readonly bytes: number }[];
  readonly tunnels: string[];
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  endAllConnections();
});

async function start(status = 200, closes: 'never' | 'silently' = 'never'): Promise<Everything> {
  const requests: Everything['requests'] = [];
  const tunnels: string[] = [];
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      requests.push({ method: request.method ?? '', url: request.url ?? '', bytes });
      const length = Number(/\/bytes\/(\d+)$/.exec(request.url ?? '')?.[1] ?? 10);
      response.writeHead(status, { 'Content-Length': length });
      response.end(Buffer.alloc(length), () => {
        if (closes === 'silently') request.socket.end();
      });
    });
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    tunnels.push(request.url ?? '');
    if (status !== 200) return client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const self = connect((server.address() as AddressInfo).port, '127.0.0.1');
    for (const [socket, other] of [
      [client, self],
      [self, client],
    ] as const) {
      socket.on('error', () => socket.destroy()).once('close', () => other.destroy());
      socket.pipe(other);
    }
    return client.write('HTTP/1.1 200 OK\r\n\r\n');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, requests, tunnels };
}

describe('lanes', () => {
  it('do something so often, and never more of it at a time', async () => {
    const seen: number[] = [];
    let [now, most] = [0, 0];
    await inLanes(10, 3, async (index) => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      seen.push(index);
      now -= 1;
    });
    expect(seen.toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(most).toBe(3);
  });

  it('do something at least once each for some time', async () => {
    let done = 0;
    const { count, ms } = await forSomeTime(5, 4, async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      done += 1;
    });
    expect(count).toBe(done);
    expect(count).toBeGreaterThanOrEqual(4);
    expect(ms).toBeGreaterThanOrEqual(5);
  });
});

describe('a client that keeps its connections', () => {
  it('asks again when one was closed meanwhile', async () => {
    const { port, requests } = await start(200, 'silently');
    const client = new KeepingClient(port);
    for (let at = 0; at < 5; at += 1) await client.fetch('http://www.test/page');
    client.close();
    expect(requests.length).toBeGreaterThanOrEqual(5);
  });

  it('does not mind that one which nobody waits on is torn down', async () => {
    const { port, requests } = await start();
    const client = new KeepingClient(port);
    await client.fetch('http://www.test/page');
    endAllConnections();
    await client.fetch('http://www.test/page');
    client.close();
    expect(requests).toHaveLength(2);
  });

  it('says what the answer was when it is no 200', async () => {
    const { port } = await start(503);
    await expect(new KeepingClient(port).fetch('http://www.test/page')).rejects.toThrow('503');
  });
});

describe('a tunnel', () => {
  it('that is refused is an error that says by what', async () => {
    const { port } = await start(403);
    await expect(openTunnel(port, 'www.test:443')).rejects.toThrow('CONNECT www.test:443: HTTP/1.1 403');
  });

  it('that took too long fails', async () => {
    const { port } = await start();
    const socket = await openTunnel(port, 'www.test:443');
    const failed = new Promise<Error>((resolve) => socket.once('error', resolve));
    endAllConnections();
    expect((await failed).message).toBe('it took too long');
  });
});

describe('loads', () => {
  it('open a page with a tunnel to each host', async () => {
    const { port, tunnels, requests } = await start();
    const hosts = farHosts(12, 'page', 0);
    const { openMs, loadedMs } = await openPage(port, hosts);
    expect(tunnels.toSorted()).toEqual(hosts.map((host) => `${host}:80`).toSorted());
    expect(requests.map(({ url }) => url)).toEqual(Array(12).fill('/bytes/100'));
    expect(loadedMs).toBeGreaterThanOrEqual(Math.max(...openMs));
  });

  it('browse with 120 requests, 40 of them plain and 12 with a body', async () => {
    const { port, tunnels, requests } = await start();
    await browse(port, farHosts(mixedHosts, 'page', 0));
    expect(requests).toHaveLength(120);
    expect(requests.filter(({ url }) => url.startsWith('http://'))).toHaveLength(40);
    expect(requests.filter(({ method }) => method === 'POST').map(({ bytes }) => bytes)).toEqual(
      Array(12).fill(2_000),
    );
    expect(new Set(tunnels).size).toBe(8);
  });

  it('post every byte, and download every byte', async () => {
    const { port, requests } = await start();
    expect(await upload(port, 'http://www.test/sink', 1_000_001)).toBeGreaterThan(0);
    expect(requests[0]?.bytes).toBe(1_000_001);
    const speed = await downloadThroughTunnel(port, `http://127.0.0.1:${port}/bytes/300000`);
    expect(speed).toBeGreaterThan(0);
  });
});
