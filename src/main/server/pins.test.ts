import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Fixture, RawClient, startFixture } from '../../../test/engine-fixture';
import {
  okay,
  type RawRequest,
  type RawServer,
  roads,
  settingsFor,
  startRawServer,
} from '../../../test/raw-server';
import { originSignInStep } from './origin-sign-in';

const ntlm = (type: number): string =>
  Buffer.from(`NTLMSSP\0${String.fromCharCode(type)}\0\0\0${'\0'.repeat(24)}`, 'latin1').toString('base64');
const spnego = (first: number): string => Buffer.from([first, 0x30, 1, 2, 3]).toString('base64');

let fixture: Fixture;
let server: RawServer;
const clients: RawClient[] = [];

afterEach(async () => {
  for (const one of clients.splice(0)) one.destroy();
  await fixture.close();
  await server.close();
  expect(fixture.internalErrors).toEqual([]);
});

const denied = (challenge: string): string =>
  `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: ${challenge}\r\nContent-Length: 6\r\n\r\ndenied`;

/** An intranet as IIS makes one: who has signed in a connection is whoever comes over it. */
function intranet({ memory, header, head, body, socket }: RawRequest): string | undefined {
  if (head.target.includes('/public')) return okay('public');
  if (head.method === 'CONNECT') {
    socket.removeAllListeners('data').on('data', (chunk: Buffer) => socket.write(chunk));
    return 'HTTP/1.1 200 Connection established\r\n\r\n';
  }
  const [scheme = '', token = '', name = ''] = (header('Authorization') ?? '').split(' ');
  if (head.target.endsWith('/breaks') && token !== '') {
    socket.destroy();
    return undefined;
  }
  const step = originSignInStep(['Authorization', `${scheme} ${token}`]);
  if (step === 'first') {
    memory.delete('who');
    memory.set('challenge', name);
    return denied(`${scheme} Y2hhbGxlbmdl`);
  }
  if (step === 'next') {
    if (memory.get('challenge') !== name) return denied('NTLM');
    memory.set('who', name);
  }
  const who = memory.get('who');
  if (who === undefined) return denied('NTLM\r\nWWW-Authenticate: Negotiate');
  if (header('Upgrade') !== undefined) {
    socket.removeAllListeners('data').on('data', (chunk: Buffer) => socket.write(chunk));
    return 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';
  }
  const close = head.target.endsWith('/last') ? 'Connection: close\r\n' : '';
  const page = okay(`${who} ${body.length}`, `X-User: ${who}\r\n${close}`);
  if (close !== '') socket.end(page, 'latin1');
  return close === '' ? page : undefined;
}

/** A client with a connection of his own. The token carries his name, so that a mixed-up challenge shows. */
class Browser {
  readonly #raw: RawClient;
  #read = 0;

