import { createHash, X509Certificate } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../../test/company-proxy/self-signed-certificate';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { deferred } from '../../../test/deferred';
import {
  account,
  type Fixture,
  type FixtureOptions,
  password,
  RawClient,
  send,
  startFixture,
  tunnelStatus,
} from '../../../test/engine-fixture';
import { type SocksServer, type SocksTrouble, startSocksServer } from '../../../test/socks-server';
import { startTlsFront, type TlsFront } from '../../../test/tls-front';
import type { PacVerdict } from '../../shared/pac';
import { parsePacAnswer } from '../pac/parse-answer';

let fixture: Fixture;
let other: CompanyProxy;
/** What the PAC answers. */
let answer: (url: string) => PacVerdict | Promise<PacVerdict>;
let asked: string[];
let allDownCount: number;
let closing: (() => Promise<void>)[];
/** A port that nobody listens on. */
let dead: number;

const ways = (text: string): PacVerdict => ({ kind: 'ways', answer: text, ways: parsePacAnswer(text).ways });
const failed: PacVerdict = { kind: 'failed', why: 'slow', detail: 'no answer within 2 s' };

async function start(options: FixtureOptions = {}): Promise<void> {
  fixture = await startFixture({
    ...options,
    engine: {
      pac: () => ({
        find: (url) => {
          asked.push(url);
          return answer(url);
        },
        allDown: () => {
          allDownCount += 1;
        },
      }),
      ...options.engine,
    },
  });
}

beforeAll(async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  dead = (server.address() as { port: number }).port;
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

beforeEach(async () => {
  asked = [];
  closing = [];
  allDownCount = 0;
  answer = () => ways(`PROXY 127.0.0.1:${fixture.proxy.port}`);
  other = await startCompanyProxy({ accounts: [{ ...account, password }] });
});

afterEach(async () => {
  await fixture.close();
  await other.close();
  for (const close of closing) await close();
  expect(fixture.internalErrors).toEqual([]);
});

const get = async (path = '/bytes/5'): Promise<number> =>
  (await send(fixture.port, fixture.url(path))).status;
const requestsOf = (proxy: CompanyProxy): number => proxy.requests.length;
const traceOf = (at = -1): readonly { readonly kind: string }[] => {
  const event = fixture.events.filter(({ kind }) => kind === 'request-finished').at(at);
  return event?.kind === 'request-finished' ? event.trace.map(({ atMs: _atMs, ...step }) => step) : [];
};

describe('a PAC', () => {
  it('says by which company proxy a request goes, and is asked for a tunnel without a path', async () => {
    await start();
    answer = (url) => ways(`PROXY 127.0.0.1:${(url.startsWith('https:') ? other : fixture.proxy).port}`);
    expect(await get('/bytes/5?x')).toBe(200);
    expect(await tunnelStatus(fixture.port, `127.0.0.1:${fixture.origin.port}`)).toBe(200);
    expect([requestsOf(fixture.proxy), requestsOf(other)]).toEqual([1, 1]);
    expect(asked).toEqual([fixture.url('/bytes/5?x'), `https://127.0.0.1:${fixture.origin.port}/`]);
    expect(traceOf(0).slice(0, 3)).toEqual([
      { kind: 'pac', answer: `PROXY 127.0.0.1:${fixture.proxy.port}` },
      { kind: 'route', route: 'upstream' },
      { kind: 'upstream', upstream: { host: '127.0.0.1', port: fixture.proxy.port } },
    ]);
  });

  it('that says so sends a request straight to its origin', async () => {
    await start();
    answer = () => ways('DIRECT');
    expect(await get()).toBe(200);
    expect(await tunnelStatus(fixture.port, `127.0.0.1:${fixture.origin.port}`)).toBe(200);
    expect(requestsOf(fixture.proxy)).toBe(0);
    expect(traceOf(0).slice(0, 2)).toEqual([
      { kind: 'pac', answer: 'DIRECT' },
      { kind: 'route', route: 'direct' },
    ]);
  });

  it('is not asked where a no-proxy rule fits, nor for the local proxy itself', async () => {
    await start({ settings: { noProxy: ['127.0.0.*'] } });
    answer = () => ways(`PROXY 127.0.0.1:${dead}`);
    expect(await get()).toBe(200);
    expect((await send(fixture.port, `http://127.0.0.1:${fixture.port}/`)).status).toBe(200);
    expect(asked).toEqual([]);
  });

  it('may take its time', async () => {
    await start();
    const verdict = deferred<PacVerdict>();
    answer = () => verdict.promise;
    const waiting = get();
    verdict.resolve(ways('DIRECT'));
    expect(await waiting).toBe(200);
  });

  it('that names the local proxy itself makes no loop', async () => {
    await start();
    answer = () => ways(`PROXY 127.0.0.1:${fixture.port}; DIRECT`);
    expect(await get()).toBe(200);
    answer = () => ways(`PROXY 127.0.0.1:${fixture.port}; SOCKS 127.0.0.1:${fixture.port}`);
    const reply = await send(fixture.port, fixture.url('/'));
    expect([reply.status, reply.headers['proxy-status']]).toEqual([
      502,
      expect.stringContaining('proxy_loop_detected'),
    ]);
  });

  it('that names others without end does not have the user asked about each', async () => {
    const resolve = (): Promise<never> => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }));
    await start({ engine: { resolver: { resolve, slots: 16 } } });
    let count = 0;
    answer = () => ways(`PROXY p${(count += 1)}.invalid:1; DIRECT`);
    for (let round = 0; round < 100; round += 1) expect(await get()).toBe(200);
    expect(fixture.events.filter(({ kind }) => kind === 'proxy-not-agreed')).toHaveLength(64);
  });

  it.each(['SOCKS', 'SOCKS5'])('makes none by a name of this machine and %s either', async (word) => {
    const resolve = (): Promise<readonly LookupAddress[]> =>
      Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    await start({
      settings: { socks: [{ host: '127.0.0.1', port: 0 }] },
      engine: { resolver: { resolve, slots: 16 } },
    });
    const port = fixture.engine.services.find(({ service }) => service.kind === 'socks')?.address.port;
    answer = () => ways(`${word} self.test:${port}`);
    const reply = await send(fixture.port, fixture.url('/'));
    expect(reply.headers['proxy-status']).toContain('proxy_loop_detected');
    expect(asked).toHaveLength(1);
  });
});

