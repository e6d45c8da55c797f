import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../../test/servers/run-command';
import type { PacState } from '../../shared/pac';
import type { KeptPac } from '../../shared/pac';
import { PacKeeper, type PacKeeperOptions } from './pac-keeper';

const patience = { timeout: 60_000 };
const hour = 3_600_000;
let folder: string;
let server: Server;
let respond: (response: ServerResponse, path: string) => void;
let requests: string[];
let kept: KeptPac | undefined;
let states: PacState[];
let bugs: unknown[];
const keepers: PacKeeper[] = [];

const script = (answer: string): string => `function FindProxyForURL(url, host) { return "${answer}"; }`;
const url = (path = '/proxy.pac'): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-pac-'));
  requests = [];
  states = [];
  bugs = [];
  kept = undefined;
  respond = (response) => response.end(script('PROXY p:1'));
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    respond(response, request.url ?? '');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.close()));
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await rm(folder, { recursive: true });
  expect(bugs).toEqual([]);
});

function start(source: string, options: Partial<PacKeeperOptions> = {}): PacKeeper {
  const keeper = new PacKeeper({
    source,
    store: {
      read: () => Promise.resolve(kept),
      write: (written) => {
        kept = written;
        return Promise.resolve();
      },
    },
    macPac: () => Promise.resolve({ kind: 'none' }),
    searchDomains: () => Promise.resolve([]),
    resolve: () => Promise.resolve([]),
    ownAddresses: () => Promise.resolve(['10.9.8.7']),
    lookupMs: 60_000,
    retryMs: hour,
    renewMs: hour,
    hurryMs: 0,
    onChange: (state) => states.push(state),
    onInternalError: (error) => bugs.push(error),
    ...options,
  });
  keepers.push(keeper);
  keeper.start();
  return keeper;
}

async function answer(keeper: PacKeeper): Promise<string> {
  const verdict = await keeper.find('http://a.example/');
  return verdict.kind === 'ways' ? verdict.answer : `${verdict.why}: ${verdict.detail}`;
}

describe('a PAC of a server', () => {
  it('is read at the start, kept, and told of with its age', async () => {
    const keeper = start(url());
    expect(await answer(keeper)).toBe('PROXY p:1');
    await expect.poll(() => keeper.state.readMs, patience).toBeGreaterThan(Date.now() - hour);
    expect(keeper.state).toMatchObject({ place: url(), error: undefined });
    expect(kept).toMatchObject({ source: url(), place: url(), text: script('PROXY p:1') });
    expect(states.at(-1)).toEqual(keeper.state);
  });

  it('is in use from what was kept while its server is gone, with its age and the error', async () => {
    const source = url();
    kept = { source, place: source, text: script('PROXY kept:1'), readMs: 7 };
    respond = (response) => response.destroy();
    const keeper = start(source);
    expect(await answer(keeper)).toBe('PROXY kept:1');
    await expect.poll(() => keeper.state, patience).toMatchObject({ readMs: 7, error: 'socket hang up' });
  });

  it('is not in use from what was kept of another place', async () => {
    kept = { source: 'http://other.example/', place: 'x', text: script('PROXY kept:1'), readMs: 7 };
    expect(await answer(start(url()))).toBe('PROXY p:1');
  });

  it('is replaced by a newer one, and by none that does not parse', async () => {
    const keeper = start(url());
    expect(await answer(keeper)).toBe('PROXY p:1');
    respond = (response) => response.end('\n\nfunction (');
    await keeper.refresh();
    expect(await answer(keeper)).toBe('PROXY p:1');
    expect(keeper.state.error).toMatch(/^line 3: SyntaxError/);
    expect(kept?.text).toBe(script('PROXY p:1'));
    respond = (response) => response.end(script('PROXY q:2'));
    await keeper.refresh();
    expect(await answer(keeper)).toBe('PROXY q:2');
    expect(keeper.state.error).toBeUndefined();
  });

  it('may be slow: requests get an answer in time, and the PAC when it has come', async () => {
    let late: ServerResponse | undefined;
    respond = (response) => {
      late = response;
    };
    const keeper = start(url(), { lookupMs: 300 });
    expect(await answer(keeper)).toBe('absent: it has not been read yet');
    late?.end(script('PROXY p:1'));
    await expect.poll(() => answer(keeper), patience).toBe('PROXY p:1');
  });

  it('that never comes is given up', async () => {
    respond = () => undefined;
    const keeper = start(url(), { downloadMs: 300 });
    expect(await answer(keeper)).toBe('absent: no answer within 0.3 s');
  });

  it.each<[string, (response: ServerResponse, path: string) => void, string | RegExp]>([
    [
      'redirecting',
      (response, path) =>
        path === '/new'
          ? response.end(script('PROXY n:1'))
          : response.writeHead(302, { location: '/new' }).end(),
      'PROXY n:1',
    ],
    ['redirecting for ever', (response) => response.writeHead(302, { location: '/' }).end(), /more than 10/],
    [
      'redirecting to a file',
      (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      /file:, which is neither/,
    ],
    [
      'that has none',
      (response) => response.writeHead(404).end(),
      'absent: the server answers 404 Not Found',
    ],
    [
      'that says gzip',
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(script('PROXY p:1')),
      /sends it as gzip/,
    ],
    [
      'that lies about the character set',
      (response) =>
        response
          .writeHead(200, { 'content-type': 'text/plain; charset=utf-16' })
          .end(Buffer.from(`// \xe4\n${script('PROXY p:1')}`, 'latin1')),
      'PROXY p:1',
    ],
    ['that sends too much', (response) => response.end(Buffer.alloc(4 * 1024 * 1024 + 1, ' ')), /more than/],
    [
      'that sends less than it says',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('function');
        setImmediate(() => response.destroy());
      },
      /^absent: aborted/,
    ],
    ['that sends a page', (response) => response.end('<html>sign in</html>'), /^absent: line 1: SyntaxError/],
  ])('%s', async (_name, how, expected) => {
    respond = how;
    expect(await answer(start(url()))).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });

  it('is read again on another network, where everything is found out anew', async () => {
    const keeper = start(url());
    expect(await answer(keeper)).toBe('PROXY p:1');
    respond = (response) => response.end(script('PROXY q:2'));
    keeper.beginEpoch();
    await expect.poll(() => answer(keeper), patience).toBe('PROXY q:2');
  });

  it('is not waited for on another network while the old one hangs', async () => {
    const keeper = start(url());
    expect(await answer(keeper)).toBe('PROXY p:1');
    respond = () => undefined;
    const hanging = keeper.refresh();
    respond = (response) => response.end(script('PROXY q:2'));
    keeper.beginEpoch();
    await expect.poll(() => answer(keeper), patience).toBe('PROXY q:2');
    await hanging;
    expect(keeper.state.error).toBeUndefined();
  });

  it('is read again when nothing that it names can be reached, and not at once again', async () => {
    const keeper = start(url());
    await answer(keeper);
    keeper.allDown();
    await expect.poll(() => requests.length, patience).toBe(2);
    await keeper.close();
    kept = undefined;
    requests = [];
    const calm = start(url(), { hurryMs: hour });
    await answer(calm);
    calm.allDown();
    await calm.refresh();
    expect(requests).toHaveLength(2);
  });

  it('says of what is no address to a browser that it has no answer', async () => {
    const keeper = start(url());
    await answer(keeper);
    for (const target of ['http://1.2.3.4.5/', 'https://a%b:443/']) {
      expect(await keeper.find(target)).toMatchObject({ kind: 'failed', why: 'no-answer' });
    }
  });

  it('is read again after a while, sooner where it could not be', async () => {
    const keeper = start(url(), { renewMs: 20 });
    await expect.poll(() => requests.length, patience).toBeGreaterThan(2);
    await keeper.close();
    respond = (response) => response.destroy();
    requests = [];
    start(url(), { retryMs: 20 });
    await expect.poll(() => requests.length, patience).toBeGreaterThan(2);
  });

  it('that is closed ends its download', async () => {
    respond = () => undefined;
    const keeper = start(url());
    await expect.poll(() => requests.length, patience).toBe(1);
    await keeper.close();
    expect(states).toEqual([]);
  });
});

