import { chmod, chown, lstat, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../../../test/deferred';
import { FakeCore, fakeState } from '../../../test/fake-core';
import { leaveDeadSocket, RawControlClient } from '../../../test/raw-control-client';
import type { ActivityRow } from '../../shared/activity';
import type { Command, CommandResult } from '../../shared/command';
import { type ControlServer, type ControlServerOptions, startControlServer } from './control-server';
import { controlSockets } from './control-sockets';

let folder = '';
let state = '';
let control = '';
let path = '';
let core: FakeCore;
let internalErrors: unknown[] = [];
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  state = join(folder, 'state');
  control = join(state, 'control');
  path = join(control, 'app.sock');
  core = new FakeCore();
  internalErrors = [];
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  await rm(folder, { recursive: true });
});

async function start(options: Partial<ControlServerOptions> = {}): Promise<ControlServer> {
  const server = await startControlServer({
    stateDirectory: state,
    host: 'app',
    version: '1.2.3',
    core,
    onInternalError: (error) => internalErrors.push(error),
    ...options,
  });
  cleanups.push(() => server.close());
  return server;
}

/** A bare client. */
function open(): RawControlClient {
  const client = new RawControlClient(path);
  cleanups.push(() => client.socket.destroy());
  return client;
}

const hello = { kind: 'hello', protocol: 1, version: '1.2.3', host: 'app', pid: process.pid };

/** Asks on a connection of its own. */
async function ask(...questions: readonly unknown[]): Promise<unknown> {
  const client = open().say(...questions);
  const [, answer] = await client.until(2);
  client.socket.destroy();
  return answer;
}

/** Whether somebody answers. */
async function answers(): Promise<boolean> {
  return (
    JSON.stringify(await ask({ kind: 'state', id: 1 })) ===
    JSON.stringify({ kind: 'state', id: 1, state: core.state() })
  );
}

const pause = { kind: 'run', id: 1, command: { kind: 'pause-sign-in', isPaused: true } };

function row(id: number): ActivityRow {
  return {
    id,
    method: 'GET',
    target: { host: 'example.com', port: 80 },
    route: undefined,
    status: 200,
    endedMs: 0,
    durationMs: 1,
    downBytes: 1,
    upBytes: 1,
    problem: undefined,
    trace: [],
  };
}

/** Has the core give the rows that it has at the moment. */
function keepRows(): ActivityRow[] {
  const rows: ActivityRow[] = [];
  core.answer('read-activity', ({ afterId }) => ({
    kind: 'activity',
    rows: rows.filter(({ id }) => id > afterId),
  }));
  return rows;
}

