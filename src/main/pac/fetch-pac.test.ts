import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchPac } from './fetch-pac';

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/proxy.pac`);
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('a PAC on a server', () => {
  it('comes with its charset and the address of this machine', async () => {
    const url = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.setHeader('Content-Type', 'application/x-ns-proxy-autoconfig; charset="UTF-8"').end('var x;');
    });
    const { bytes, charset, localAddress } = await fetchPac(url);
    expect([bytes.toString(), charset, localAddress]).toEqual(['var x;', 'UTF-8', '127.0.0.1']);
  });

  it('is fetched without a proxy, whatever the environment says', async () => {
    const url = await serve((request, response) => response.end(request.url));
    const before = process.env['http_proxy'];
    process.env['http_proxy'] = 'http://127.0.0.1:9';
    try {
      expect((await fetchPac(url)).bytes.toString()).toBe('/proxy.pac');
    } finally {
      if (before === undefined) delete process.env['http_proxy'];
      else process.env['http_proxy'] = before;
    }
  });

  it.each([301, 302, 303, 307, 308])('is followed where %i leads', async (status) => {
    const url = await serve((request, response) => {
      if (request.url === '/proxy.pac') response.writeHead(status, { Location: 'there?x' }).end('no');
      else response.end(request.url);
    });
    expect((await fetchPac(url)).bytes.toString()).toBe('/there?x');
  });

  it.each([
    ['goes round', { status: 302, headers: { Location: '/proxy.pac' } }, 'more than 10 redirects'],
    ['leads to a file', { status: 302, headers: { Location: 'file:///etc/passwd' } }, 'redirects to file:'],
    ['leads nowhere', { status: 302, headers: { Location: 'http://[' } }, 'redirects to what is no address'],
    ['is not there', { status: 404, headers: {} }, 'answers 404 Not Found'],
    ['needs a password', { status: 407, headers: {} }, 'answers 407'],
    ['is compressed', { status: 200, headers: { 'Content-Encoding': 'gzip' } }, 'sends it as gzip'],
  ])('is refused when it %s', async (_, { status, headers }, message) => {
    const url = await serve((__, response) => response.writeHead(status, headers).end('x'));
    await expect(fetchPac(url)).rejects.toThrow(message);
  });

  it('has a limit', async () => {
    const url = await serve((_, response) => response.end(Buffer.alloc(1_000)));
    expect((await fetchPac(url, { limitBytes: 1_000 })).bytes.length).toBe(1_000);
    await expect(fetchPac(url, { limitBytes: 999 })).rejects.toThrow('more than 999 bytes');
  });

  it('must come in time, be its head or its end late', async () => {
    const silent = await serve(() => undefined);
    await expect(fetchPac(silent, { timeoutMs: 100 })).rejects.toThrow('no answer within 0.1 s');
    const slow = await serve((_, response) => response.write('var'));
    await expect(fetchPac(slow, { timeoutMs: 1_000 })).rejects.toThrow('no answer within 1 s');
  });

  it('is not there when nobody listens', async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(fetchPac(url)).rejects.toThrow('ECONNREFUSED');
  });

  it('is refused when it breaks off', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('var', () => response.destroy());
    });
    await expect(fetchPac(url)).rejects.toThrow();
  });
});
