import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../../../test/deferred';
import { type Fixture, RawClient, send, startFixture } from '../../../test/engine-fixture';
import { runCommand } from '../../../test/servers/run-command';
import type { PacVerdict } from '../../shared/pac';
import type { EngineSettings, HostPort } from '../../shared/settings';
import { acceptOptions, type InheritedPort } from './inherited-ports';

let fixture: Fixture;
const clients: RawClient[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const server of servers.splice(0)) server.close();
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** A greeting without a sign-in and a CONNECT, in one piece. */
function ask(host: string, port: number): Buffer {
  const name = Buffer.from(host, 'latin1');
  return Buffer.concat([
    hex('050100 05010003'),
    Buffer.from([name.length]),
    name,
    Buffer.from([port >> 8, port & 255]),
  ]);
}
const opened = '\u0005\u0000\u0005\u0000\u0000\u0001\u0000\u0000\u0000\u0000\u0000\u0000';

function portOf(kind: 'socks' | 'tunnel', engine = fixture.engine): number {
  return engine.services.find(({ service }) => service.kind === kind)?.address.port ?? 0;
}

async function start(settings: Partial<EngineSettings>): Promise<void> {
  fixture = await startFixture({ settings });
}

function client(port: number, bytes: Buffer = Buffer.alloc(0)): RawClient {
  const raw = new RawClient(port).write(bytes);
  clients.push(raw);
  return raw;
}

async function get(raw: RawClient): Promise<string> {
  raw.write('GET / HTTP/1.1\r\nHost: origin.test\r\nConnection: close\r\n\r\n');
  return raw.untilEnd();
}

const loopback: HostPort = { host: '127.0.0.1', port: 0 };