describe('the ways of an answer', () => {
  it.each([
    ['another company proxy', () => `PROXY 127.0.0.1:${dead}; PROXY 127.0.0.1:${other.port}`, 1],
    ['the origin', () => `PROXY 127.0.0.1:${dead}; DIRECT`, 0],
    ['the origin behind SOCKS', () => `SOCKS5 127.0.0.1:${dead}; DIRECT`, 0],
    ['a company proxy behind SOCKS', () => `SOCKS 127.0.0.1:${dead}; PROXY 127.0.0.1:${other.port}`, 1],
    [
      'what is agreed to behind what is not',
      () => `PROXY localhost:${dead}; PROXY 127.0.0.1:${other.port}`,
      1,
    ],
  ])('are tried in their order, and end at %s', async (_name, text, count) => {
    await start();
    answer = () => ways(text());
    expect(await get()).toBe(200);
    expect(await tunnelStatus(fixture.port, `127.0.0.1:${fixture.origin.port}`)).toBe(200);
    expect(requestsOf(other)).toBe(2 * count);
    expect(allDownCount).toBe(0);
  });

  it('are told in the trace as they are tried', async () => {
    await start();
    answer = () => ways(`SOCKS 127.0.0.1:${dead}; DIRECT`);
    await get();
    const hop = { host: '127.0.0.1', port: dead };
    const passedBy = { kind: 'passed-by', hop, why: 'connection-refused', isKnown: false };
    expect(traceOf().slice(0, 4)).toEqual([
      { kind: 'pac', answer: `SOCKS 127.0.0.1:${dead}; DIRECT` },
      { kind: 'route', route: 'upstream' },
      passedBy,
      { kind: 'route', route: 'direct' },
    ]);
    // What is known to be down is not tried first again.
    await get();
    expect(traceOf().slice(1, 2)).toEqual([{ kind: 'route', route: 'direct' }]);
  });

  it('that fail have a line of their own, once, and those that are known to be down as well', async () => {
    await start();
    const good = `127.0.0.1:${fixture.proxy.port}`;
    answer = () => ways(`PROXY 127.0.0.1:${dead}; PROXY ${good}`);
    const hop = { host: '127.0.0.1', port: dead };
    // A probe may have found it out before.
    const passedBy = { kind: 'passed-by', hop, why: 'connection-refused', isKnown: expect.any(Boolean) };
    const told = () => traceOf().filter(({ kind }) => kind === 'passed-by' || kind === 'upstream');
    const reached = { kind: 'upstream', upstream: { host: '127.0.0.1', port: fixture.proxy.port } };
    expect(await get()).toBe(200);
    expect(told()).toEqual([passedBy, reached]);
    // Two at once, of which one finds no connection that is kept.
    const target = `127.0.0.1:${fixture.origin.port}`;
    const tunnels = await Promise.all([1, 2].map(() => tunnelStatus(fixture.port, target)));
    expect(tunnels).toEqual([200, 200]);
    expect(told()).toEqual([{ ...passedBy, isKnown: true }, reached]);
  });

  it('that are all down have the PAC read again, and the request says what is wrong', async () => {
    await start();
    answer = () => ways(`PROXY 127.0.0.1:${dead}; SOCKS 127.0.0.1:${dead}`);
    const reply = await send(fixture.port, fixture.url('/'));
    expect([reply.status, reply.headers['proxy-status']]).toEqual([
      502,
      expect.stringContaining('connection_refused'),
    ]);
    expect(allDownCount).toBe(1);
  });

  it('that are all down off the company network go direct where the user wants that', async () => {
    await start({
      settings: { offNetwork: 'direct', upstreams: [{ host: '127.0.0.1', port: dead }] },
    });
    answer = () => ways(`PROXY 127.0.0.1:${dead}`);
    expect(await get()).toBe(200);
  });

  it('share one sign-in: no order of them costs a second bad logon', async () => {
    await start({ password: 'wrong' });
    answer = (url) =>
      ways(
        url.endsWith('1')
          ? `PROXY 127.0.0.1:${fixture.proxy.port}`
          : `PROXY 127.0.0.1:${other.port}; PROXY 127.0.0.1:${fixture.proxy.port}`,
      );
    expect(await Promise.all([get('/bytes/1'), get('/bytes/2'), get('/bytes/1'), get('/bytes/2')])).toEqual([
      502, 502, 502, 502,
    ]);
    expect(fixture.proxy.logons.length + other.logons.length).toBe(1);
  });
});