describe('the control server', () => {
  it('says who it is, before anything is asked', async () => {
    await start();
    expect(await open().until(1)).toEqual([hello]);
    await start({ host: 'run', stateDirectory: join(folder, 'other') });
    path = join(folder, 'other', 'control', `run-${process.pid}.sock`);
    expect(await open().until(1)).toEqual([{ ...hello, host: 'run' }]);
    expect(core.commands).toEqual([]);
  });

  it('tells the state, and has commands carried out', async () => {
    await start();
    expect(await ask({ kind: 'state', id: 7 })).toEqual(
      JSON.parse(JSON.stringify({ kind: 'state', id: 7, state: fakeState })),
    );
    expect(await ask(pause)).toEqual({ kind: 'result', id: 1, result: { kind: 'done' } });
    expect(core.commands).toEqual([{ kind: 'pause-sign-in', isPaused: true }]);
  });

  it('answers several questions of one client, each when it can be', async () => {
    await start();
    const slow = deferred<CommandResult>();
    core.answer('change-password', slow.promise);
    const client = open().say(
      { kind: 'run', id: 1, command: { kind: 'change-password', password: 'x' } },
      { kind: 'run', id: 2, command: { kind: 'read-log', maxLines: 3 } },
      { kind: 'state', id: 3 },
    );
    const first = (await client.until(3)).slice(1) as { readonly id: number }[];
    expect(new Set(first.map(({ id }) => id))).toEqual(new Set([2, 3]));
    slow.resolve({ kind: 'cancelled' });
    expect((await client.until(4))[3]).toEqual({ kind: 'result', id: 1, result: { kind: 'cancelled' } });
  });

  it('is for its user alone, and removes its socket', async () => {
    const umask = process.umask(0);
    cleanups.push(() => process.umask(umask));
    await mkdir(state, { mode: 0o700 });
    const server = await start();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(path)).isSocket()).toBe(true);
    expect((await stat(control)).mode & 0o777).toBe(0o700);
    expect(await readdir(control)).toEqual(['app.sock']);
    await Promise.all([server.close(), server.close()]);
    expect(await readdir(control)).toEqual([]);
  });

  it('makes its folders where there are none', async () => {
    const umask = process.umask(0);
    cleanups.push(() => process.umask(umask));
    await start();
    expect((await stat(state)).mode & 0o777).toBe(0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([0o755, 0o770, 0o707, 0o777, 0o1777, 0o500])('closes a folder of mode %o', async (mode) => {
    await mkdir(control, { recursive: true, mode: 0o700 });
    await chmod(control, mode);
    await start();
    expect((await stat(control)).mode & 0o777).toBe(0o700);
    expect(await answers()).toBe(true);
  });

  it.each([0o770, 0o707, 0o777, 0o1777])(
    'does not start where others may write around it: %o',
    async (mode) => {
      await mkdir(state);
      await chmod(state, mode);
      await expect(start()).rejects.toThrow(/others may write into .*state, and .*chmod go-w/);
      expect(await controlSockets(control)).toEqual([]);
    },
  );

  it.each<[string, (elsewhere: string) => Promise<unknown>]>([
    ['a file', () => writeFile(control, '')],
    ['a link to another folder', (elsewhere) => symlink(elsewhere, control)],
    ['a link that leads nowhere', () => symlink(join(folder, 'nowhere'), control)],
  ])('leaves %s alone that is in the way', async (_title, make) => {
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(elsewhere);
    await chmod(elsewhere, 0o755);
    await mkdir(state, { mode: 0o700 });
    await make(elsewhere);
    await expect(start()).rejects.toThrow(`${control} is in the way and is no folder; move it away`);
    expect((await stat(elsewhere)).mode & 0o777).toBe(0o755);
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it('starts in a directory that others may look into', async () => {
    await mkdir(state);
    await chmod(state, 0o755);
    await start();
    expect((await stat(control)).mode & 0o777).toBe(0o700);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'does not start in a directory, nor a folder, of somebody else',
    async () => {
      await mkdir(control, { recursive: true, mode: 0o700 });
      await chown(control, 65_534, 65_534);
      await expect(start()).rejects.toThrow(/control belongs to another user; remove it/);
      await chown(state, 65_534, 65_534);
      await expect(start()).rejects.toThrow(/state belongs to another user; .*LATCHKEY_STATE_DIR/);
    },
  );

  it('says that a path is too long', async () => {
    const named = (length: number): string => join(folder, 'x'.repeat(length - folder.length - 1));
    // The longest path is that at which it is made: /control/new-123456/s behind it.
    state = named(103 - '/control/new-123456/s'.length + 1);
    await expect(start()).rejects.toThrow(/at most 103 bytes; choose a shorter LATCHKEY_STATE_DIR/);
    state = named(103 - '/control/new-123456/s'.length);
    path = join(state, 'control', 'app.sock');
    await start();
    expect(await answers()).toBe(true);
  });

  it('takes the place of a socket whose process has died, and removes those of others', async () => {
    await leaveDeadSocket(path);
    await leaveDeadSocket(join(control, 'run-4711.sock'));
    await writeFile(join(control, 'notes'), 'not one of ours');
    await start();
    expect(await answers()).toBe(true);
    expect((await readdir(control)).toSorted()).toEqual(['app.sock', 'notes']);
  });

  it('leaves those of others that live', async () => {
    await start({ host: 'run' });
    await start();
    expect(await readdir(control)).toEqual(['app.sock', `run-${process.pid}.sock`]);
    expect(await answers()).toBe(true);
    path = join(control, `run-${process.pid}.sock`);
    expect(await answers()).toBe(true);
  });

  it('does not take the place of a living one, nor of another file', async () => {
    const server = await start();
    await expect(start()).rejects.toThrow(/in use by another Latchkey; quit that one first/);
    expect(await answers()).toBe(true);
    await server.close();
    await writeFile(path, 'text');
    await expect(start()).rejects.toThrow(/is in the way and is no socket; move it away/);
    expect((await lstat(path)).isFile()).toBe(true);
  });

  it('does not remove what has taken its place', async () => {
    const server = await start();
    await rm(path);
    await writeFile(path, 'text');
    await server.close();
    expect(await readdir(control)).toEqual(['app.sock']);
  });

  it('tells those who wait that it stops, and ends the others', async () => {
    const [called, answer] = [deferred<void>(), deferred<CommandResult>()];
    core.answer('retry-password', () => {
      called.resolve();
      return answer.promise;
    });
    const server = await start({ clientMs: 60_000 });
    const [silent, waiting, following] = [open(), open(), open()];
    following.say({ kind: 'follow-state', id: 9 });
    await Promise.all([silent.until(1), following.until(2)]);
    waiting.say({ kind: 'run', id: 3, command: { kind: 'retry-password' } });
    await called.promise;
    await server.close();
    const message = 'Latchkey is stopping.';
    expect(await waiting.ended).toEqual([hello, { kind: 'error', id: 3, message }]);
    expect((await following.ended).at(-1)).toEqual({ kind: 'error', id: 9, message });
    expect(await silent.ended).toEqual([hello]);
    expect(core.askers[0]?.aborted).toBe(true);
    expect(core.listeners).toBe(0);
    answer.resolve({ kind: 'done' });
    expect(internalErrors).toEqual([]);
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanups.push(() => vi.useRealTimers());
    const server = await start();
    const [silent, following] = [open(), open()];
    await silent.until(1);
    await following.say({ kind: 'follow-activity', id: 1, afterId: 0 }, { kind: 'state', id: 2 }).until(2);
    // The one of the silent one: whoever follows may be silent.
    expect(vi.getTimerCount()).toBe(1);
    await server.close();
    expect(silent.socket.writable).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('what a terminal may not ask', () => {
  it.each<Command>([
    { kind: 'quit' },
    { kind: 'copy-text', text: 'x' },
    { kind: 'forget-account' },
    { kind: 'go-to', screen: 'status' },
    {
      kind: 'set-up',
      upstream: { host: 'proxy.corp', port: 8080 },
      account: { domain: 'CORP', user: 'a' },
      password: 'x',
    },
  ])('is refused: $kind', async (command) => {
    await start();
    const client = open().say({ kind: 'run', id: 4, command }, { kind: 'state', id: 5 });
    // It goes on with whoever has asked.
    expect((await client.until(3)).slice(1)).toEqual([
      { kind: 'error', id: 4, message: 'this can be asked in the panel of Latchkey alone' },
      expect.objectContaining({ kind: 'state', id: 5 }),
    ]);
    expect(core.commands).toEqual([]);
  });
});

describe('what is followed', () => {
  it('is the state at present, and each one after it', async () => {
    await start();
    const client = open().say({ kind: 'follow-state', id: 2 });
    await client.until(2);
    core.set({ reachability: 'unreachable' });
    core.set({ reachability: 'forbidden' });
    const told = (await client.until(4)).slice(1) as { state: { reachability: string } }[];
    expect(told.map(({ state: each }) => each.reachability)).toEqual([
      'reachable',
      'unreachable',
      'forbidden',
    ]);
    expect(core.watchers).toBe(0);
    client.socket.destroy();
    await expect.poll(() => core.listeners).toBe(0);
  });

  it('is Activity: the rows after one, and each new one, once', async () => {
    const rows = keepRows();
    rows.push(row(1), row(2), row(3));
    await start();
    const client = open().say({ kind: 'follow-activity', id: 2, afterId: 1 });
    expect((await client.until(2))[1]).toMatchObject({ id: 2, rows: [{ id: 2 }, { id: 3 }] });
    expect(core.watchers).toBe(1);
    // Another change, with no new row.
    core.set({ reachability: 'unknown' });
    rows.push(row(4));
    core.set({ lastActivityId: 4 });
    rows.push(row(5), row(6));
    core.set({ lastActivityId: 6 });
    const seen = (): number[] =>
      client.lines.slice(1).flatMap((line) => (line as { rows: ActivityRow[] }).rows.map(({ id }) => id));
    await expect.poll(() => seen().at(-1)).toBe(6);
    expect(seen()).toEqual([2, 3, 4, 5, 6]);
    client.socket.destroy();
    await expect.poll(() => [core.watchers, core.listeners]).toEqual([0, 0]);
  });

  it('is told once also when the core takes its time', async () => {
    const first = deferred<CommandResult>();
    let asked = 0;
    core.answer('read-activity', ({ afterId }) => {
      asked += 1;
      if (asked === 1) return first.promise;
      return { kind: 'activity', rows: [row(1), row(2)].filter(({ id }) => id > afterId) };
    });
    await start();
    const client = open().say({ kind: 'follow-activity', id: 2, afterId: 0 });
    await expect.poll(() => asked).toBe(1);
    // More rows come while the first answer is not there yet.
    core.set({ lastActivityId: 2 });
    first.resolve({ kind: 'activity', rows: [row(1)] });
    const seen = (): number[] =>
      client.lines.slice(1).flatMap((line) => (line as { rows: ActivityRow[] }).rows.map(({ id }) => id));
    await expect.poll(() => seen().at(-1)).toBe(2);
    expect(seen()).toEqual([1, 2]);
  });

  it('is not begun for a client that has left before its question was read', async () => {
    const [loading, loaded] = [deferred<void>(), deferred<void>()];
    // As at the first question, for which the schemas are loaded.
    vi.doMock('../../shared/control-question', async (original) => {
      loading.resolve();
      await loaded.promise;
      return original();
    });
    cleanups.push(() => vi.doUnmock('../../shared/control-question'));
    await start();
    const client = open().say({ kind: 'follow-activity', id: 1, afterId: 0 });
    await loading.promise;
    client.socket.end();
    await client.ended;
    loaded.resolve();
    // Whoever asks later is answered later.
    expect(await answers()).toBe(true);
    expect([core.watchers, core.listeners]).toEqual([0, 0]);
  });

  it('does not pile up for a client that takes nothing', async () => {
    const server = await start({ clientMs: 60_000 });
    const client = open();
    client.socket.pause();
    client.say({ kind: 'follow-state', id: 1 });
    await expect.poll(() => core.listeners).toBe(1);
    // Each of them is more than all buffers on the way hold together.
    const long = 'x'.repeat(4_000_000);
    for (let count = 1; count <= 50; count += 1) core.set({ version: `${count} ${long}` });
    client.socket.resume();
    const versions = (): number[] =>
      client.lines
        .slice(1)
        .map((line) => Number.parseInt((line as { state: typeof fakeState }).state.version));
    await expect.poll(() => versions().at(-1)).toBe(50);
    // The present one, the first change that nobody took, and the newest.
    expect(versions().length).toBeLessThan(6);
    client.socket.destroy();
    await server.close();
    expect(internalErrors).toEqual([]);
  });

  it('ends for a client that takes nothing for long', async () => {
    await start({ clientMs: 100 });
    const client = open();
    client.socket.pause();
    client.say({ kind: 'follow-state', id: 1 });
    await expect.poll(() => core.listeners).toBe(1);
    core.set({ version: 'x'.repeat(8_000_000) });
    await expect.poll(() => core.listeners).toBe(0);
    expect(internalErrors).toEqual([]);
  });

  it('may be one of many on one connection, and one listens to each event for all', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    cleanups.push(() => process.off('warning', onWarning));
    await start();
    const client = open();
    for (let id = 1; id <= 16; id += 1) client.say({ kind: 'follow-state', id });
    await client.until(17);
    core.set({ reachability: 'unknown' });
    await client.until(33);
    await new Promise(setImmediate);
    expect(warnings).toEqual([]);
  });

  it('may be silent for longer than a client may be', async () => {
    await start({ clientMs: 50 });
    const client = open().say({ kind: 'follow-state', id: 1 });
    await client.until(2);
    // Two that are silent are ended in the meantime.
    await open().ended;
    await open().ended;
    core.set({ reachability: 'unknown' });
    expect(await client.until(3)).toHaveLength(3);
  });
});

describe('a client of the control server', () => {
  const unknown = (id: number) => ({
    kind: 'error',
    id,
    message: 'the running Latchkey does not know this question; is it of another version?',
  });

  it.each([
    ['an empty line', '', 0],
    ['no JSON', 'state', 0],
    ['half an object', '{"kind":"state","id":1', 0],
    ['null', 'null', 0],
    ['a list', '[{"kind":"state","id":1}]', 0],
    ['another question', '{"kind":"stop","id":3}', 3],
    ['a question without a number', '{"kind":"state"}', 0],
    ['a number that is none', '{"kind":"state","id":1.5}', 0],
    ['a field that nobody knows', '{"kind":"state","id":3,"x":1}', 3],
    ['a command that is none', '{"kind":"run","id":3,"command":{"kind":"stop"}}', 3],
    [
      'a command with a wrong value',
      '{"kind":"run","id":3,"command":{"kind":"read-log","maxLines":"all"}}',
      3,
    ],
    ['a prototype', '{"kind":"__proto__","id":3}', 3],
    ['HTTP', 'GET / HTTP/1.1\r', 0],
    ['bytes', '\u0000\u0001\u00ff', 0],
    ['something deep', '['.repeat(60_000), 0],
    ['a deep question', `{"kind":"state","id":1,"x":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 1],
  ])('that says %s gets an error, and is ended', async (_title, line, id) => {
    await start();
    const client = open();
    client.socket.write(`${line}\n`);
    expect(await client.ended).toEqual([hello, unknown(id)]);
    expect(core.commands).toEqual([]);
    expect(internalErrors).toEqual([]);
  });

  it('may send bytes one by one', async () => {
    await start();
    const client = open();
    for (const byte of '{"kind":"state","id":1}\n') {
      await new Promise<void>((resolve) => client.socket.write(byte, () => resolve()));
    }
    expect((await client.until(2))[1]).toMatchObject({ kind: 'state', id: 1 });
  });

  it('may send several questions, and the beginning of one, in one piece', async () => {
    await start();
    const client = open();
    client.socket.write('{"kind":"state","id":1}\n{"kind":"state","id":2}\n{"kind":"sta');
    await client.until(3);
    client.socket.write('te","id":3}\n');
    const told = (await client.until(4)).slice(1) as { readonly id: number }[];
    expect(told.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  it('that has ended its half has left', async () => {
    const [called, answer] = [deferred<void>(), deferred<CommandResult>()];
    core.answer('retry-password', () => {
      called.resolve();
      return answer.promise;
    });
    await start({ clientMs: 60_000 });
    const client = open().say({ kind: 'run', id: 1, command: { kind: 'retry-password' } });
    await called.promise;
    expect(core.askers[0]?.aborted).toBe(false);
    client.socket.end();
    expect(await client.ended).toEqual([hello]);
    expect(core.askers[0]?.aborted).toBe(true);
    answer.resolve({ kind: 'done' });
  });

  it('that only looks whether somebody is there gets nothing but the greeting', async () => {
    await start();
    const client = open();
    client.socket.end();
    expect(await client.ended).toEqual([hello]);
  });

  it('that ends within its question asks nothing', async () => {
    await start();
    const client = open();
    client.socket.end('{"kind":"run","id":1,"command":{"kind":"turn-off"}}');
    expect(await client.ended).toEqual([hello]);
    expect(core.commands).toEqual([]);
  });

  it('that keeps its half open is not waited for', async () => {
    const server = await start({ clientMs: 60_000 });
    const client = open().say({ kind: 'state', id: 1 });
    await client.until(2);
    const isEnded = new Promise((resolve) => client.socket.prependOnceListener('end', resolve));
    client.socket.removeAllListeners('end').once('end', () => undefined);
    await Promise.race([server.close(), isEnded]);
    await server.close();
    expect(client.socket.writable).toBe(true);
  });

  it('that does not take its answer is ended', async () => {
    const called = deferred<void>();
    const server = await start({ clientMs: 100 });
    core.answer('read-log', () => {
      called.resolve();
      // More than a socket holds.
      return { kind: 'log', lines: ['x'.repeat(8_000_000)] };
    });
    const client = open();
    client.socket.pause();
    client.say({ kind: 'run', id: 1, command: { kind: 'read-log', maxLines: 1 } });
    await called.promise;
    await server.close();
    expect(internalErrors).toEqual([]);
  });

  it('that asks and asks and takes no answer is not read for ever', async () => {
    await start({ clientMs: 200 });
    let asked = 0;
    core.answer('read-log', () => {
      asked += 1;
      return { kind: 'log', lines: ['x'.repeat(1_000_000)] };
    });
    const client = open();
    client.socket.pause();
    const isClosed = new Promise((resolve) => client.socket.once('close', resolve));
    let id = 0;
    const asking = setInterval(() => {
      id += 1;
      client.say({ kind: 'run', id, command: { kind: 'read-log', maxLines: 1 } });
    }, 1);
    cleanups.push(() => clearInterval(asking));
    await isClosed;
    expect(asked).toBeLessThan(100);
    expect(await answers()).toBe(true);
  });

  it('has 64 KiB for its line', async () => {
    await start();
    const line = '{"kind":"state","id":1}'.padEnd(65_536);
    const client = open();
    client.socket.write(`${line}\n`);
    await client.until(2);
    client.socket.write(`${line} `);
    expect(await client.ended).toEqual([
      hello,
      expect.objectContaining({ kind: 'state' }),
      { kind: 'error', id: 0, message: 'a line has at most 65536 bytes' },
    ]);
  });

  it('that never stops sending is ended', async () => {
    await start();
    const { socket } = open();
    const flood = Buffer.alloc(65_536, 'x');
    const pour = (): void => {
      while (!socket.destroyed && socket.write(flood));
    };
    const isClosed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('drain', pour);
    pour();
    await isClosed;
    expect(await answers()).toBe(true);
  });

  it('that says nothing, or not enough, is ended', async () => {
    await start({ clientMs: 100 });
    const [silent, half, slow] = [open(), open(), open()];
    half.socket.write('{"kind":');
    const dripping = setInterval(() => slow.socket.write(' '), 10);
    cleanups.push(() => clearInterval(dripping));
    const all = [silent, half, slow].map((client) => client.ended);
    expect(await Promise.all(all)).toEqual([[hello], [hello], [hello]]);
    expect(core.commands).toEqual([]);
  });

  it('may wait longer than that for its answer', async () => {
    const answer = deferred<CommandResult>();
    core.answer('pause-sign-in', answer.promise);
    await start({ clientMs: 50 });
    const waiting = open().say(pause);
    await waiting.until(1);
    // One that is silent is ended in the meantime.
    await open().ended;
    await open().ended;
    answer.resolve({ kind: 'done' });
    expect((await waiting.until(2))[1]).toMatchObject({ result: { kind: 'done' } });
  });

  it('may take its time between two questions: somebody types a password', async () => {
    await start({ clientMs: 50 });
    const client = open().say({ kind: 'state', id: 1 });
    await client.until(2);
    await open().ended;
    await open().ended;
    client.say(pause);
    expect((await client.until(3))[2]).toMatchObject({ result: { kind: 'done' } });
  });

  it('asks no more than 16 things at once', async () => {
    await start();
    core.answer('retry-password', () => new Promise(() => undefined));
    const client = open();
    const askFrom = (first: number, last: number): void => {
      for (let id = first; id <= last; id += 1)
        client.say({ kind: 'run', id, command: { kind: 'retry-password' } });
    };
    askFrom(1, 16);
    await expect.poll(() => core.commands.length).toBe(16);
    askFrom(17, 17);
    expect((await client.ended).slice(1)).toEqual([
      { kind: 'error', id: 17, message: '16 questions at once are enough' },
    ]);
    expect(core.commands).toHaveLength(16);
  });

  it('has one question of a number at a time', async () => {
    await start();
    core.answer('retry-password', () => new Promise(() => undefined));
    const client = open();
    for (let count = 0; count < 1_000; count += 1)
      client.say({ kind: 'run', id: 1, command: { kind: 'retry-password' } });
    expect((await client.ended).slice(1)).toEqual([
      { kind: 'error', id: 1, message: 'a question with this number has no answer yet' },
    ]);
    expect(core.commands.length).toBeLessThanOrEqual(1);
  });

  it('may use a number again', async () => {
    await start();
    const client = open();
    for (let count = 2; count < 5; count += 1) {
      client.say({ kind: 'state', id: 1 });
      await client.until(count);
    }
    expect(client.lines.slice(1)).toMatchObject(Array(3).fill({ kind: 'state', id: 1 }));
  });

  it('is one of 32 at most', async () => {
    await start({ clientMs: 60_000 });
    const clients = Array.from({ length: 32 }, open);
    await Promise.all(clients.map((client) => client.until(1)));
    expect(await open().ended).toEqual([]);
    clients[0]?.socket.end();
    // Its place is free once the server has seen its end.
    let greeting: readonly unknown[] = [];
    while (greeting.length === 0) {
      const client = open();
      const isEnded = client.ended;
      greeting = await Promise.race([client.until(1).catch(() => []), isEnded]);
    }
    expect(greeting).toEqual([hello]);
  });

  it('that leaves before its answer harms nobody', async () => {
    const [called, answer] = [deferred<void>(), deferred<CommandResult>()];
    core.answer('retry-password', () => {
      called.resolve();
      return answer.promise;
    });
    const server = await start();
    const client = open().say({ kind: 'run', id: 1, command: { kind: 'retry-password' } });
    await called.promise;
    client.socket.destroy();
    await expect.poll(() => core.askers[0]?.aborted).toBe(true);
    answer.resolve({ kind: 'done' });
    expect(await answers()).toBe(true);
    await server.close();
    expect(internalErrors).toEqual([]);
  });

  it('learns nothing of a bug', async () => {
    const bug = new Error('secret');
    await start();
    core.answer('retry-password', () => Promise.reject(bug));
    expect(await ask({ kind: 'run', id: 1, command: { kind: 'retry-password' } })).toEqual({
      kind: 'result',
      id: 1,
      result: { kind: 'failed', problem: { kind: 'internal' } },
    });
    core.state = () => {
      throw bug;
    };
    expect(await ask({ kind: 'state', id: 2 })).toEqual({
      kind: 'error',
      id: 2,
      message: 'Latchkey made a mistake; its log says more.',
    });
    expect(internalErrors).toEqual([bug, bug]);
  });
});
