import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Fixture,
  type FixtureOptions,
  RawClient,
  send,
  startFixture,
} from '../../../test/engine-fixture';
import { defaultHopTimeouts } from '../upstream/hop-timeouts';
import {
  okay,
  type RawRequest,
  type RawServer,
  type RoadName,
  roads,
  settingsFor,
  startRawServer,
} from '../../../test/raw-server';

let fixture: Fixture;
let server: RawServer;
const clients: RawClient[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.destroy();
  await fixture.close();
  await server.close();
  expect(fixture.internalErrors).toEqual([]);
});

type Answer = Parameters<typeof startRawServer>[0];

/** The server is the origin of the direct road, or a company proxy that asks for no sign-in. */
async function start(
  road: RoadName,
  answer: Answer,
  settings: FixtureOptions['settings'] = {},
): Promise<void> {
  // A HEAD comes before a body, to find out whether a sign-in is asked for.
  server = await startRawServer((one) =>
    one.head.method === 'HEAD' || pathOf(one) === '/warm' ? okay('') : answer(one),
  );
  fixture = await startFixture({
    settings: {
      ...settingsFor(road, server),
      ...settings,
    },
    engine: { timeouts: defaultHopTimeouts },
  });
  // From now on it is known that no sign-in is asked for.
  if (road !== 'direct') await send(fixture.port, `http://127.0.0.1:${server.port}/warm`);
}

function client(bytes = ''): RawClient {
  const one = new RawClient(fixture.port).write(bytes);
  clients.push(one);
  return one;
}

const request = (path: string, method = 'GET', lines = ''): string =>
  `${method} http://127.0.0.1:${server.port}${path} HTTP/1.1\r\nHost: x\r\n${lines}\r\n`;
const pathOf = ({ head }: RawRequest): string => head.target.replace(/^http:\/\/[^/]+/, '');
const statuses = (text: string): string[] => text.match(/HTTP\/1\.1 \d{3}/g) ?? [];
const arrived = (): string[] =>
  server.requests
    .filter((one) => one.head.method !== 'HEAD' && pathOf(one) !== '/warm')
    .map((one) => `${one.head.method} ${pathOf(one)}`);
/** Answers that a test gives when it likes. */
function held(): {
  answer: (request: RawRequest) => Promise<string>;
  release: (body?: string) => void;
  count: () => number;
} {
  const waiting: ((said: string) => void)[] = [];
  return {
    answer: () => new Promise((resolve) => waiting.push(resolve)),
    release: (body) => waiting.shift()?.(okay(body)),
    count: () => waiting.length,
  };
}
const finishedCount = (): number => fixture.events.filter(({ kind }) => kind === 'request-finished').length;

