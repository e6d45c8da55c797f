import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { type Fixture, type FixtureOptions, RawClient, startFixture } from '../../../test/engine-fixture';

let fixture: Fixture;

async function start(settings: FixtureOptions['settings'] = {}): Promise<void> {
  fixture = await startFixture({ settings: { noProxy: ['*'], ...settings } });
}

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

/** Another address of this machine, by which it is as another machine to the local proxy. */
const otherAddress = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

async function say(text: string, host = '127.0.0.1'): Promise<string> {
  if (host === '127.0.0.1') return new RawClient(fixture.port).write(text).untilEnd();
  const socket = connect({ host, port: fixture.port }).setEncoding('latin1');
  socket.write(text, 'latin1');
  let said = '';
  for await (const piece of socket) said += String(piece);
  return said;
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}

function get(target: string, host: string, peer?: string): Promise<string> {
  return say(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, peer);
}

/** Each way to write 127.0.0.1 that resolvers or kernels take for it. */
const spellings = [
  '127.1',
  '2130706433',
  '0',
  '0x7f000001',
  '[::ffff:7f00:1]',
  '[::ffff:127.0.0.1]',
  '0177.1',
];

describe('the pages of the local proxy', () => {
  it.each(['/', '/proxy.pac', '/nothing'])('are for its own Host only: %s', async (path) => {
    await start();
    const good = path === '/nothing' ? 404 : 200;
    const at = (host: string): string => `${host}:${fixture.port}`;
    for (const host of [at('127.0.0.1'), at('localhost'), at('LocalHost.'), at('[::1]'), at('127.0.0.9')])
      expect([host, statusOf(await get(path, host))]).toEqual([host, good]);
    const foreign = [
      at('attacker.example'),
      at('127.0.0.1.attacker.example'),
      at('0.0.0.0'),
      '127.0.0.1',
      'localhost',
      `127.0.0.1:${fixture.port + 1}`,
      '',
    ];
    for (const host of foreign) {
      const answer = await get(path, host);
      expect([host, statusOf(answer)]).toEqual([host, 421]);
      expect(answer).not.toMatch(/alice|proxy\.pac|FindProxyForURL/i);
    }
  });

  it.each(['HEAD', 'POST', 'OPTIONS', 'DELETE'])('are refused to another Host with %s', async (method) => {
    await start();
    const answer = await say(
      `${method} / HTTP/1.1\r\nHost: attacker.example:${fixture.port}\r\nConnection: close\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(421);
    expect(answer.endsWith('\r\n\r\n')).toBe(method === 'HEAD');
  });

  it('are refused without a Host, and to one that asks for an upgrade', async () => {
    await start();
    expect(statusOf(await say('GET / HTTP/1.0\r\n\r\n'))).toBe(421);
    const upgrade = 'Connection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n';
    expect(statusOf(await say(`GET / HTTP/1.1\r\nHost: attacker.example\r\n${upgrade}`))).toBe(421);
  });

  it('go by the URL, where there is one', async () => {
    await start();
    const own = `http://127.0.0.1:${fixture.port}/`;
    expect(statusOf(await get(own, 'attacker.example'))).toBe(200);
    expect(statusOf(await get(own.replace('127', 'user:secret@127'), 'attacker.example'))).toBe(200);
    expect(statusOf(await get(own.replace('127.0.0.1', 'x.localhost'), `127.0.0.1:${fixture.port}`))).toBe(
      421,
    );
  });
});

describe('the local proxy as an origin', () => {
  it.each(spellings)('is a loop by the name of %s', async (host) => {
    await start();
    const connectAnswer = await say(`CONNECT ${host}:${fixture.port} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(statusOf(connectAnswer)).toBe(502);
    expect(connectAnswer).toContain('proxy_loop_detected');
    // Brackets are an address in both; by text it is the proxy's own.
    if (host.startsWith('[')) return;
    const answer = await get(`http://${host}:${fixture.port}/`, 'a');
    expect(answer).toMatch(/^HTTP\/1\.1 502 [^]*proxy_loop_detected/);
  });
});

describe.skipIf(otherAddress === undefined)('a client of another machine', () => {
  const peer = otherAddress ?? '';
  const everywhere = { gateway: true, listen: [{ port: 0 }] };

  it.each(['127.0.0.1', 'localhost', ...spellings])('does not reach what listens on %s', async (host) => {
    await start(everywhere);
    const target = `${host}:${fixture.origin.port}`;
    // A connection that was opened for a client of this machine is not for others.
    expect(statusOf(await get(`http://${target}/slow?ms=0`, 'a'))).toBe(200);
    for (const answer of [
      await get(`http://${target}/slow?ms=0`, 'a', peer),
      await say(`CONNECT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`, peer),
      await say(
        `GET http://${target}/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: x\r\n\r\n`,
        peer,
      ),
    ]) {
      expect(statusOf(answer)).toBe(403);
      expect(answer).toContain('destination_ip_prohibited');
    }
  });

  it('reads no account, but the PAC', async () => {
    await start(everywhere);
    const host = `${peer}:${fixture.port}`;
    const page = await get('/', host, peer);
    expect(statusOf(page)).toBe(200);
    expect(page).not.toMatch(/alice|password|company proxy/i);
    expect(await get('/', host, peer)).not.toContain(String(fixture.proxy.port));
    expect(await get('/proxy.pac', host, peer)).toContain(`PROXY ${host}`);
    expect(await get('/', `127.0.0.1:${fixture.port}`)).toMatch(/alice/);
  });
});
