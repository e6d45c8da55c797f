import { createHash, randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Fixture,
  type FixtureOptions,
  RawClient,
  send,
  startFixture,
} from '../../../test/engine-fixture';

let fixture: Fixture;
const clients: RawClient[] = [];
const agents: Agent[] = [];

async function start(options: FixtureOptions = {}): Promise<Fixture> {
  fixture = await startFixture(options);
  return fixture;
}

function raw(port = fixture.port): RawClient {
  const client = new RawClient(port);
  clients.push(client);
  return client;
}

function keepAliveAgent(maxSockets: number): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets });
  agents.push(agent);
  return agent;
}

const connectHead = (target: string): string => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const agent of agents.splice(0)) agent.destroy();
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

describe('a request', () => {
  it('is signed in and answered', async () => {
    const { port, url, proxy } = await start();
    const reply = await send(port, url('/'));
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toContain('text/html');
    expect(proxy.logons).toHaveLength(1);
    expect(proxy.logons[0]).toMatchObject({
      accepted: true,
      domain: 'CORP',
      user: 'alice',
      hasMic: true,
      isLmZero: true,
    });
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'POST', 'PUT', 'PATCH', 'PROPFIND'])(
    'with the method %s reaches the origin exactly once',
    async (method) => {
      const { port, url, origin, proxy } = await start();
      const reply = await send(port, url('/headers'), { method });
      expect(reply.status).toBe(200);
      expect(origin.requests.map((request) => request.method)).toEqual([method]);
      expect(proxy.logons).toHaveLength(1);
    },
  );

  it.each([
    ['with a known length', { 'content-length': '300000' }],
    ['chunked', { 'transfer-encoding': 'chunked' }],
  ])('carries a body %s, sent once', async (_title, headers) => {
    const { port, url, origin } = await start();
    const body = randomBytes(300_000);
    const reply = await send(port, url('/echo'), { method: 'POST', headers }, body);
    expect(JSON.parse(reply.text)).toMatchObject({
      sha256: createHash('sha256').update(body).digest('hex'),
      length: body.length,
    });
    // The first sign-in is made with a HEAD, as nobody else can sign in before it is over.
    expect(origin.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST']);
  });

  it.each([undefined, false])(
    'tells what was decided on its way, unless nobody reads it (%s)',
    async (isTraced) => {
      const { url, port, events } = await start(
        isTraced === undefined ? {} : { engine: { isTraced: () => isTraced } },
      );
      expect((await send(port, url('/'))).status).toBe(200);
      const steps = events.flatMap((event) => (event.kind === 'request-finished' ? event.trace : []));
      expect(steps.map(({ kind }) => kind)).toEqual(
        isTraced === false ? [] : ['rule', 'route', 'upstream', 'sign-in', 'answer'],
      );
    },
  );

  it('uses the authenticated connection of an earlier one', async () => {
    const { port, url, proxy } = await start();
    for (let count = 0; count < 20; count += 1) expect((await send(port, url('/'))).status).toBe(200);
    await send(port, url('/echo'), { method: 'POST' }, 'body');
    const client = raw().write(connectHead(`127.0.0.1:${fixture.origin.port}`));
    expect(await client.until((text) => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(proxy.logons).toHaveLength(1);
    expect(proxy.connectionCount).toBe(1);
  });

  it('needs at most one logon for each client connection', async () => {
    const { port, url, proxy } = await start();
    const agent = keepAliveAgent(8);
    const replies = await Promise.all(
      Array.from({ length: 200 }, () => send(port, url('/bytes/1000'), { agent })),
    );
    expect(new Set(replies.map(({ status, body }) => `${status} ${body.length}`))).toEqual(
      new Set(['200 1000']),
    );
    expect(proxy.logons.length).toBeLessThanOrEqual(8);
  });

  it('waits for the first logon when many come at once', async () => {
    const { port, url, proxy } = await start({ password: 'wrong' });
    const replies = await Promise.all(Array.from({ length: 50 }, () => send(port, url('/'))));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([502]));
    expect(proxy.logons).toHaveLength(1);
    expect(replies[0]?.headers['proxy-status']).toContain('received-status=407');
    expect(replies[0]?.text).toContain('CORP\\alice');
    await send(port, url('/'));
    expect(proxy.logons).toHaveLength(1);
  });

  it('loses its hop-by-hop headers and gets Host and Via', async () => {
    const { url } = await start();
    const client = raw().write(
      `GET ${url('/headers')} HTTP/1.1\r\nHost: elsewhere.test\r\nConnection: X-Private, close\r\nX-Private: 1\r\n` +
        'X-Kept: 2\r\nProxy-Authorization: Basic YTpi\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n\r\n',
    );
    const text = await client.untilEnd();
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).toMatch(/\r\nVia: 1\.1 [^\r]*latchkey-/);
    expect(fixture.origin.requests[0]?.rawHeaders).toEqual(expect.arrayContaining(['X-Kept', '2']));
    const sent = fixture.origin.requests[0]?.rawHeaders.join('\n') ?? '';
    expect(sent).not.toMatch(/X-Private|elsewhere|YTpi|Proxy-|TE\n/);
    expect(sent).toContain(`127.0.0.1:${fixture.origin.port}`);
    expect(sent).toContain('1.1 latchkey-');
  });

  it('may have 60 KiB of headers, and more is refused with 431', async () => {
    const { port, url, proxy } = await start();
    await send(port, url('/'), { headers: { 'x-large': 'a'.repeat(60_000) } });
    expect(proxy.requests[0]?.headers).toContain('a'.repeat(60_000));
    const refused = await raw()
      .write(`GET ${url('/')} HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(80_000)}\r\n\r\n`)
      .untilEnd();
    expect(refused).toMatch(/^HTTP\/1\.1 431 [^]*larger than 65536 bytes/);
  });

  it('may be pipelined', async () => {
    const { url } = await start();
    const get = (path: string): string => `GET ${url(path)} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const client = raw().write(get('/slow?ms=100') + get('/bytes/5') + get('/status/404'));
    const text = await client.until((received) => received.includes('HTTP/1.1 404'));
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 404']);
  });

  it('may come from an HTTP/1.0 client', async () => {
    const { url } = await start();
    const text = await raw()
      .write(`GET ${url('/chunked')} HTTP/1.0\r\n\r\n`)
      .untilEnd();
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).not.toContain('Transfer-Encoding');
  });

  it('is answered although the client has closed its sending side', async () => {
    const { url } = await start();
    const client = raw().write(`GET ${url('/slow?ms=100')} HTTP/1.1\r\nHost: x\r\n\r\n`);
    client.socket.end();
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('keeps Expect: 100-continue, and the interim answer comes back', async () => {
    const { url } = await start();
    const client = raw().write(
      `POST ${url('/echo')} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    );
    expect(await client.until((text) => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 100 Continue\r\n/);
    client.write('hello');
    expect(await client.untilEnd()).toMatch(/HTTP\/1\.1 200 [^]*"length":5/);
  });

  it('passes on early hints, trailers, events and bodies without a length', async () => {
    const { port, url } = await start();
    const hints = raw().write(`GET ${url('/early-hints')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(await hints.untilEnd()).toMatch(/^HTTP\/1\.1 103 [^]*HTTP\/1\.1 200 /);
    expect((await send(port, url('/chunked'))).trailers).toEqual({ 'x-trailer': 'done' });
    expect((await send(port, url('/until-close'))).body.length).toBeGreaterThan(0);
    expect((await send(port, url('/sse'))).text).toContain('data:');
  });

  it('gets the answers of the origin and of the company proxy as they are', async () => {
    const { port, url } = await start({ proxy: { denyHosts: ['denied.test'] } });
    expect((await send(port, url('/status/404'))).status).toBe(404);
    const denied = await send(port, 'http://denied.test/');
    expect(denied.status).toBe(403);
    expect(denied.body.length).toBeGreaterThan(0);
    const unreachable = await send(port, 'http://127.0.0.1:1/');
    expect(unreachable.status).toBe(503);
    expect(unreachable.headers['proxy-status']).toBeUndefined();
    expect(unreachable.body.length).toBeGreaterThan(0);
  });

  it('goes directly when a no-proxy rule says so', async () => {
    const { port, url, proxy, origin } = await start({ settings: { noProxy: ['127.0.0.1'] } });
    expect((await send(port, url('/'))).status).toBe(200);
    const body = randomBytes(200_000);
    const posted = await send(
      port,
      url('/echo'),
      { method: 'POST', headers: { 'transfer-encoding': 'chunked' } },
      body,
    );
    expect(JSON.parse(posted.text)).toMatchObject({ length: 200_000 });
    const client = raw().write(connectHead(`127.0.0.1:${origin.port}`));
    await client.until((text) => text.includes('\r\n\r\n'));
    client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await client.untilEnd()).toMatch(/established\r\n\r\nHTTP\/1\.1 200 /);
    expect(proxy.connectionCount).toBe(0);
    expect(await raw().write(connectHead('127.0.0.1:1')).untilEnd()).toMatch(
      /^HTTP\/1\.1 502 [^]*connection_refused/,
    );
  });

  it('from a client that is not allowed is refused, and goes nowhere', async () => {
    const { url, proxy } = await start({
      settings: { access: [{ action: 'deny', host: '127.0.0.1', prefixLength: 32 }] },
    });
    const plain = await raw()
      .write(`GET ${url('/')} HTTP/1.1\r\nHost: x\r\n\r\n`)
      .untilEnd();
    expect(plain).toMatch(/^HTTP\/1\.1 403 [^]*Proxy-Status: latchkey; error=http_request_denied/);
    expect(
      await raw()
        .write(connectHead(`127.0.0.1:${fixture.origin.port}`))
        .untilEnd(),
    ).toMatch(/^HTTP\/1\.1 403 /);
    expect(proxy.connectionCount).toBe(0);
  });

  it('ends upstream when its client goes away', async () => {
    const { url, proxy } = await start();
    const client = raw().write(`GET ${url('/slow?ms=60000')} HTTP/1.1\r\nHost: x\r\n\r\n`);
    while (fixture.origin.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    client.destroy();
    while (proxy.openConnections > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(proxy.openConnections).toBe(0);
  });
});

describe('a tunnel', () => {
  async function openTunnel(): Promise<RawClient> {
    const client = raw().write(connectHead(`127.0.0.1:${fixture.origin.port}`));
    await client.until((text) => text.includes('\r\n\r\n'));
    expect(client.text).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
    return client;
  }

  it('carries bytes both ways', async () => {
    await start();
    const client = await openTunnel();
    client.write('GET /bytes/1000000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await client.untilEnd();
    expect(client.bytes.length).toBeGreaterThan(1_000_000);
  });

  it('takes bytes that came with the CONNECT', async () => {
    await start();
    const head = connectHead(`127.0.0.1:${fixture.origin.port}`);
    const client = raw().write(`${head}GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(await client.untilEnd()).toMatch(/established\r\n\r\nHTTP\/1\.1 200 /);
  });

  it('can be closed in one direction', async () => {
    await start();
    const client = await openTunnel();
    client.write('GET /slow?ms=200 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    client.socket.end();
    expect(await client.untilEnd()).toMatch(/HTTP\/1\.1 200 [^]*/);
  });

  it('waits for a client that reads slowly, and every byte arrives as it was sent', async () => {
    await start();
    const sent = randomBytes(20_000_000);
    const server = createServer((socket) => socket.on('error', () => undefined).end(sent));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = raw().write(connectHead(`127.0.0.1:${port}`));
    await client.until((text) => text.includes('\r\n\r\n'));
    for (let pause = 0; pause < 10; pause += 1) {
      client.socket.pause();
      await new Promise((resolve) => setTimeout(resolve, 20));
      client.socket.resume();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await client.untilEnd();
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
    const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    expect(digest(client.bytes.subarray(client.bytes.indexOf('\r\n\r\n') + 4))).toBe(digest(sent));
  });

  it('ends on both sides when one is reset', async () => {
    const { proxy } = await start();
    const client = await openTunnel();
    client.socket.resetAndDestroy();
    while (proxy.openConnections > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(proxy.openConnections).toBe(0);
  });

  it('that the company proxy turns down is answered with its own page', async () => {
    await start({ proxy: { denyHosts: ['denied.test'] } });
    const text = await raw().write(connectHead('denied.test:443')).untilEnd();
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
    expect(text.split('\r\n\r\n')[1]?.length).toBeGreaterThan(0);
  });

  it('carries an upgrade over plain HTTP', async () => {
    const { url } = await start();
    const client = raw().write(
      `GET ${url('/upgrade')} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    expect(await client.until((text) => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 101 [^]*upgrade/i);
    client.write('ping');
    expect(await client.until((text) => text.endsWith('ping'))).toMatch(/\r\n\r\nping$/);
  });

  it('carries an upgrade whose request has a body, and what follows it', async () => {
    const { url, proxy } = await start();
    const client = raw().write(
      `POST ${url('/upgrade')} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\nContent-Length: 5\r\n\r\nhelloping`,
    );
    const text = await client.until((received) => received.endsWith('ping'));
    expect(text).toMatch(/^HTTP\/1\.1 101 /);
    expect(proxy.logons).toHaveLength(1);
  });

  it('is not opened when nobody wants the upgrade: the answer comes as it is, and the next request after it', async () => {
    const { url } = await start({ proxy: { denyHosts: ['denied.test'] } });
    const text = await raw()
      .write('GET http://denied.test/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
      .write(`GET ${url('/bytes/5')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      .untilEnd();
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 403', 'HTTP/1.1 200']);
  });

  it('is refused to this proxy itself, and a request to it gets a status page', async () => {
    const { port, proxy } = await start();
    expect(
      await raw()
        .write(connectHead(`localhost:${port}`))
        .untilEnd(),
    ).toMatch(/^HTTP\/1\.1 502 [^]*loop/);
    const page = await send(port, `http://localhost:${port}/`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Latchkey is running');
    const origin = raw().write(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`);
    expect(await origin.untilEnd()).toContain('Latchkey is running');
    expect(proxy.connectionCount).toBe(0);
  });
});