describe('SOCKS5', () => {
  it.each(['127.0.0.1', 'localhost'])('opens a tunnel through the company proxy to %s', async (host) => {
    await start({ socks: [loopback] });
    const raw = client(portOf('socks'), ask(host, fixture.origin.port));
    await raw.until((text) => text.startsWith(opened));
    expect(await get(raw)).toContain('It works');
    expect(fixture.proxy.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      `CONNECT ${host}:${fixture.origin.port}`,
    ]);
    const told = fixture.events.find((event) => event.kind === 'request-finished');
    expect(told).toMatchObject({ method: 'CONNECT', status: 200, target: { host } });
    raw.destroy();
    await expect.poll(() => fixture.engine.traffic().openTunnels).toBe(0);
    expect(fixture.events.filter((event) => event.kind === 'tunnel-ended')).toHaveLength(1);
  });

  it.each(['--socks5-hostname', '--socks5'])('serves curl %s', async (option) => {
    await start({ socks: [loopback], socksUsers: [{ user: 'dave', password: 'p:w' }] });
    const proxy = `dave:p:w@127.0.0.1:${portOf('socks')}`;
    const url = `http://localhost:${fixture.origin.port}/`;
    const good = await runCommand('curl', ['-sS', '-m', '30', '-4', option, proxy, url]);
    expect(good.stderr).toBe('');
    expect(good.stdout).toContain('It works');
    const bad = await runCommand('curl', ['-sS', '-m', '30', '-4', option, proxy.replace('p:w', 'x'), url]);
    expect(bad.exitCode).not.toBe(0);
    const refused = fixture.events.findLast((event) => event.kind === 'request-finished');
    expect(refused?.problem).toEqual({ kind: 'socks-sign-in-refused' });
    expect(JSON.stringify(fixture.events)).not.toContain('p:w');
  });

  it('goes direct by the same rules, to IPv6 as well', async () => {
    const server = createServer((socket: Socket) => socket.end('six'));
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '::1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    await start({ socks: [{ host: '::1', port: 0 }], noProxy: ['::1', '0:0:0:0:0:0:0:1'] });
    const bytes = Buffer.concat([
      hex(`050100 05010004 ${'0'.repeat(31)}1`),
      Buffer.from([port >> 8, port & 255]),
    ]);
    const socket = connect({ host: '::1', port: portOf('socks') });
    socket.write(bytes);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString('latin1')).toBe(`${opened}six`);
    expect(fixture.proxy.requests).toEqual([]);
  });

  it('says with the codes of RFC 1928, 6 why not, and ends', async () => {
    await start({ socks: [loopback], noProxy: ['127.*', 'nowhere.invalid'] });
    const port = portOf('socks');
    const codeOf = async (host: string, to: number): Promise<number | undefined> =>
      (await client(port, ask(host, to)).untilEnd()).charCodeAt(3);
    // Its own port would come back for ever.
    expect(await codeOf('127.0.0.1', port)).toBe(2);
    expect(await codeOf('127.0.0.1', fixture.port)).toBe(2);
    expect(await codeOf('nowhere.invalid', 80)).toBe(4);
    expect(await codeOf('127.0.0.1', 1)).toBe(5);
  });

  it.each([
    [403, 2],
    [502, 4],
    [503, 4],
    [504, 4],
    [500, 1],
    [404, 1],
  ])('says of a company proxy that answers %i: %i', async (status, code) => {
    const proxy = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () => socket.write(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`));
    });
    servers.push(proxy.listen(0, '127.0.0.1'));
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    await start({ socks: [loopback], upstreams: [{ host: '127.0.0.1', port }] });
    const answer = await client(portOf('socks'), ask('origin.test', 443)).untilEnd();
    expect(answer.charCodeAt(3)).toBe(code);
    const told = fixture.events.find((event) => event.kind === 'request-finished');
    expect(told).toMatchObject({ method: 'CONNECT', status });
  });

  it('turns away what is no SOCKS5, and tells of it', async () => {
    await start({ socks: [loopback] });
    expect(await client(portOf('socks'), Buffer.from('GET / HTTP/1.1\r\n\r\n')).untilEnd()).toBe('');
    const told = fixture.events.find((event) => event.kind === 'request-finished');
    expect(told?.problem).toMatchObject({ kind: 'bad-request' });
  });

  it('ends a client that takes its time, however it spreads what it says', async () => {
    await start({ socks: [loopback] });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const raw = client(portOf('socks'), hex('05 01 00 05'));
      await raw.until((text) => text.length === 2);
      await vi.advanceTimersByTimeAsync(29_000);
      raw.write(hex('01'));
      expect(raw.hasEnded).toBe(false);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await raw.untilEnd()).toBe('\u0005\u0000');
      const told = fixture.events.find((event) => event.kind === 'request-finished');
      expect(told?.problem?.kind).toBe('bad-request');
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps what is sent before the tunnel is open', async () => {
    await start({ socks: [loopback] });
    const request = Buffer.from('GET / HTTP/1.1\r\nHost: o\r\nConnection: close\r\n\r\n');
    const raw = client(portOf('socks'), Buffer.concat([ask('127.0.0.1', fixture.origin.port), request]));
    expect(await raw.untilEnd()).toContain('It works');
  });

  it('ends what is under way for a client that leaves', async () => {
    await start({ socks: [loopback] });
    const raw = client(portOf('socks'), ask('127.0.0.1', fixture.origin.port));
    raw.destroy();
    await expect.poll(() => fixture.engine.traffic().openTunnels).toBe(0);
    const again = client(portOf('socks'), ask('127.0.0.1', fixture.origin.port));
    await again.until((text) => text.startsWith(opened));
    expect(await get(again)).toContain('It works');
  });

  it('opens no tunnel for a client that has left while its way was looked for', async () => {
    const verdict = deferred<PacVerdict>();
    const find = vi.fn<(url: string) => Promise<PacVerdict>>(() => verdict.promise);
    fixture = await startFixture({
      settings: { socks: [loopback] },
      engine: { pac: () => ({ find, allDown: () => undefined }) },
    });
    const raw = client(portOf('socks'), ask('127.0.0.1', fixture.origin.port));
    await expect.poll(() => find.mock.calls.length).toBe(1);
    raw.socket.resetAndDestroy();
    // By the time of this answer the reset has come as well.
    await send(fixture.port, `http://127.0.0.1:${fixture.port}/`);
    const { host, port } = fixture.proxy;
    verdict.resolve({ kind: 'ways', answer: '', ways: [{ kind: 'http', host, port }] });
    const isTold = (): boolean =>
      fixture.events.some((event) => event.kind === 'request-finished' && event.method === 'CONNECT');
    await expect.poll(isTold).toBe(true);
    expect(fixture.proxy.requests).toEqual([]);
  });
});

describe('a static tunnel', () => {
  it('leads to its target through the company proxy', async () => {
    fixture = await startFixture();
    const target = { host: '127.0.0.1', port: fixture.origin.port };
    await fixture.engine.reconfigure({ ...fixture.settings, tunnels: [{ listen: loopback, target }] });
    expect(await get(client(portOf('tunnel')))).toContain('It works');
    expect(fixture.proxy.requests[0]?.target).toBe(`127.0.0.1:${fixture.origin.port}`);
  });

  it('ends when its target cannot be reached', async () => {
    await start({
      noProxy: ['127.*'],
      tunnels: [{ listen: loopback, target: { host: '127.0.0.1', port: 1 } }],
    });
    expect(await client(portOf('tunnel')).untilEnd()).toBe('');
    const told = fixture.events.find((event) => event.kind === 'request-finished');
    expect(told?.problem?.kind).toBe('connection-refused');
  });
});