describe.each(roads)('pipelined requests, %s', (road) => {
  it('are answered in their order, at most 16 of them at once', async () => {
    let underWay = 0;
    let most = 0;
    await start(road, async (one) => {
      underWay += 1;
      most = Math.max(most, underWay);
      // The later, the sooner, so that answers come in the wrong order.
      await new Promise((resolve) => setTimeout(resolve, 20 - (Number(pathOf(one).slice(1)) % 20)));
      underWay -= 1;
      return okay(pathOf(one));
    });
    const paths = Array.from({ length: 2_000 }, (_, index) => `/${index}`);
    const one = client(paths.map((path) => request(path)).join(''));
    const text = await one.until((said) => said.endsWith('\r\n\r\n/1999'));
    expect(text.match(/\r\n\r\n\/\d+/g)?.map((body) => body.trim())).toEqual(paths);
    expect(most).toBeLessThanOrEqual(16);
    expect(most).toBeGreaterThan(1);
  });

  it.each(['PUT', 'POST', 'DELETE', 'LIST'])(
    'that change something are waited for, and wait: %s',
    async (method) => {
      const { answer, release, count } = held();
      await start(road, answer);
      const length = method === 'DELETE' ? '' : 'Content-Length: 3\r\n';
      const body = method === 'DELETE' ? '' : 'abc';
      const one = client(
        request('/1') + request('/2') + request('/3', method, length) + body + request('/4') + request('/5'),
      );
      await vi.waitFor(() => expect(arrived().toSorted()).toEqual(['GET /1', 'GET /2']));
      release();
      release();
      await vi.waitFor(() => expect(arrived().at(-1)).toBe(`${method} /3`));
      expect(arrived()).toHaveLength(3);
      release();
      await vi.waitFor(() => expect(count()).toBe(2));
      release();
      release();
      expect(statuses(await one.until((said) => statuses(said).length === 5))).toEqual(
        Array(5).fill('HTTP/1.1 200'),
      );
    },
  );

  it('that are none are told so behind the answers that are due', async () => {
    const { answer, release } = held();
    await start(road, answer);
    const one = client(`${request('/1')}${request('/2', 'POST', 'Transfer-Encoding: gzip, chunked\r\n')}`);
    await vi.waitFor(() => expect(arrived()).toEqual(['GET /1']));
    release('first');
    const text = await one.untilEnd();
    expect(statuses(text)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 501']);
    expect(text).toContain('first');
  });

  it('behind one that ends the connection are not carried out', async () => {
    const { answer, release } = held();
    await start(road, answer);
    const one = client(request('/1', 'GET', 'Connection: close\r\n') + request('/2') + request('/3', 'PUT'));
    one.write(request('/4'));
    await vi.waitFor(() => expect(arrived()).toEqual(['GET /1']));
    release();
    expect(statuses(await one.untilEnd())).toEqual(['HTTP/1.1 200']);
    expect(arrived()).toEqual(['GET /1']);
  });

  it('whose body has been cut short before its turn are told so', async () => {
    const { answer, release } = held();
    await start(road, answer);
    const one = client(`${request('/1')}${request('/2', 'PUT', 'Content-Length: 100\r\n')}abc`);
    one.socket.end();
    await new Promise((resolve) => one.socket.once('finish', resolve));
    await vi.waitFor(() => expect(arrived()).toEqual(['GET /1']));
    release('first');
    expect(statuses(await one.untilEnd())).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
    expect(arrived()).toEqual(['GET /1']);
  });

  it('go on behind a body of any size, and behind one that nobody wanted whole', async () => {
    await start(road, ({ body }) => okay(String(body.length)));
    const one = client();
    for (const size of [1, 65_536, 300_000]) {
      one.write(request('/', 'POST', `Content-Length: ${size}\r\n`)).write(Buffer.alloc(size, 'x'));
      expect(await one.until((said) => said.endsWith(`\r\n\r\n${size}`))).toMatch(new RegExp(`${size}$`));
    }
    // The answer is Latchkey's own, and comes before the body.
    one.write(`POST http:// HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n`);
    await one.until((said) => said.includes('HTTP/1.1 400'));
    one.write(Buffer.alloc(200_000, 'x')).write(request('/last'));
    expect(statuses(await one.until((said) => statuses(said).length === 5)).at(-1)).toBe('HTTP/1.1 200');
  });
});

describe('a client that does not read', () => {
  const count = 3_000;
  const body = 'z'.repeat(20_000);

  /** Asks for 60 MB, reads nothing, and waits until nothing more is done for it. */
  async function pipelined(): Promise<RawClient> {
    await start('direct', () => okay(body));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [one, other] = [client(), client()];
    one.socket.pause();
    one.write(request('/').repeat(count - 1) + request('/', 'GET', 'Connection: close\r\n'));
    let before = -1;
    for (let said = 0, quiet = 0; quiet < 20; quiet = before === forOne(said) ? quiet + 1 : 0) {
      before = forOne(said);
      said += 1;
      other.write(request('/other', 'HEAD'));
      await other.until((text) => statuses(text).length === said);
    }
    return one;
  }
  const forOne = (others: number): number => server.requests.length - others;

  it('is not answered on and on, but when it reads', async () => {
    const one = await pipelined();
    expect(arrived().length).toBeLessThan(count / 2);
    // Longer than a connection without a request stays open.
    vi.advanceTimersByTime(200_000);
    one.socket.resume();
    const text = await one.untilEnd();
    expect(statuses(text)).toHaveLength(count);
    expect(text.length).toBeGreaterThan(count * body.length);
  });

  it('is gone when it has taken nothing for minutes', async () => {
    const one = await pipelined();
    vi.advanceTimersByTime(1_000_000);
    one.socket.resume();
    expect(statuses(await one.untilEnd()).length).toBeLessThan(count / 2);
  });
});

/** What a client sends before it leaves; each is under way, and some of it can never be answered. */
const silences: Readonly<Record<string, () => string>> = {
  'a request': () => request('/hang'),
  'a pipeline': () => request('/slow') + request('/hang') + request('/big') + request('/hang'),
  'requests that wait for their turn': () =>
    request('/hang') + request('/hang', 'DELETE') + request('/hang').repeat(40),
  'an upload without an end': () => `${request('/hang', 'POST', 'Content-Length: 9999\r\n')}abc`,
  'an upload behind another request': () =>
    `${request('/slow')}${request('/up', 'PUT', 'Transfer-Encoding: chunked\r\n')}3\r\nabc\r\n`,
  'half a head': () => request('/hang').slice(0, -2),
  'an upgrade': () => request('/hang', 'GET', 'Connection: Upgrade\r\nUpgrade: x\r\n'),
  'a tunnel': () => `CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\nHost: x\r\n\r\n`,
  'a large answer': () => request('/big'),
  nothing: () => '',
};

describe.each(roads)('a client that leaves, %s', (road) => {
  const answer: Answer = async (one) => {
    if (pathOf(one) === '/slow') await new Promise((resolve) => setTimeout(resolve, 20));
    else if (pathOf(one) === '/big') return okay('z'.repeat(3_000_000));
    else if (one.head.method === 'CONNECT' || pathOf(one) !== '/ok') return undefined;
    return okay();
  };

  it.each(Object.keys(silences))('behind %s leaves nothing behind', async (name) => {
    await start(road, answer);
    const ends = [
      (one: RawClient) => one.socket.resetAndDestroy(),
      (one: RawClient) => one.socket.destroy(),
      (one: RawClient) => one.socket.destroy(),
    ];
    for (const [index, end] of ends.entries()) {
      const one = client(silences[name]?.() ?? '');
      // Nobody reads the large answer, so that it is under way.
      if (name === 'a large answer') one.socket.pause();
      const before = server.requests.length;
      if (index < 2 && name !== 'nothing' && name !== 'half a head')
        await vi.waitFor(() => expect(server.requests.length + server.openCount()).toBeGreaterThan(before));
      end(one);
    }
    // Connections that are signed in and idle may stay; those of whoever has left must not.
    await vi.waitFor(() => expect(server.openCount()).toBeLessThanOrEqual(1), { timeout: 30_000 });
    expect(statuses(await client(request('/ok', 'GET', 'Connection: close\r\n')).untilEnd())).toEqual([
      'HTTP/1.1 200',
    ]);
  });

  it.each(Object.keys(silences))('is not waited for at the end, behind %s', async (name) => {
    await start(road, answer);
    for (let count = 0; count < 3; count += 1) client(silences[name]?.() ?? '');
    if (name !== 'nothing' && name !== 'half a head')
      await vi.waitFor(() => expect(server.openCount()).toBeGreaterThan(0));
    await fixture.engine.close();
    await vi.waitFor(() => expect(server.openCount()).toBe(0));
    for (const one of clients) await one.untilEnd();
  });

  it('has gone when it has closed its side and nothing comes for half a minute', async () => {
    await start(road, answer);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const one = client(request('/hang'));
    await vi.waitFor(() => expect(arrived()).toEqual(['GET /hang']));
    one.socket.end();
    const isEnded = vi.waitFor(() => expect(server.openCount()).toBe(0), { timeout: 30_000 });
    // The end has to arrive before its time can begin.
    while (server.openCount() > 0) {
      await new Promise(setImmediate);
      vi.advanceTimersByTime(10_000);
    }
    await isEnded;
    expect(statuses(await one.untilEnd())).toEqual([]);
  });

  it('still gets its answer when it has only closed its side', async () => {
    const { answer: later, release } = held();
    await start(road, later);
    const one = client(request('/1') + request('/2'));
    one.socket.end();
    await vi.waitFor(() => expect(arrived()).toHaveLength(2));
    release('a');
    release('b');
    expect(statuses(await one.untilEnd())).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });
});

describe('a client', () => {
  it('that has gone is noticed when nobody takes what it sends, and its end cannot be seen', async () => {
    const silent = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const hops: Socket[] = [];
    silent.on('connection', (socket) => hops.push(socket));
    await start('direct', () => okay());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const one = client(
      `PUT http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 90000000\r\n\r\n`,
    );
    one.write(Buffer.alloc(40_000_000));
    let sent = -1;
    while (one.socket.bytesWritten - one.socket.writableLength !== sent || hops.length === 0) {
      sent = one.socket.bytesWritten - one.socket.writableLength;
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    }
    one.socket.resetAndDestroy();
    expect(finishedCount()).toBe(0);
    while (finishedCount() === 0) {
      await new Promise(setImmediate);
      vi.advanceTimersByTime(450_000);
    }
    for (const hop of hops) hop.destroy();
    silent.close();
  });

  it('that is not allowed is never parsed, and soon gone', async () => {
    await start('direct', () => okay(), {
      access: [{ action: 'deny', host: '127.0.0.1', prefixLength: 32 }],
    });
    const one = client(request('/').repeat(5_000));
    let sent = 0;
    const flood = setInterval(() => {
      sent += 1;
      one.write('X');
    }, 1);
    const text = await one.untilEnd();
    await new Promise((resolve) => one.socket.once('close', resolve));
    clearInterval(flood);
    expect(sent).toBeGreaterThan(0);
    expect(statuses(text)).toEqual(['HTTP/1.1 403']);
    expect(finishedCount()).toBe(1);
    expect(server.requests).toEqual([]);
  });

  it.each(roads)('that does not read is not sent interim answers without end, %s', async (road) => {
    const hint = `HTTP/1.1 103 Early Hints\r\nLink: <${'x'.repeat(1_000)}>; rel=preload\r\n\r\n`;
    let isThrough = false;
    await start(road, async ({ socket }) => {
      const closed = once(socket, 'close');
      for (let count = 0; count < 40_000; count += 200) {
        if (!socket.write(hint.repeat(200), 'latin1')) await Promise.race([once(socket, 'drain'), closed]);
      }
      isThrough = true;
      return okay('last');
    });
    const one = client();
    one.socket.pause();
    one.write(request('/', 'GET', 'Connection: close\r\n'));
    await vi.waitFor(() => expect(isThrough).toBe(true), { timeout: 30_000 });
    one.socket.resume();
    const text = await one.untilEnd();
    expect(text.endsWith('last')).toBe(true);
    expect(statuses(text).filter((status) => status.endsWith('103')).length).toBeLessThanOrEqual(32);
  });

  it('that asks too slowly is told so', async () => {
    await start('direct', () => okay());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [slow, idle] = [client('GET http://x'), client()];
    const ended = Promise.all([slow.untilEnd(), idle.untilEnd()]);
    const timer = setInterval(() => vi.advanceTimersByTime(10_000), 1);
    const [text, nothing] = await ended;
    clearInterval(timer);
    expect(statuses(text)).toEqual(['HTTP/1.1 408']);
    expect(nothing).toBe('');
  });
});