describe('a look-up without an answer', () => {
  it('goes direct by default', async () => {
    await start();
    answer = () => failed;
    expect(await get()).toBe(200);
    expect(requestsOf(fixture.proxy)).toBe(0);
    expect(traceOf().slice(0, 2)).toEqual([
      { kind: 'pac', answer: undefined, detail: 'no answer within 2 s' },
      { kind: 'route', route: 'direct' },
    ]);
  });

  it('goes by the list', async () => {
    await start({ settings: { pacFallback: 'list' } });
    answer = () => failed;
    expect(await get()).toBe(200);
    expect(requestsOf(fixture.proxy)).toBe(1);
  });

  it('is refused, and says why', async () => {
    await start({ settings: { pacFallback: 'refuse' } });
    answer = () => failed;
    const reply = await send(fixture.port, fixture.url('/'));
    expect(reply.status).toBe(502);
    expect(reply.text).toContain('The PAC names no way to 127.0.0.1 (no answer within 2 s)');
  });
});

describe('a company proxy to which the user has not agreed', () => {
  beforeEach(async () => {
    await start();
    answer = () => ways(`PROXY localhost:${other.port}`);
  });

  it('gets no logon, and its 407 becomes a sentence', async () => {
    const reply = await send(fixture.port, fixture.url('/'));
    expect([reply.status, reply.headers['proxy-status']]).toEqual([
      502,
      expect.stringContaining('received-status=407'),
    ]);
    expect(reply.text).toContain(`latchkey agree localhost:${other.port}`);
    expect(await tunnelStatus(fixture.port, `127.0.0.1:${fixture.origin.port}`)).toBe(502);
    expect(other.logons).toEqual([]);
    expect(fixture.proxy.logons).toEqual([]);
  });

  it('is told of once', async () => {
    await get('/bytes/1');
    await get('/bytes/2');
    expect(fixture.events.filter(({ kind }) => kind === 'proxy-not-agreed')).toEqual([
      { kind: 'proxy-not-agreed', upstream: { host: 'localhost', port: other.port } },
    ]);
  });

  it('carries what it asks no sign-in for, and never gets what a client says to Latchkey', async () => {
    other.misbehave({ noAuthentication: true });
    const headers = { 'proxy-authorization': 'Basic c2VjcmV0OnNlY3JldA==' };
    expect((await send(fixture.port, fixture.url('/headers'), { headers })).status).toBe(200);
    expect(await get('/bytes/2')).toBe(200);
    expect(await tunnelStatus(fixture.port, `127.0.0.1:${fixture.origin.port}`)).toBe(200);
    const sent = fixture.origin.requests.flatMap(({ rawHeaders }) => rawHeaders);
    expect(sent.map((each) => each.toLowerCase())).not.toContain('proxy-authorization');
  });

  it('is signed in to once the user has agreed, by any port of it', async () => {
    expect(await get()).toBe(502);
    await fixture.engine.reconfigure({
      ...fixture.settings,
      upstreams: [...fixture.settings.upstreams, { host: 'LOCALHOST', port: 1 }],
    });
    expect(await get()).toBe(200);
    expect(other.logons).toHaveLength(1);
  });
});