describe('ports of each kind', () => {
  it('let nobody in whom the rules refuse', async () => {
    const target = { host: '127.0.0.1', port: 1 };
    const access = [{ action: 'deny', host: '*', prefixLength: 0 }] as const;
    await start({ access, socks: [loopback], tunnels: [{ listen: loopback, target }] });
    for (const kind of ['socks', 'tunnel'] as const) {
      expect(await client(portOf(kind), ask('127.0.0.1', 80)).untilEnd()).toBe('');
    }
    const problems = fixture.events.flatMap((event) =>
      event.kind === 'request-finished' ? [event.problem?.kind] : [],
    );
    expect(problems).toEqual(['client-denied', 'client-denied']);
  });

  it('change by difference: what stays keeps its connections and its place', async () => {
    await start({ socks: [loopback] });
    const port = portOf('socks');
    const raw = client(port, ask('127.0.0.1', fixture.origin.port));
    await raw.until((text) => text.startsWith(opened));
    const target = { host: '127.0.0.1', port: fixture.origin.port };
    await fixture.engine.reconfigure({
      ...fixture.settings,
      socks: [],
      tunnels: [{ listen: loopback, target }],
    });
    expect(fixture.engine.addresses).toEqual([{ host: '127.0.0.1', port: fixture.port }]);
    expect(fixture.engine.services.map(({ service }) => service.kind)).toEqual(['http', 'tunnel']);
    expect(fixture.engine.traffic().openTunnels).toBe(1);
    expect(await get(raw)).toContain('It works');
    await expect(client(port).untilEnd()).resolves.toBe('');
  });

  it('that others have opened do nothing for a client that has gone before it was let in', async () => {
    let letIn: (socket: Socket) => void = () => undefined;
    const take: InheritedPort['take'] = (onConnection) => {
      letIn = onConnection;
      return () => undefined;
    };
    fixture = await startFixture({
      settings: { tunnels: [{ listen: { ...loopback, port: 9 }, target: { host: 'a.test', port: 1 } }] },
      engine: {
        inherited: {
          find: ({ port }) => (port === 9 ? ({ take } as InheritedPort) : undefined),
          letIn: () => undefined,
        },
      },
    });
    const gone = new Socket().destroy();
    await once(gone, 'close');
    letIn(gone);
    await send(fixture.port, fixture.url('/'));
    expect(fixture.proxy.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('that others have opened end quietly, also when a client resets its connection meanwhile', async () => {
    const server = createServer(acceptOptions);
    servers.push(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const take: InheritedPort['take'] = (onConnection) => {
      server.on('connection', onConnection);
      return () => server.off('connection', onConnection);
    };
    fixture = await startFixture({
      settings: { socks: [{ host: '127.0.0.1', port }] },
      engine: {
        inherited: {
          find: (address) => (address.port === port ? ({ take } as InheritedPort) : undefined),
          letIn: () => undefined,
        },
      },
    });
    const raw = client(port, ask('127.0.0.1', fixture.origin.port));
    await raw.until((text) => text.startsWith(opened));
    await fixture.engine.reconfigure({ ...fixture.settings, socks: [] });
    // A rejection that nobody awaits would end the process.
    const onRejection = vi.fn<(reason: unknown) => void>();
    process.on('unhandledRejection', onRejection);
    try {
      raw.socket.resetAndDestroy();
      await expect.poll(() => fixture.engine.traffic().openTunnels).toBe(0);
      await new Promise(setImmediate);
      expect(onRejection).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', onRejection);
    }
  });

  it('are told of when they cannot be opened, beside those that can', async () => {
    await start({ listen: [loopback, { host: '192.0.2.1', port: 3128, line: 7 }] });
    expect(fixture.engine.unbound).toMatchObject([
      { setting: { line: 7 }, isOwn: false, error: { code: 'EADDRNOTAVAIL' } },
    ]);
    const taken = { host: '0.0.0.0', port: fixture.port };
    await fixture.engine.reconfigure({
      ...fixture.settings,
      listen: [{ host: '127.0.0.1', port: fixture.port }, taken],
    });
    expect(fixture.engine.unbound).toMatchObject([{ setting: taken, isOwn: true }]);
  });
});

describe('the headers that the user has set', () => {
  it('go to the company proxy alone, in place of those of clients', async () => {
    const headers = [
      { name: 'User-Agent', value: 'Set' },
      { name: 'X-Department', value: '42' },
      { name: 'x-department', value: '43' },
    ];
    await start({ headers, noProxy: ['localhost'] });
    const text = `GET http://127.0.0.1:${fixture.origin.port}/headers HTTP/1.1\r\nHost: x\r\nUser-Agent: a\r\nuser-agent: b\r\nConnection: close\r\n\r\n`;
    const proxied = await client(fixture.port, Buffer.from(text)).untilEnd();
    expect(proxied).toContain('200 OK');
    const lines = fixture.proxy.requests[0]?.headers ?? [];
    const named = (name: string): string[] =>
      lines.filter((_, index) => index % 2 === 1 && lines[index - 1]?.toLowerCase() === name);
    expect(named('user-agent')).toEqual(['Set']);
    expect(named('x-department')).toEqual(['42']);
  });
});
