import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Origin, startOrigin } from '../company-proxy/start-origin';
import { connectVia, getOver, keepAliveAgent, openTunnel, requestVia, startTls } from '../servers/clients';
import { pseudoRandomBytes, pseudoRandomSha256 } from '../servers/pseudo-random';
import { requireServers } from '../servers/require-servers';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';
import { bigFileLength, type Nginx, smallFileLength, startNginx } from '../servers/start-nginx';
import { forbiddenHost, type Squid, startSquid } from '../servers/start-squid';
import { cntlmConf } from './cntlm-conf';
import { realProxies, type RealProxy, realProxyPrograms } from './real-proxies';

const isPossible = requireServers(...realProxyPrograms, 'nginx', 'nginx echo module', 'openssl');
const uploadLength = 100 * 1_048_576;

describe.skipIf(!isPossible).each(realProxies)('requests through Latchkey, $server', ({ start }) => {
  let nginx: Nginx;
  let proxy: RealProxy;
  let origin: Origin;
  let latchkey: Latchkey;
  let conf: string;

  beforeAll(async () => {
    [nginx, proxy, origin] = await Promise.all([startNginx(), start(), startOrigin()]);
    conf = cntlmConf(proxy, `Password ${proxy.password}`);
    latchkey = await startLatchkey({ config: conf });
  });
  afterAll(async () => {
    await latchkey?.close();
    await Promise.all([nginx?.close(), proxy?.close(), origin?.close()]);
  });

  it('fetches a page', async () => {
    const { status, body } = await requestVia(latchkey.port, `${nginx.url}/small.txt`);
    expect(status).toBe(200);
    expect(body.toString()).toBe('latchkey'.repeat(smallFileLength / 8));
  });

  it('asks for headers only', async () => {
    const { status, headers, body } = await requestVia(latchkey.port, `${nginx.url}/big.bin`, {
      method: 'HEAD',
    });
    expect(status).toBe(200);
    expect(headers['content-length']).toBe(String(bigFileLength));
    expect(body).toHaveLength(0);
  });

  it.each([
    { framing: 'length', headers: { 'Content-Length': String(uploadLength) } },
    { framing: 'chunked', headers: {} },
  ])('uploads 100 MiB, framing $framing', async ({ framing, headers }) => {
    const { status, body } = await requestVia(latchkey.port, `http://127.0.0.1:${origin.port}/echo`, {
      method: 'POST',
      headers,
      body: pseudoRandomBytes(uploadLength),
    });
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toMatchObject({
      length: uploadLength,
      sha256: pseudoRandomSha256(uploadLength),
      framing,
    });
  });

  it.each([
    { framing: 'length', headers: { 'Content-Length': '3000000' } },
    { framing: 'chunked', headers: {} },
  ])('uploads with its first request, framing $framing', async ({ framing, headers }) => {
    const fresh = await startLatchkey({ config: conf });
    try {
      const before = await proxy.logonCount();
      const { status, body } = await requestVia(fresh.port, `http://127.0.0.1:${origin.port}/echo`, {
        method: 'PUT',
        headers,
        body: pseudoRandomBytes(3_000_000),
      });
      expect(status).toBe(200);
      expect(JSON.parse(body.toString())).toMatchObject({
        length: 3_000_000,
        sha256: pseudoRandomSha256(3_000_000),
        framing,
      });
      expect(await proxy.logonCount()).toBe(before + 1);
    } finally {
      expect(await fresh.close()).toBe(0);
    }
  });

  it('opens a tunnel for TLS', async () => {
    const tunnel = await openTunnel(latchkey.port, `127.0.0.1:${nginx.tlsPort}`);
    const { status, body } = await getOver(await startTls(tunnel, nginx.cert), '/small.txt', 'localhost');
    expect(status).toBe(200);
    expect(body).toHaveLength(smallFileLength);
  });

  it('needs no more logons than connections for 1,000 requests', async () => {
    const fresh = await startLatchkey({ config: conf });
    const agent = keepAliveAgent(16);
    try {
      const before = await proxy.logonCount();
      const answers = await Promise.all(
        Array.from({ length: 1_000 }, () => requestVia(fresh.port, `${nginx.url}/small.txt`, { agent })),
      );
      expect(new Set(answers.map(({ status, body }) => `${status} ${body.length}`))).toEqual(
        new Set([`200 ${smallFileLength}`]),
      );
      const logons = (await proxy.logonCount()) - before;
      expect(logons).toBeGreaterThanOrEqual(1);
      expect(logons).toBeLessThanOrEqual(16);
    } finally {
      agent.destroy();
      await fresh.close();
    }
  });
});

describe.skipIf(!isPossible)('the pages of squid', () => {
  let squid: Squid;
  let latchkey: Latchkey;

  beforeAll(async () => {
    squid = await startSquid();
    latchkey = await startLatchkey({ config: cntlmConf(squid, `Password ${squid.password}`) });
  });
  afterAll(async () => {
    await latchkey?.close();
    await squid?.close();
  });

  it('passes the pages that squid answers itself', async () => {
    const forbidden = await requestVia(latchkey.port, `http://${forbiddenHost}/`);
    expect(forbidden.status).toBe(403);
    expect(forbidden.body.toString()).toContain('ERR_ACCESS_DENIED');
    const unreachable = await requestVia(latchkey.port, 'http://127.0.0.1:1/');
    expect(unreachable.status).toBe(503);
    expect(unreachable.body.toString()).toContain('ERR_CONNECT_FAIL');
  });

  it('passes the pages with which squid refuses a tunnel', async () => {
    const forbidden = await connectVia(latchkey.port, `${forbiddenHost}:443`);
    expect(forbidden).toMatchObject({ status: 403 });
    expect('body' in forbidden && forbidden.body.toString()).toMatch(/ERR_ACCESS_DENIED[^]*<\/html>/);
    const unreachable = await connectVia(latchkey.port, '127.0.0.1:1');
    expect(unreachable).toMatchObject({ status: 503 });
    expect('body' in unreachable && unreachable.body.toString()).toMatch(/ERR_CONNECT_FAIL[^]*<\/html>/);
  });
});