describe('a SOCKS proxy', () => {
  const socks = async (trouble?: SocksTrouble): Promise<SocksServer> => {
    const server = await startSocksServer(trouble);
    closing.push(() => server.close());
    return server;
  };

  it.each([
    ['SOCKS', '4 ip:127.0.0.1'],
    ['SOCKS4', '4 ip:127.0.0.1'],
    ['SOCKS5', '5 ip:127.0.0.1'],
  ])('of kind %s carries requests and tunnels', async (kind, expected) => {
    const server = await socks();
    await start();
    answer = () => ways(`${kind} 127.0.0.1:${server.port}`);
    expect(await get()).toBe(200);
    expect(await get()).toBe(200);
    expect(await tunnelStatus(fixture.port, `127.0.0.1:${fixture.origin.port}`)).toBe(200);
    // Two requests over one connection, and a tunnel.
    expect(server.asked).toEqual(Array(2).fill(`${expected}:${fixture.origin.port}`));
    expect(fixture.origin.requests.map(({ url }) => url)).toEqual(['/bytes/5', '/bytes/5']);
    expect(fixture.proxy.logons).toEqual([]);
  });

  it.each([
    ['SOCKS5', 'nowhere.invalid', '5 name:nowhere.invalid'],
    // A name without an address here goes to the proxy as 4A has it.
    ['SOCKS4', 'nowhere.invalid', '4 name:nowhere.invalid'],
    ['SOCKS5', '[::ffff:127.0.0.1]', '5 ip6:00000000000000000000ffff7f000001'],
    ['SOCKS5', '[::1]', '5 ip6:00000000000000000000000000000001'],
  ])('of kind %s gets %s as it is', async (kind, host, expected) => {
    const server = await socks();
    await start();
    answer = () => ways(`${kind} 127.0.0.1:${server.port}`);
    expect(await tunnelStatus(fixture.port, `${host}:${fixture.origin.port}`)).toBe(200);
    expect(server.asked).toEqual([`${expected}:${fixture.origin.port}`]);
  });

  it('hands on what an origin says first', async () => {
    const talker = createServer((socket) => socket.end('SSH-2.0-x\r\n'));
    await new Promise<void>((resolve) => {
      talker.listen(0, '127.0.0.1', resolve);
    });
    closing.push(
      () =>
        new Promise((resolve) => {
          talker.close(() => resolve());
        }),
    );
    const server = await socks();
    await start();
    answer = () => ways(`SOCKS5 127.0.0.1:${server.port}`);
    const { port } = talker.address() as { port: number };
    const client = new RawClient(fixture.port).write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(await client.until((text) => text.includes('SSH'))).toMatch(/^HTTP\/1.1 200 .*\r\n\r\nSSH-2.0-x/s);
    client.destroy();
  });

  it.each<[SocksTrouble, string]>([
    ['asks-for-sign-in', 'SOCKS5'],
    ['speaks-http', 'SOCKS5'],
    ['speaks-http', 'SOCKS4'],
    ['closes', 'SOCKS5'],
    ['is-silent', 'SOCKS5'],
  ])('that %s (%s) is passed by', async (trouble, kind) => {
    const server = await socks(trouble);
    await start();
    answer = () => ways(`${kind} 127.0.0.1:${server.port}; PROXY 127.0.0.1:${other.port}`);
    expect(await get()).toBe(200);
    expect(requestsOf(other)).toBe(1);
  });

  it.each(['SOCKS4', 'SOCKS5'])(
    'of kind %s that cannot reach the origin is to blame for nothing',
    async (kind) => {
      const server = await socks('refuses');
      await start();
      answer = () => ways(`${kind} 127.0.0.1:${server.port}`);
      const reply = await send(fixture.port, fixture.url('/'));
      expect([reply.status, allDownCount]).toEqual([502, 0]);
      expect(reply.text).toMatch(/SOCKS: (?:the origin refuses|it has refused)/);
    },
  );
});