describe('a PAC of a file', () => {
  it('is read again when the file is written, or replaced', async () => {
    const path = join(folder, 'proxy.pac');
    await writeFile(path, script('PROXY p:1'));
    const keeper = start(path);
    expect(await answer(keeper)).toBe('PROXY p:1');
    await writeFile(path, script('PROXY q:2'));
    await expect.poll(() => answer(keeper), patience).toBe('PROXY q:2');
    await writeFile(`${path}.new`, script('PROXY r:3'));
    await rename(`${path}.new`, path);
    await expect.poll(() => answer(keeper), patience).toBe('PROXY r:3');
  });

  it.each([
    ['a folder', '/', 'absent: it is no file'],
    ['nothing', '/nowhere/proxy.pac', /^absent: ENOENT/],
    ['a pipe that never ends', '/dev/zero', 'absent: it is no file'],
  ])('that is %s is not there', async (_name, path, expected) => {
    expect(await answer(start(path))).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });
});

it('of a pipe is not waited for', async () => {
  const path = join(folder, 'pipe');
  expect((await runCommand('mkfifo', [path])).exitCode).toBe(0);
  const keeper = start(path);
  await expect.poll(() => keeper.state.error, patience).toBe('it is no file');
});

describe("the Mac's own setting", () => {
  it('is a URL, which is remembered while Latchkey itself hides it', async () => {
    const keeper = start('mac', { macPac: () => Promise.resolve({ kind: 'url', url: url('/mac.pac') }) });
    expect(await answer(keeper)).toBe('PROXY p:1');
    await expect.poll(() => kept?.place, patience).toBe(url('/mac.pac'));
    await keeper.close();
    respond = (response) => response.end(script('PROXY q:2'));
    const next = start('mac', { macPac: () => Promise.resolve({ kind: 'latchkey' }) });
    await expect.poll(() => answer(next), patience).toBe('PROXY q:2');
    expect(requests).toEqual(['/mac.pac', '/mac.pac']);
  });

  it('is a file URL', async () => {
    await writeFile(join(folder, 'a b.pac'), script('PROXY f:1'));
    const place = `file://${folder}/a%20b.pac`;
    expect(await answer(start('mac', { macPac: () => Promise.resolve({ kind: 'url', url: place }) }))).toBe(
      'PROXY f:1',
    );
  });

  it('is nothing', async () => {
    expect(await answer(start('mac'))).toBe('absent: the network settings of this Mac name no PAC');
  });
});

describe('automatic discovery', () => {
  it('asks in no domain that is anybody else’s', async () => {
    const asked = start('wpad', { searchDomains: () => Promise.resolve(['corp', 'a b.example', '']) });
    expect(await answer(asked)).toBe('absent: this computer searches no domain that could have one');
  });

  it('asks each domain', async () => {
    const searchDomains = () => Promise.resolve(['nowhere.invalid', 'Neither.invalid.']);
    expect(await answer(start('wpad', { searchDomains }))).toMatch(
      /^absent: http:\/\/wpad\.neither\.invalid\/wpad\.dat: /,
    );
  });
});
