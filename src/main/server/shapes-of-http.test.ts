import { afterEach, describe, expect, it } from 'vitest';
import { type Fixture, RawClient, startFixture } from '../../../test/engine-fixture';
import {
  okay,
  type RawRequest,
  type RawServer,
  type RoadName,
  roads,
  settingsFor,
  startRawServer,
} from '../../../test/raw-server';

type Answer = (request: RawRequest) => string | undefined;

let fixture: Fixture;
let server: RawServer;
const clients: RawClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await fixture.close();
  await server.close();
  expect(fixture.internalErrors).toEqual([]);
});

/** The server is the origin of the direct road, or a company proxy that asks for no sign-in. */
async function start(road: RoadName, answer: Answer = () => okay()): Promise<void> {
  // A HEAD comes before a body, to find out whether a sign-in is asked for.
  server = await startRawServer((request) => (request.head.method === 'HEAD' ? okay('') : answer(request)));
  fixture = await startFixture({
    settings: settingsFor(road, server),
  });
}

function client(bytes: string): RawClient {
  const one = new RawClient(fixture.port).write(bytes);
  clients.push(one);
  return one;
}

const base = (): string => `http://127.0.0.1:${server.port}`;

/** One request of its own connection, which the answer ends. */
function ask(start: string, lines = '', body = ''): Promise<string> {
  return client(`${start}\r\nHost: x\r\nConnection: close\r\n${lines}\r\n${body}`).untilEnd();
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
/** What reached the server, without what was sent to find out whether it asks for a sign-in. */
const arrived = (): RawRequest[] => server.requests.filter(({ head }) => head.method !== 'HEAD');

describe.each(roads)('%s', (road) => {
  it.each([
    'PATCH LIST VERSION-CONTROL BASELINE-CONTROL RPC_IN_DATA RPC_OUT_DATA BITS_POST CCM_POST QUERY get Foo',
    "PROPFIND REPORT SEARCH MKCALENDAR BPROPPATCH X-MS-ENUMATTS !#$%&'*+-.^_`|~ 9",
  ])('methods are tokens: %s', async (methods) => {
    await start(road);
    for (const method of methods.split(' ')) {
      expect([method, statusOf(await ask(`${method} ${base()}/ HTTP/1.1`))]).toEqual([method, 200]);
      expect(arrived().at(-1)?.head.method).toBe(method);
      const posted = await ask(`${method} ${base()}/ HTTP/1.1`, 'Content-Length: 3\r\n', 'abc');
      expect([method, statusOf(posted)]).toEqual([method, 200]);
      expect(arrived().at(-1)?.body.toString()).toBe('abc');
    }
  });

  it.each([
    ['UTF-8', '/\xc3\x9cbersicht?q=\xc3\xa4', undefined],
    ['Latin-1', '/\xfc', undefined],
    ['what URLs do not have', '/a|b{c}^`"<>\\', undefined],
    ['a broken escape', '/%zz%u00fc', undefined],
    ['blanks', '/a b  c', '/a%20b%20%20c'],
  ])('a target with %s', async (_title, path, written = path) => {
    await start(road);
    expect(statusOf(await ask(`GET ${base()}${path} HTTP/1.1`))).toBe(200);
    expect(arrived()[0]?.head.target).toBe(road === 'direct' ? written : base() + written);
  });

  it('values with bytes from 0x80, both ways', async () => {
    await start(road, () => okay('ok', 'X-Name: \xc3\xbc\xff\r\n'));
    const answer = await ask(`GET ${base()}/ HTTP/1.1`, 'Cookie: a=\xc3\xbc\r\nReferer: http://b/\xfc\r\n');
    expect(answer).toContain('X-Name: \xc3\xbc\xff\r\n');
    expect(arrived()[0]?.header('Cookie')).toBe('a=\xc3\xbc');
    expect(arrived()[0]?.header('Referer')).toBe('http://b/\xfc');
  });

  it.each<[number, string, string]>([
    [501, 'a coding besides chunked', 'Transfer-Encoding: gzip, chunked\r\n'],
    [501, 'the same in two lines', 'Transfer-Encoding: x-foo\r\nTransfer-Encoding: chunked\r\n'],
    [400, 'a coding without an end', 'Transfer-Encoding: gzip\r\n'],
    [400, 'a misspelt coding', 'Transfer-Encoding: xchunked\r\n'],
    [400, 'identity', 'Transfer-Encoding: identity\r\n'],
    [400, 'chunked twice', 'Transfer-Encoding: chunked, chunked\r\n'],
    [400, 'an empty member', 'Transfer-Encoding: ,chunked\r\n'],
    [400, 'both framings', 'Transfer-Encoding: chunked\r\nContent-Length: 3\r\n'],
    [400, 'two lengths', 'Content-Length: 3\r\nContent-Length: 4\r\n'],
    [400, 'no number', 'Content-Length: +3\r\n'],
    [400, 'a blank before the colon', 'Content-Length : 3\r\n'],
    [400, 'a folded line', 'X: a\r\n b\r\n'],
    [400, 'a second Host', 'Host: y\r\n'],
    [431, 'too much', `X: ${'a'.repeat(80_000)}\r\n`],
  ])('says %d to %s, and sends nothing on', async (status, _title, lines) => {
    await start(road);
    const answer = await ask(`POST ${base()}/ HTTP/1.1`, lines, '3\r\nabc\r\n0\r\n\r\n');
    expect(statusOf(answer)).toBe(status);
    expect(answer).toContain('Proxy-Status: latchkey; error=http_request_error');
    expect(server.requests).toEqual([]);
  });

  it.each<[number, string]>([
    [400, 'GET /%s HTTP/1.1\r\n\r\n'],
    [400, 'GET %s HTTP/1.1\r\nHost: a b\r\n\r\n'],
    [400, 'GET %s HTTP/1.1\r\nHost: a/b\r\n\r\n'],
    [400, 'POST %s HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    [400, 'GET  HTTP/1.1\r\nHost: x\r\n\r\n'],
    [400, 'G(T %s HTTP/1.1\r\nHost: x\r\n\r\n'],
    [505, 'GET %s HTTP/2.0\r\nHost: x\r\n\r\n'],
    [505, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    [400, 'GET %s\r\n\r\n'],
  ])('says %d to %j', async (status, request) => {
    await start(road);
    expect(statusOf(await client(request.replace('%s', `${base()}/`)).untilEnd())).toBe(status);
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['at once', ''],
    ['behind the first chunk', '3\r\nabc\r\n'],
  ])('says 400 to a broken chunk %s, and the server never gets a whole body', async (_title, good) => {
    await start(road);
    for (const broken of ['3\nabc\n0\n\n', 'z\r\n', '3\r\nabcX', '-1\r\n']) {
      const answer = await ask(
        `POST ${base()}/ HTTP/1.1`,
        'Transfer-Encoding: chunked\r\n',
        good + broken + '0\r\n\r\n',
      );
      expect([broken, statusOf(answer)]).toEqual([broken, 400]);
    }
    expect(arrived()).toEqual([]);
  });

  it('says 400 to a request that ends in its middle', async () => {
    await start(road);
    for (const part of ['GET', `POST ${base()}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc`]) {
      const one = client(part);
      one.socket.end();
      expect(await one.untilEnd()).toMatch(/^HTTP\/1\.1 400 [^]*\r\nDate: /);
    }
    expect(arrived()).toEqual([]);
  });

  it('takes padded chunk sizes and equal lengths, and writes them plain', async () => {
    await start(road, ({ head }) =>
      head.target.endsWith('/pad')
        ? 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5  \r\nhello\r\n0 ;a\r\n\r\n'
        : 'HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\nContent-Length: 5\r\n\r\nhello',
    );
    const chunked = await ask(`GET ${base()}/pad HTTP/1.1`);
    expect(chunked).toMatch(/\r\nTransfer-Encoding: chunked\r\n[^]*\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/);
    const answer = await ask(`POST ${base()}/ HTTP/1.1`, 'Content-Length: 3, 3\r\n', 'abc');
    expect(answer.match(/content-length: .*/gi)).toEqual(['Content-Length: 5']);
    expect(answer.endsWith('hello')).toBe(true);
    expect(
      arrived()
        .at(-1)
        ?.head.headers.filter((_, at, all) => all[at - 1] === 'Content-Length'),
    ).toEqual(['3']);
  });

  it('takes what is wrong in answers as browsers do', async () => {
    await start(road, () =>
      okay('ok', 'X-One : 1\r\nX-Two: a\r\n  b\r\nnonsense\r\n: nameless\r\nX Y: z\r\nX-Three: 3\r\n'),
    );
    const answer = await ask(`GET ${base()}/ HTTP/1.1`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nX-One: 1\r\nX-Two: a b\r\nX-Three: 3\r\n/);
    expect(answer).not.toMatch(/nonsense|nameless|X Y/);
  });

  it('takes an answer with a head of 250 KiB', async () => {
    await start(road, () => okay('ok', `X-Large: ${'a'.repeat(250_000)}\r\n`));
    expect(await ask(`GET ${base()}/ HTTP/1.1`)).toMatch(/^HTTP\/1\.1 200 OK\r\nX-Large: a{250000}\r\n/);
  });

  it('passes on neither hop-by-hop fields nor others that are no trailers, in both directions', async () => {
    const trailers =
      'X-Sum: 1\r\nProxy-Authorization: NTLM abc\r\nContent-Length: 7\r\nTransfer-Encoding: gzip\r\nHost: evil\r\n' +
      'Connection: close\r\nSet-Cookie: a=b\r\nProxy-Authenticate: NTLM\r\n';
    await start(
      road,
      () => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${trailers}\r\n`,
    );
    const body = `3\r\nabc\r\n0\r\n${trailers}\r\n`;
    const answer = await ask(`POST ${base()}/ HTTP/1.1`, 'Transfer-Encoding: chunked\r\n', body);
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe('2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n');
    expect(arrived()[0]?.trailers).toEqual(['X-Sum', '1']);
    expect(arrived()[0]?.body.toString()).toBe('abc');
  });

  it('adds a Date where none is, names the version that came in Via, and serves HTTP/1.0 and 1.2', async () => {
    await start(road, ({ head }) =>
      okay(`1.${head.minorVersion}`, head.target.endsWith('/old') ? 'Date: then\r\n' : ''),
    );
    const now = await ask(`GET ${base()}/ HTTP/1.2`);
    expect(now).toMatch(/\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/);
    expect(arrived().at(-1)?.header('Via')).toMatch(/^1\.1 latchkey-/);
    const old = await client(`GET ${base()}/old HTTP/1.0\r\n\r\n`).untilEnd();
    expect(old.match(/Date: .*/g)).toEqual(['Date: then']);
    expect(old).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n/);
    expect(arrived().at(-1)?.header('Via')).toMatch(/^1\.0 latchkey-/);
    const kept = client(`GET ${base()}/ HTTP/1.0\r\nProxy-Connection: keep-alive\r\n\r\n`);
    expect(await kept.until((text) => text.endsWith('1.1'))).toContain('\r\nConnection: keep-alive\r\n');
  });

  it('gives 204 no length, and 426 its Upgrade', async () => {
    await start(road, ({ head }) =>
      head.target.endsWith('/426')
        ? 'HTTP/1.1 426 Upgrade Required\r\nConnection: Upgrade\r\nUpgrade: TLS/1.3\r\nContent-Length: 0\r\n\r\n'
        : 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
    );
    const one = client(
      `GET ${base()}/ HTTP/1.1\r\nHost: x\r\n\r\nGET ${base()}/426 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    const [, first = '', second = ''] = (await one.untilEnd()).split('HTTP/1.1 ');
    expect(first).toMatch(/^204 /);
    expect(first).not.toMatch(/content-length/i);
    expect(second).toMatch(/^426 [^]*\r\nConnection: Upgrade\r\nUpgrade: TLS\/1\.3\r\n/);
  });

  it.each([
    ['5\r\nContent-Length: 5', 'Content-Length: 5'],
    ['5, 5', 'Content-Length: 5'],
    ['5\r\nContent-Length: 7', undefined],
    ['-1', undefined],
  ])('tells the length that a 304 stands for once, or not: %j', async (sent, told) => {
    await start(road, () => `HTTP/1.1 304 Not Modified\r\nContent-Length: ${sent}\r\n\r\n`);
    const answer = await ask(`GET ${base()}/ HTTP/1.1`);
    expect(answer).toMatch(/^HTTP\/1\.1 304 /);
    expect(answer.match(/content-length.*(?=\r)/gi) ?? []).toEqual(told === undefined ? [] : [told]);
  });

  it.each([103, 101])('passes on of an answer of %i what is meant for the client', async (status) => {
    const own = 'X-Hop: 1\r\nKeep-Alive: 1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n';
    const lines = `Link: </a>\r\nConnection: Upgrade, X-Hop\r\nUpgrade: x\r\n${own}Proxy-Authenticate: NTLM\r\n`;
    await start(road, ({ head }) =>
      head.target.endsWith('/warm') ? okay() : `HTTP/1.1 ${status} Told\r\n${lines}\r\n${okay('end')}`,
    );
    // What comes before it is known that no sign-in is asked for is not passed on.
    await ask(`GET ${base()}/warm HTTP/1.1`);
    const one = client(`GET ${base()}/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n`);
    const [head = ''] = (await one.until((text) => text.endsWith('end'))).split('\r\n\r\n');
    expect(head.replace(/-[0-9a-f]{6}$/, '').split('\r\n')).toEqual([
      `HTTP/1.1 ${status} Told`,
      'Link: </a>',
      ...(status === 101 ? ['Connection: Upgrade', 'Upgrade: x'] : []),
      'Via: 1.1 latchkey',
    ]);
  });

  it('answers TRACE and OPTIONS itself when they may go no further, and counts down else', async () => {
    await start(road);
    const traced = await ask(
      `TRACE ${base()}/ HTTP/1.1`,
      'Max-Forwards: 0\r\nCookie: s=1\r\nAuthorization: Basic YTpi\r\n',
    );
    expect(traced).toMatch(/^HTTP\/1\.1 200 [^]*message\/http[^]*\r\n\r\nTRACE http[^]*Max-Forwards: 0\r\n/);
    expect(traced).not.toMatch(/s=1|YTpi/);
    expect(statusOf(await ask(`OPTIONS ${base()}/ HTTP/1.1`, 'Max-Forwards: 0\r\n'))).toBe(200);
    expect(server.requests).toEqual([]);
    for (const method of ['TRACE', 'OPTIONS']) {
      expect(statusOf(await ask(`${method} ${base()}/ HTTP/1.1`, 'Max-Forwards: 3\r\n'))).toBe(200);
      expect(arrived().at(-1)?.header('Max-Forwards')).toBe('2');
    }
    await ask(`GET ${base()}/ HTTP/1.1`, 'Max-Forwards: 0\r\n');
    expect(arrived().at(-1)?.header('Max-Forwards')).toBe('0');
    await ask(`OPTIONS ${base()} HTTP/1.1`);
    expect(arrived().at(-1)?.head.target).toBe(road === 'direct' ? '*' : base());
  });

  it.each(['GET', 'POST'])('takes no 101 that nobody asked for: %s', async (method) => {
    await start(road, () => 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
    expect(statusOf(await ask(`${method} ${base()}/ HTTP/1.1`))).toBe(502);
  });

  it.each(['NTLM TlRMTVNTUAABAAAA', 'Negotiate YII=', 'Digest username="a"'])(
    'says 407 without a challenge to an upload that is emptied for a sign-in: %s',
    async (value) => {
      await start(road);
      for (const method of ['POST', 'PUT', 'LIST']) {
        const answer = await ask(
          `${method} ${base()}/ HTTP/1.1`,
          `Proxy-Authorization: ${value}\r\nContent-Length: 0\r\n`,
        );
        expect(statusOf(answer)).toBe(407);
        expect(answer).not.toMatch(/proxy-authenticate/i);
      }
      expect(arrived()).toEqual([]);
      const whole = await ask(
        `POST ${base()}/ HTTP/1.1`,
        `Proxy-Authorization: ${value}\r\nContent-Length: 3\r\n`,
        'abc',
      );
      expect(statusOf(whole)).toBe(200);
      expect(statusOf(await ask(`GET ${base()}/ HTTP/1.1`, `Proxy-Authorization: ${value}\r\n`))).toBe(200);
      expect(arrived().map(({ header }) => header('Proxy-Authorization') === value)).toEqual([false, false]);
    },
  );

  it('is carried out over another connection where an idle one got an answer that nobody has asked for', async () => {
    await start(road);
    expect(statusOf(await ask(`GET ${base()}/ HTTP/1.1`))).toBe(200);
    // As servers do whose patience with an idle connection is at its end.
    server.requests.at(-1)?.socket.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n');
    await expect.poll(() => server.openCount()).toBe(0);
    const answer = await ask(`POST ${base()}/ HTTP/1.1`, 'Content-Length: 3\r\n', 'abc');
    expect(statusOf(answer)).toBe(200);
    expect(arrived().map(({ head }) => head.method)).toEqual(['GET', 'POST']);
  });

  it('asks the client to close where it waits for 100 and gets a last answer', async () => {
    await start(road);
    const one = client(
      'POST http:// HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n',
    );
    expect(await one.untilEnd()).toMatch(/^HTTP\/1\.1 400 [^]*Connection: close/);
  });
});

describe('CONNECT', () => {
  const tunnels: Answer = ({ head, socket }) => {
    if (head.method !== 'CONNECT') return okay();
    socket.removeAllListeners('data').on('data', (chunk: Buffer) => socket.write(chunk));
    return 'HTTP/1.1 200 Connection established\r\n\r\n';
  };

  it.each(['Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', 'Content-Length: 40\r\n'])(
    'with %j: the field is dropped, the bytes belong to the tunnel',
    async (line) => {
      await start('through the company proxy', tunnels);
      const one = client(`CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n${line}\r\nhello`);
      expect(await one.until((text) => text.endsWith('hello'))).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nhello$/);
      const sent = server.requests.find(({ head }) => head.method === 'CONNECT');
      expect(sent?.header('content-length') ?? sent?.header('transfer-encoding')).toBeUndefined();
    },
  );

  it('with an answer of 101 is 502', async () => {
    await start('through the company proxy', () => 'HTTP/1.1 101 Switching Protocols\r\n\r\n');
    const one = client('CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n');
    expect(statusOf(await one.untilEnd())).toBe(502);
  });

  it.each(['a.test', 'a.test:0', 'http://a.test/', '*'])('to %s is 400', async (target) => {
    await start('through the company proxy', tunnels);
    expect(statusOf(await client(`CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`).untilEnd())).toBe(400);
  });
});
