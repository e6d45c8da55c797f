import { chmod, chown, lstat, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendControlCommand } from './control-client';
import type { ControlAnswer, ControlCommand } from './control-command';
import { type ControlServer, type ControlServerOptions, startControlServer } from './control-server';
import { controlSocketPath, findControlSocket } from './control-socket';

let folder = '';
let path = '';
let commands: ControlCommand[] = [];
let internalErrors: unknown[] = [];
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  path = controlSocketPath(join(folder, 'state'), 3128);
  commands = [];
  internalErrors = [];
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  await rm(folder, { recursive: true });
});

async function start(options: Partial<ControlServerOptions> = {}): Promise<ControlServer> {
  const server = await startControlServer({
    path,
    handle: (command) => {
      commands.push(command);
      return Promise.resolve({ kind: 'done', note: command.kind });
    },
    onInternalError: (error) => internalErrors.push(error),
    ...options,
  });
  cleanups.push(() => server.close());
  return server;
}

/** A bare client. */
function open(): Socket {
  const socket = connect({ path, allowHalfOpen: true });
  // A server that ends a connection may do so while this end still writes.
  socket.on('error', () => undefined);
  cleanups.push(() => socket.destroy());
  return socket;
}

/** What comes until the connection is closed. */
function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    // The server is the one that closes: this end stays open for half.
    socket.once('end', () => socket.destroy());
    socket.once('close', () => resolve(text));
  });
}

async function say(text: string): Promise<unknown> {
  const socket = open();
  socket.write(text);
  return JSON.parse(await readAll(socket));
}

/** A promise with its handle. */
function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** A socket as a process leaves it behind that was killed. */
async function leaveDeadSocket(at: string): Promise<void> {
  await mkdir(dirname(at), { recursive: true, mode: 0o700 });
  const server = createServer();
  const born = `${at}.born`;
  await new Promise<void>((resolve) => server.listen(born, resolve));
  // It removes the name that it was given, and no other.
  await rename(born, at);
  await new Promise((resolve) => server.close(resolve));
}