describe('a company proxy of kind HTTPS', () => {
  let front: TlsFront;
  let folder: string;
  const tls = selfSignedCertificate();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-tls-'));
    const file = join(folder, 'authorities.pem');
    await writeFile(file, tls.cert);
    process.env['SSL_CERT_FILE'] = file;
  });

  afterAll(async () => {
    delete process.env['SSL_CERT_FILE'];
    await rm(folder, { recursive: true });
  });

  const startFront = async (certificate = tls): Promise<void> => {
    front = await startTlsFront(other.port, certificate);
    closing.push(() => front.close());
  };

  it('is spoken to over TLS, signs in and carries requests, tunnels and bodies', async () => {
    await startFront();
    await start();
    answer = () => ways(`HTTPS 127.0.0.1:${front.port}`);
    expect(await get()).toBe(200);
    expect(await tunnelStatus(fixture.port, `127.0.0.1:${fixture.origin.port}`)).toBe(200);
    const body = Buffer.alloc(3_000_000, 'x');
    const reply = await send(fixture.port, fixture.url('/echo'), { method: 'POST' }, body);
    expect([reply.status, JSON.parse(reply.text)]).toMatchObject([200, { length: body.length }]);
    expect(requestsOf(fixture.proxy)).toBe(0);
    expect(other.logons.every(({ accepted }) => accepted)).toBe(true);
  });

  it('has each logon bound to its certificate (MS-NLMP 2.2.2.1, RFC 5929, 4), and one without TLS to none', async () => {
    await startFront();
    await start();
    answer = () => ways(`HTTPS 127.0.0.1:${front.port}`);
    expect(await get()).toBe(200);
    // MD5 of: two addresses of no kind and no length, the length of what follows, and that.
    const endPoint = createHash('sha256').update(new X509Certificate(tls.cert).raw).digest();
    const data = Buffer.concat([Buffer.from('tls-server-end-point:'), endPoint]);
    const struct = Buffer.concat([Buffer.alloc(16), Buffer.from([data.length, 0, 0, 0]), data]);
    expect(other.logons[0]).toMatchObject({
      accepted: true,
      hasMic: true,
      channelBindings: createHash('md5').update(struct).digest('hex'),
    });
    answer = () => ways(`PROXY 127.0.0.1:${other.port}`);
    expect(await get()).toBe(200);
    expect(other.logons.at(-1)).toMatchObject({ accepted: true, channelBindings: '00'.repeat(16) });
  });

  it('may be the only one of the list', async () => {
    await startFront();
    const upstreams = [{ host: 'localhost', port: front.port, isTls: true }];
    await start({ settings: { upstreams }, engine: { pac: () => undefined } });
    expect(await get()).toBe(200);
    expect(requestsOf(other)).toBe(1);
  });

  it('whose certificate is nobody’s gets nothing, and the next way is taken', async () => {
    await startFront(selfSignedCertificate());
    await start();
    answer = () => ways(`HTTPS 127.0.0.1:${front.port}; DIRECT`);
    expect(await get()).toBe(200);
    answer = () => ways(`HTTPS 127.0.0.1:${front.port}`);
    const reply = await send(fixture.port, fixture.url('/'));
    expect([reply.status, reply.headers['proxy-status']]).toEqual([
      502,
      expect.stringContaining('tls_certificate_error'),
    ]);
    expect(other.connectionCount).toBe(0);
  });

  it('that speaks no TLS is passed by', async () => {
    await start();
    answer = () => ways(`HTTPS 127.0.0.1:${other.port}; DIRECT`);
    expect(await get()).toBe(200);
    expect(requestsOf(other)).toBe(0);
  });
});