  constructor(
    readonly name: string,
    readonly site: string,
  ) {
    this.#raw = new RawClient(fixture.port);
    clients.push(this.#raw);
  }

  get hasEnded(): boolean {
    return this.#raw.hasEnded;
  }

  get raw(): RawClient {
    return this.#raw;
  }

  async ask(path: string, lines = '', method = 'GET', body = '', version = '1.1'): Promise<string> {
    const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
    const url = path.startsWith('http') ? path : this.site + path;
    this.#raw.write(`${method} ${url} HTTP/${version}\r\nHost: x\r\n${length}${lines}\r\n${body}`);
    const isWhole = (text: string): boolean => {
      const said = text.slice(this.#read);
      const end = said.indexOf('\r\n\r\n');
      const bytes = method === 'HEAD' ? 0 : Number(/content-length: (\d+)/i.exec(said)?.[1] ?? 0);
      return end >= 0 && said.length >= end + 4 + bytes;
    };
    const text = await this.#raw.until(isWhole);
    const said = text.slice(this.#read);
    this.#read = text.length;
    return said;
  }

  authorization(type: 1 | 3, scheme = 'NTLM'): string {
    return `Authorization: ${scheme} ${ntlm(type)} ${this.name}\r\n`;
  }

  async signIn(scheme = 'NTLM', method = 'GET', body = ''): Promise<string> {
    expect(await this.ask('/a', this.authorization(1, scheme), method)).toMatch(/^HTTP\/1\.1 401 /);
    return this.ask('/a', this.authorization(3, scheme), method, body);
  }
}

const arrived = (): RawRequest[] => server.requests.filter(({ head }) => !head.target.includes('/public'));

describe.each(roads)('an origin that signs in connections, %s', (road) => {
  async function start(answer: Parameters<typeof startRawServer>[0] = intranet): Promise<void> {
    server = await startRawServer(answer);
    fixture = await startFixture({
      settings: settingsFor(road, server),
    });
  }
  const site = (host = '127.0.0.1'): string => `http://${host}:${server.port}`;
  const browser = (name: string, host?: string): Browser => new Browser(name, site(host));

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PROPFIND', 'RPC_IN_DATA'])(
    'knows a client with %s, and takes nobody else for him',
    async (method) => {
      await start();
      const body = method === 'GET' || method === 'HEAD' || method === 'DELETE' ? '' : 'x'.repeat(100_000);
      for (const scheme of ['NTLM', 'Negotiate']) {
        const bob = browser('bob');
        expect(await bob.signIn(scheme, method, body)).toMatch(/^HTTP\/1\.1 200 [^]*X-User: bob/);
        expect(arrived().at(-1)?.body.length).toBe(body.length);
        for (const other of ['GET', 'POST', method])
          expect(await browser('eve').ask('/a', '', other, body)).toMatch(/^HTTP\/1\.1 401 /);
        expect(await bob.ask('/b')).toContain('X-User: bob');
        bob.raw.destroy();
        expect(await browser('eve').ask('/a')).toMatch(/^HTTP\/1\.1 401 /);
      }
    },
  );

  it('says Proxy-Support to who may sign in, and to nobody else', async () => {
    await start();
    const bob = browser('bob');
    const support = 'Proxy-Support: Session-Based-Authentication';
    expect(await bob.ask('/a')).toContain(support);
    expect(await bob.ask('/a', bob.authorization(1))).toContain(support);
    expect(await bob.ask('/a', bob.authorization(3))).not.toContain('Proxy-Support');
    expect(await bob.ask('/public')).not.toContain('Proxy-Support');
  });

  it('keeps six connections of one browser apart, and three users', async () => {
    await start();
    const names = ['alice', 'alice', 'alice', 'alice', 'alice', 'alice', 'bob', 'carol', 'bob', 'carol'];
    const strangers = setInterval(() => void browser('eve').ask('/public'), 1);
    const pages = await Promise.all(
      names.map(async (name) => {
        const one = browser(name);
        const answers = [await one.signIn()];
        for (let page = 0; page < 5; page += 1) answers.push(await one.ask(`/${page}`));
        return answers;
      }),
    );
    clearInterval(strangers);
    const users = pages.map((answers) => answers.map((answer) => /X-User: (\w+)/.exec(answer)?.[1]));
    expect(users).toEqual(names.map((name) => Array(6).fill(name)));
  });

  it('sends no type 3 to another connection: it is told, and the client connection ends', async () => {
    await start();
    for (const [scheme, token] of [
      ['NTLM', ntlm(3)],
      ['Negotiate', ntlm(3)],
      ['Negotiate', spnego(0xa1)],
    ] as const) {
      for (const method of ['GET', 'POST']) {
        const answer = await browser('bob').ask('/a', `Authorization: ${scheme} ${token}\r\n`, method);
        expect(answer).toMatch(/^HTTP\/1\.1 502 [^]*Connection: close/);
      }
    }
    expect(arrived()).toEqual([]);
  });

  it('ends the client connection when the origin ends its own', async () => {
    await start();
    const bob = browser('bob');
    await bob.signIn();
    for (const { socket, connection } of server.requests)
      if (connection === arrived().at(-1)?.connection) socket.destroy();
    await bob.raw.untilEnd();
    // In the middle of it, and with a last word.
    const carol = browser('carol');
    expect(await carol.ask('/breaks', carol.authorization(1))).toMatch(
      /^HTTP\/1\.1 502 [^]*Connection: close/,
    );
    await carol.raw.untilEnd();
    const dave = browser('dave');
    await dave.signIn();
    expect(await dave.ask('/last')).toMatch(/^HTTP\/1\.1 200 [^]*Connection: close/);
    await dave.raw.untilEnd();
    expect(arrived().filter(({ head }) => head.target.endsWith('/breaks'))).toHaveLength(1);
  });

  it('ends its connection when the client leaves, in the middle of the handshake too', async () => {
    await start();
    const before = server.openCount();
    const [early, late] = [browser('bob'), browser('carol')];
    await early.ask('/a', early.authorization(1));
    await late.signIn();
    expect(server.openCount()).toBe(before + 2);
    early.raw.socket.resetAndDestroy();
    late.raw.socket.end();
    await vi.waitFor(() => expect(server.openCount()).toBe(before));
  });

  it('has a connection for each origin of one client connection', async () => {
    await start();
    const bob = browser('bob');
    await bob.signIn();
    const other = site('localhost');
    expect(await bob.ask(`${other}/a`)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await bob.ask(`${other}/a`, bob.authorization(1))).toMatch(/^HTTP\/1\.1 401 /);
    expect(await bob.ask('/b')).toContain('X-User: bob');
    expect(await bob.ask(`${other}/a`, bob.authorization(3))).toContain('X-User: bob');
    const connections = new Map(arrived().map(({ header, connection }) => [header('Host'), connection]));
    expect(new Set(connections.values()).size).toBe(2);
    expect(await browser('eve', 'localhost').ask('/a')).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('opens tunnels elsewhere, and other protocols on the very connection', async () => {
    await start();
    const bob = browser('bob');
    await bob.signIn();
    const upgrade = 'Connection: Upgrade\r\nUpgrade: echo\r\n';
    expect(await bob.ask('/socket', upgrade)).toMatch(/^HTTP\/1\.1 101 /);
    bob.raw.write('ping');
    expect(await bob.raw.until((text) => text.endsWith('ping'))).toMatch(/ping$/);
    if (road === 'direct') return;
    const carol = browser('carol');
    await carol.signIn();
    const { connection } = arrived().at(-1) ?? {};
    carol.raw.write('CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n');
    await carol.raw.until((text) => text.includes('established'));
    expect(arrived().at(-1)?.head.method).toBe('CONNECT');
    expect(arrived().at(-1)?.connection).not.toBe(connection);
  });

  it('serves pipelined requests of a signed-in client one after the other, as him', async () => {
    await start();
    const bob = browser('bob');
    await bob.signIn();
    const get = (path: string): string => `GET ${site()}${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    bob.raw.write(get('/1') + get('/2') + get('/3'));
    const text = await bob.raw.until((said) => (said.match(/X-User/g) ?? []).length === 4);
    expect(text.match(/X-User: \w+/g)).toEqual(Array(4).fill('X-User: bob'));
    expect(new Set(arrived().map(({ connection }) => connection)).size).toBe(1);
  });

  it('knows a client of HTTP/1.0 that keeps its connection', async () => {
    await start();
    const bob = browser('bob');
    const keep = 'Proxy-Connection: keep-alive\r\n';
    expect(await bob.ask('/a', keep + bob.authorization(1), 'GET', '', '1.0')).toMatch(/^HTTP\/1\.1 401 /);
    expect(await bob.ask('/a', keep + bob.authorization(3), 'GET', '', '1.0')).toContain('X-User: bob');
  });

  it('is signed in anew on another network', async () => {
    await start();
    const bob = browser('bob');
    await bob.signIn();
    fixture.engine.beginEpoch('network-changed');
    await bob.raw.untilEnd();
    expect(await browser('bob').signIn()).toContain('X-User: bob');
  });

  it.each([1, 3] as const)(
    'keeps no connection whose type %i was under way when the network changed',
    async (type) => {
      let answer: (() => void) | undefined;
      await start(async (request) => {
        if (request.head.target.endsWith('/slow')) await new Promise<void>((resolve) => (answer = resolve));
        return intranet(request);
      });
      const bob = browser('bob');
      // In use for a client, no connection ends with the network.
      await bob.ask('/public');
      if (type === 3) await bob.ask('/a', bob.authorization(1));
      const slow = bob.ask('/slow', bob.authorization(type));
      await vi.waitFor(() => expect(answer).toBeDefined());
      fixture.engine.beginEpoch('network-changed');
      answer?.();
      expect(await slow).toMatch(/^HTTP\/1\.1 (?:401|200) [^]*Connection: close/);
      await bob.raw.untilEnd();
      await expect.poll(() => server.openCount()).toBe(0);
    },
  );

  it('takes the name of a host for the same however it is written', async () => {
    await start();
    const bob = browser('bob', 'localhost');
    await bob.signIn();
    expect(await bob.ask(`${site('LocalHost')}/b`)).toContain('X-User: bob');
    expect(new Set(arrived().map(({ connection }) => connection)).size).toBe(1);
  });

  it('ends the client connection when the signed-in one cannot be used any more', async () => {
    await start((request) =>
      request.head.target.endsWith('/unasked')
        ? 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n'
        : intranet(request),
    );
    const bob = browser('bob');
    await bob.signIn();
    expect(await bob.ask('/unasked')).toMatch(/^HTTP\/1\.1 502 [^]*Connection: close/);
    await bob.raw.untilEnd();
    expect(server.openCount()).toBe(0);
  });

  it('ends the client connection when an answer comes that nobody has asked for', async () => {
    await start();
    const bob = browser('bob');
    await bob.signIn();
    arrived().at(-1)?.socket.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n');
    await expect.poll(() => bob.raw.hasEnded).toBe(true);
    expect(server.openCount()).toBe(0);
  });

  it('hides no sign-in behind another Authorization line', async () => {
    await start();
    const bob = browser('bob');
    const basic = 'Authorization: Basic YTpi\r\n';
    await bob.ask('/a', basic + bob.authorization(1));
    expect(await browser('eve').ask('/a', basic + browser('eve').authorization(3))).toMatch(
      /^HTTP\/1\.1 502 /,
    );
    expect(arrived()).toHaveLength(1);
    await browser('eve').ask('/public');
    expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(2);
  });

  it.skipIf(road === 'direct')('signs nothing in with a CONNECT', async () => {
    await start(({ header }) =>
      denied(header('Authorization') === undefined ? 'Basic' : 'NTLM Y2hhbGxlbmdl'),
    );
    for (const type of [1, 3] as const) {
      const bob = browser('bob');
      const lines = `Host: a.test:443\r\n${bob.authorization(type)}`;
      bob.raw.write(`CONNECT a.test:443 HTTP/1.1\r\n${lines}\r\n`);
      await bob.raw.until((text) => text.endsWith('denied'));
    }
    expect(server.requests.map(({ header }) => header('Authorization'))).toEqual([undefined, undefined]);
  });

  it('leaves connections alone that nobody signs in', async () => {
    await start();
    for (let round = 0; round < 5; round += 1)
      expect(await browser('eve').ask('/public')).toContain('public');
    expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(1);
  });
});

it('begins a sign-in once when the company network turns out to be away', async () => {
  server = await startRawServer(intranet);
  const proxy = await startRawServer(() => okay());
  fixture = await startFixture({
    settings: { upstreams: [{ host: '127.0.0.1', port: proxy.port }], offNetwork: 'direct' },
  });
  const bob = new Browser('bob', `http://127.0.0.1:${server.port}`);
  await bob.ask('/a');
  expect(proxy.requests).toHaveLength(1);
  await proxy.close();
  expect(await bob.signIn()).toContain('X-User: bob');
});

/** An origin that answers the head of a request, and reads the body afterwards. */
async function startHastyOrigin(): Promise<{ readonly port: number; readonly close: () => void }> {
  const sockets = new Set<Socket>();
  const hasty = createServer((socket) => {
    let said = '';
    let isAsked = false;
    sockets.add(socket);
    socket
      .on('error', () => socket.destroy())
      .on('data', (chunk: Buffer) => {
        said += chunk.toString('latin1');
        if (!isAsked && said.includes('\r\n\r\n')) {
          isAsked = true;
          socket.write(denied('NTLM Y2hhbGxlbmdl'));
        }
        if (said.includes(ntlm(3)) && said.endsWith('\r\n\r\n')) socket.write(okay('signed in'));
      });
  });
  await new Promise<void>((resolve) => hasty.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    hasty.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (hasty.address() as AddressInfo).port, close };
}

it('signs in although the demand for it comes before the end of the body', async () => {
  server = await startRawServer(intranet);
  const hasty = await startHastyOrigin();
  fixture = await startFixture({ settings: { noProxy: ['127.0.0.1'] } });
  const ask = async (rest: number, lines = ''): Promise<RawClient> => {
    const bob = new Browser('bob', `http://127.0.0.1:${hasty.port}`);
    const head = `POST ${bob.site}/a HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n${lines}`;
    bob.raw.write(`${head}${bob.authorization(1)}\r\n`);
    bob.raw.write('x'.repeat(rest));
    expect(await bob.raw.until((text) => text.endsWith('denied'))).toMatch(/^HTTP\/1\.1 401 /);
    return bob.raw;
  };
  const whole = await ask(300_000);
  expect(whole.text).not.toContain('Connection: close');
  whole.write(
    `GET http://127.0.0.1:${hasty.port}/a HTTP/1.1\r\nHost: x\r\nAuthorization: NTLM ${ntlm(3)}\r\n\r\n`,
  );
  await whole.until((text) => text.endsWith('signed in'));
  // Nobody knows whether the rest will come: so the challenge is of no use, and the client is told.
  for (const lines of ['', 'Expect: 100-continue\r\n']) {
    const part = await ask(1_000, lines);
    expect(part.text).toContain('Connection: close');
    await part.untilEnd();
  }
  hasty.close();
});