describe('the control server', () => {
  it('answers one command per connection', async () => {
    await start();
    expect(await sendControlCommand(path, { kind: 'status' }, 10_000)).toEqual({
      kind: 'done',
      note: 'status',
    });
    const set: ControlCommand = {
      kind: 'credential-set',
      account: { domain: 'corp', user: 'alice' },
      ntowfv2: '0'.repeat(32),
      url: 'http://example.com/',
    };
    await sendControlCommand(path, set, 10_000);
    expect(commands).toEqual([{ kind: 'status' }, set]);
  });

  it('is for its user alone, and removes its socket', async () => {
    const umask = process.umask(0);
    cleanups.push(() => process.umask(umask));
    const server = await start();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(path)).isSocket()).toBe(true);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(await readdir(dirname(path))).toEqual(['control-3128.sock']);
    await Promise.all([server.close(), server.close()]);
    expect(await readdir(dirname(path))).toEqual([]);
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanups.push(() => vi.useRealTimers());
    const server = await start();
    const silent = open();
    // Served after the silent one was accepted.
    await say('{"kind":"status"}\n');
    expect(vi.getTimerCount()).toBe(1);
    await server.close();
    expect(silent.writable).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([0o770, 0o707, 0o777, 0o1777])('does not start in a directory of mode %o', async (mode) => {
    await mkdir(dirname(path));
    await chmod(dirname(path), mode);
    await expect(start()).rejects.toThrow(/others may write into .*chmod go-w/);
    expect(await readdir(dirname(path))).toEqual([]);
  });

  it('starts in a directory that others may look into', async () => {
    await mkdir(dirname(path));
    await chmod(dirname(path), 0o755);
    await start();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.getuid?.() !== 0)('does not start in a directory of somebody else', async () => {
    await mkdir(dirname(path), { mode: 0o700 });
    await chown(dirname(path), 65_534, 65_534);
    await expect(start()).rejects.toThrow(/belongs to another user/);
  });

  it('says that a path is too long', async () => {
    path = join(folder, 'x'.repeat(90), 'control-1.sock');
    await expect(start()).rejects.toThrow(/at most 103 bytes; choose a shorter LATCHKEY_STATE_DIR/);
    path = join(folder, 'x'.repeat(103 - folder.length - 1));
    await start();
    expect(await say('{"kind":"status"}\n')).toMatchObject({ kind: 'done' });
  });

  it('takes the place of a socket whose process has died', async () => {
    await leaveDeadSocket(path);
    await start();
    expect(await say('{"kind":"status"}\n')).toMatchObject({ kind: 'done' });
    expect(await readdir(dirname(path))).toEqual(['control-3128.sock']);
  });

  it('does not take the place of a living one, nor of another file', async () => {
    await start();
    await expect(start()).rejects.toThrow(/in use by another `latchkey run`/);
    expect(await say('{"kind":"status"}\n')).toMatchObject({ kind: 'done' });
    path = join(folder, 'file.sock');
    await writeFile(path, 'text');
    await expect(start()).rejects.toThrow(/is in the way and is no socket/);
    expect((await lstat(path)).isFile()).toBe(true);
  });

  it('does not remove what has taken its place', async () => {
    const server = await start();
    await rm(path);
    await writeFile(path, 'text');
    await server.close();
    expect(await readdir(dirname(path))).toEqual(['control-3128.sock']);
  });

  it('tells those who wait that it stops, and ends the others', async () => {
    const [called, answer] = [deferred<void>(), deferred<ControlAnswer>()];
    const server = await start({
      clientMs: 60_000,
      handle: () => {
        called.resolve();
        return answer.promise;
      },
    });
    const silent = readAll(open());
    const waiting = say('{"kind":"status"}\n');
    await called.promise;
    await server.close();
    expect(await waiting).toEqual({ kind: 'failed', message: 'Latchkey is stopping.' });
    expect(await silent).toBe('');
    answer.resolve({ kind: 'done' });
    expect(internalErrors).toEqual([]);
  });
});

describe('a client of the control server', () => {
  const unknown = {
    kind: 'failed',
    message: expect.stringContaining('does not know this command') as string,
  };

  it.each([
    ['an empty line', ''],
    ['no JSON', 'status'],
    ['half an object', '{"kind":"status"'],
    ['null', 'null'],
    ['another command', '{"kind":"stop"}'],
    ['HTTP', 'GET / HTTP/1.1\r'],
    ['bytes', '\u0000\u0001\u00ff'],
    ['something deep', '['.repeat(60_000)],
  ])('that says %s gets an error', async (_title, line) => {
    await start();
    expect(await say(`${line}\n`)).toEqual(unknown);
    expect(commands).toEqual([]);
    expect(internalErrors).toEqual([]);
  });

  it('may send bytes one by one', async () => {
    await start();
    const socket = open();
    const answer = readAll(socket);
    for (const byte of '{"kind":"status"}\n') {
      await new Promise<void>((resolve) => socket.write(byte, () => resolve()));
    }
    expect(JSON.parse(await answer)).toMatchObject({ kind: 'done', note: 'status' });
  });

  it('may say more and end its half before the answer', async () => {
    const called = deferred<void>();
    await start({
      handle: async (command) => {
        commands.push(command);
        called.resolve();
        // Time in which the rest would do its harm.
        await setTimeout(50);
        return { kind: 'done' };
      },
    });
    const socket = open();
    socket.write('{"kind":"status"}\n{"kind":"reload"}\n');
    await called.promise;
    socket.end('{"kind":"reload"}\n');
    expect(JSON.parse(await readAll(socket))).toEqual({ kind: 'done' });
    expect(commands).toEqual([{ kind: 'status' }]);
  });

  it('that only looks whether somebody is there gets nothing', async () => {
    await start();
    const socket = open();
    socket.end();
    expect(await readAll(socket)).toBe('');
  });

  it('that keeps its half open is not waited for', async () => {
    const server = await start({ clientMs: 60_000 });
    const socket = open();
    socket.write('{"kind":"status"}\n');
    await new Promise((resolve) => socket.resume().once('end', resolve));
    await server.close();
    expect(socket.writable).toBe(true);
  });

  it('that does not take its answer is ended', async () => {
    const called = deferred<void>();
    const server = await start({
      clientMs: 100,
      handle: () => {
        called.resolve();
        // More than a socket holds.
        return Promise.resolve({ kind: 'done', note: 'x'.repeat(8_000_000) });
      },
    });
    open().write('{"kind":"status"}\n');
    await called.promise;
    await server.close();
    expect(internalErrors).toEqual([]);
  });

  it('has 64 KiB for its line', async () => {
    await start();
    const line = '{"kind":"status"}'.padEnd(65_536);
    expect(await say(`${line}\n`)).toMatchObject({ kind: 'done' });
    expect(await say(`${line} `)).toMatchObject({ message: 'a line has at most 65536 bytes' });
    expect(commands).toHaveLength(1);
  });

  it('that never stops sending is ended', async () => {
    await start();
    const socket = open();
    const flood = Buffer.alloc(65_536, 'x');
    const pour = (): void => {
      while (!socket.destroyed && socket.write(flood));
    };
    socket.on('drain', pour);
    pour();
    await readAll(socket);
    expect(socket.destroyed).toBe(true);
    expect(await say('{"kind":"status"}\n')).toMatchObject({ kind: 'done' });
  });

  it('that ends within its line gets an error', async () => {
    await start();
    const socket = open();
    socket.end('{"kind":"status"}');
    expect(JSON.parse(await readAll(socket))).toEqual({
      kind: 'failed',
      message: 'the line is not complete',
    });
    expect(commands).toEqual([]);
  });

  it('that says nothing, or not enough, is ended', async () => {
    await start({ clientMs: 100 });
    const [silent, half, slow] = [open(), open(), open()];
    half.write('{"kind":');
    const dripping = setInterval(() => slow.write(' '), 10);
    cleanups.push(() => clearInterval(dripping));
    expect(await Promise.all([silent, half, slow].map(readAll))).toEqual(['', '', '']);
    expect(commands).toEqual([]);
  });

  it('may wait longer than that for its answer', async () => {
    const answer = deferred<ControlAnswer>();
    await start({ clientMs: 50, handle: () => answer.promise });
    const waiting = say('{"kind":"status"}\n');
    // One that is silent is ended in the meantime.
    expect(await readAll(open())).toBe('');
    expect(await readAll(open())).toBe('');
    answer.resolve({ kind: 'done' });
    expect(await waiting).toEqual({ kind: 'done' });
  });

  it('is one of 16 at most', async () => {
    await start({ clientMs: 60_000 });
    const clients = Array.from({ length: 16 }, open);
    await Promise.all(clients.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect(await readAll(open())).toBe('');
    await expect(sendControlCommand(path, { kind: 'status' }, 10_000)).rejects.toThrow(/too many clients/);
    clients[0]?.end();
    // Its place is free once the server has seen its end.
    let answer = '';
    while (answer === '') {
      const socket = open();
      socket.write('{"kind":"status"}\n');
      answer = await readAll(socket);
    }
    expect(JSON.parse(answer)).toMatchObject({ kind: 'done' });
  });

  it('that leaves before its answer harms nobody', async () => {
    const [called, answer] = [deferred<void>(), deferred<ControlAnswer>()];
    const server = await start({
      handle: () => {
        called.resolve();
        return answer.promise;
      },
    });
    const socket = open();
    socket.write('{"kind":"status"}\n');
    await called.promise;
    socket.destroy();
    answer.resolve({ kind: 'done' });
    expect(await say('{"kind":"status"}\n')).toEqual({ kind: 'done' });
    await server.close();
    expect(internalErrors).toEqual([]);
  });

  it('learns nothing of a bug', async () => {
    const bug = new Error('secret');
    await start({ handle: () => Promise.reject(bug) });
    expect(await say('{"kind":"status"}\n')).toEqual({
      kind: 'failed',
      message: 'Latchkey made a mistake; what it has printed says more.',
    });
    expect(internalErrors).toEqual([bug]);
  });
});

describe('sendControlCommand', () => {
  const send = (timeoutMs = 10_000): Promise<ControlAnswer> =>
    sendControlCommand(path, { kind: 'status' }, timeoutMs);

  /** A server that does something else. */
  async function startOther(serve: (socket: Socket) => void): Promise<void> {
    await mkdir(dirname(path));
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      cleanups.push(() => socket.destroy());
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    cleanups.push(() => server.close());
  }

  it('says what to do when nobody is there', async () => {
    await expect(send()).rejects.toThrow(/no `latchkey run` is running at .*start it first with/);
    await leaveDeadSocket(path);
    await expect(send()).rejects.toThrow(/no `latchkey run` is running at/);
  });

  it('gives up when no answer comes', async () => {
    await startOther(() => undefined);
    await expect(send(50)).rejects.toThrow(/cannot be asked: no answer within/);
  });

  it.each(['garbage\n', '{"kind":"new"}\n', '{"kind":"done"}{', '{"kind":"done"'])(
    'does not take %j for an answer',
    async (text) => {
      await startOther((socket) => socket.end(text));
      await expect(send()).rejects.toThrow(/cannot be read; is it of another version/);
    },
  );

  it('does not read an answer without end', async () => {
    await startOther((socket) => {
      const pour = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536, ' ')));
      };
      socket.on('drain', pour);
      pour();
    });
    await expect(send()).rejects.toThrow(/the answer has no end/);
  });
});

describe('findControlSocket', () => {
  it('finds the only one that is alive', async () => {
    await expect(findControlSocket(dirname(path), undefined)).rejects.toThrow(
      'no `latchkey run` is running; start it first',
    );
    await leaveDeadSocket(controlSocketPath(dirname(path), 1080));
    await writeFile(join(dirname(path), 'control-77.sock'), '');
    await writeFile(join(dirname(path), 'control-x.sock'), '');
    await expect(findControlSocket(dirname(path), undefined)).rejects.toThrow('no `latchkey run` is running');
    await start();
    expect(await findControlSocket(dirname(path), undefined)).toBe(path);
  });

  it('asks for the port when there are several', async () => {
    await start();
    await start({ path: controlSocketPath(dirname(path), 200) });
    await expect(findControlSocket(dirname(path), undefined)).rejects.toThrow(
      'on the ports 200, 3128; choose one with --port',
    );
    expect(await findControlSocket(dirname(path), 3128)).toBe(path);
    expect(commands).toEqual([]);
  });
});
