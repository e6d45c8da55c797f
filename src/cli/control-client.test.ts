import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../../test/deferred';
import { FakeCore } from '../../test/fake-core';
import { leaveDeadSocket } from '../../test/raw-control-client';
import { isNobodyThere } from '../main/control/control-sockets';
import { startControlServer } from '../main/control/control-server';
import type { CommandResult } from '../shared/command';
import { CliError } from './cli-error';
import { ControlClient } from './control-client';

const ended =
  /^latchkey: the running Latchkey ended the connection without an answer: .* try again in a moment$/;
const unreadable = /gave an answer that cannot be read \(.*\); is it of another version\?$/;

let folder = '';
let path = '';
let core: FakeCore;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
  path = join(folder, 's');
  core = new FakeCore();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  await rm(folder, { recursive: true });
});

/** A client of a real server, whose core a test can drive. */
async function connectToCore(): Promise<{
  readonly client: ControlClient;
  readonly close: () => Promise<void>;
}> {
  const server = await startControlServer({
    stateDirectory: folder,
    host: 'app',
    version: '1.2.3',
    core,
    onInternalError: (error) => {
      throw error;
    },
  });
  cleanups.push(() => server.close());
  path = join(folder, 'control', 'app.sock');
  return { client: await connect(), close: () => server.close() };
}

async function connect(): Promise<ControlClient> {
  const client = await ControlClient.connect(path, '9.9.9');
  cleanups.push(() => client.close());
  return client;
}

const hello = { kind: 'hello', protocol: 1, version: '1.2.3', host: 'run', pid: 42 };

/** A server that does something else. */
async function startOther(serve: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    cleanups.push(() => socket.destroy());
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  cleanups.push(() => server.close());
}

/** Greets, and says this to the first question. */
function startAnswering(answer: string | ((socket: Socket) => void)): Promise<void> {
  return startOther((socket) => {
    socket.write(`${JSON.stringify(hello)}\n`);
    socket.once('data', () => {
      if (typeof answer === 'string') socket.write(answer);
      else answer(socket);
    });
  });
}

function pour(socket: Socket): void {
  const chunk = Buffer.alloc(1_048_576, ' ');
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', more);
  more();
}

describe('a client of a core', () => {
  it('learns who answers, and the state', async () => {
    const { client } = await connectToCore();
    expect(client.hello).toEqual({ ...hello, host: 'app', pid: process.pid });
    expect(await client.state()).toEqual(JSON.parse(JSON.stringify(core.state())));
  });

  it('asks several things at once, and gets each answer where it belongs', async () => {
    const { client } = await connectToCore();
    const slow = deferred<CommandResult>();
    core.answer('retry-password', slow.promise);
    core.answer('read-log', ({ maxLines }) => ({ kind: 'log', lines: [`${maxLines}`] }));
    const retried = client.run({ kind: 'retry-password' }, undefined);
    const logs = await Promise.all([1, 2, 3].map((maxLines) => client.run({ kind: 'read-log', maxLines })));
    expect(logs).toEqual(['1', '2', '3'].map((line) => ({ kind: 'log', lines: [line] })));
    slow.resolve({ kind: 'cancelled' });
    expect(await retried).toEqual({ kind: 'cancelled' });
  });

  it('is told why it may not ask something, and goes on', async () => {
    const { client } = await connectToCore();
    await expect(client.run({ kind: 'quit' })).rejects.toThrow(
      'latchkey: this can be asked in the panel of Latchkey alone',
    );
    expect(await client.run({ kind: 'check-again' })).toEqual({ kind: 'done' });
  });

  it('follows the state', async () => {
    const { client, close } = await connectToCore();
    const seen: string[] = [];
    const following = client.followState(({ reachability }) => void seen.push(reachability));
    const why = following.catch((error: unknown) => error);
    await expect.poll(() => seen).toEqual(['reachable']);
    core.set({ reachability: 'unknown' });
    await expect.poll(() => seen).toEqual(['reachable', 'unknown']);
    await close();
    expect(await why).toMatchObject({ message: 'latchkey: Latchkey is stopping.' });
  });

  it('follows Activity, until it has had enough', async () => {
    const { client } = await connectToCore();
    core.answer('read-activity', ({ afterId }) => ({
      kind: 'activity',
      rows: [
        {
          id: afterId + 1,
          method: 'GET',
          target: undefined,
          route: undefined,
          status: 200,
          endedMs: 0,
          durationMs: 0,
          downBytes: 0,
          upBytes: 0,
          problem: undefined,
          trace: [],
        },
      ],
    }));
    const seen: number[] = [];
    void client.followActivity(6, (rows) => void seen.push(...rows.map(({ id }) => id)));
    await expect.poll(() => seen).toEqual([7]);
    expect(core.watchers).toBe(1);
    client.close();
    await expect.poll(() => core.watchers).toBe(0);
  });

  it('that asks after the other end has gone is told so at once', async () => {
    const { client, close } = await connectToCore();
    await close();
    // Without an end in time, as for a question to the user.
    await expect(client.run({ kind: 'turn-on' }, undefined)).rejects.toThrow(ended);
    await expect(client.state()).rejects.toThrow(ended);
    await expect(client.followState(() => undefined)).rejects.toThrow(ended);
  });
});

describe('a client that finds', () => {
  it('nobody gets the error of the system', async () => {
    for (const prepare of [() => Promise.resolve(), () => leaveDeadSocket(path)]) {
      await prepare();
      const error: unknown = await connect().catch((reason: unknown) => reason);
      expect(isNobodyThere(error)).toBe(true);
    }
  });

  it.each([
    ['app' as const, 'Latchkey in the menu bar is version 2.0.0 and this command is 9.9.9'],
    ['run' as const, '`latchkey run` is version 2.0.0 and this command is 9.9.9'],
  ])('another protocol of %s names both versions', async (host, words) => {
    await startOther((socket) =>
      socket.write(`${JSON.stringify({ ...hello, protocol: 2, version: '2.0.0', host, more: {} })}\n`),
    );
    await expect(connect()).rejects.toThrow(words);
    await expect(connect()).rejects.toMatchObject({ exitCode: 1 });
  });

  it.each(['garbage\n', '{"kind":"hello"\n', '\n', '\u0000\u00ff\n'])(
    'a greeting %j that cannot be read',
    async (text) => {
      await startOther((socket) => socket.write(text));
      await expect(connect()).rejects.toThrow(unreadable);
    },
  );

  it.each(['{"kind":"failed","message":"before the first"}\n', 'null\n', '7\n', '[]\n', '{}\n'])(
    'another greeting %j',
    async (text) => {
      await startOther((socket) => socket.write(text));
      await expect(connect()).rejects.toThrow(unreadable);
      await expect(connect()).rejects.toBeInstanceOf(CliError);
    },
  );

  it.each<[string, (socket: Socket) => void]>([
    ['closes at once', (socket) => socket.destroy()],
    ['ends at once', (socket) => socket.end()],
    ['ends within its greeting', (socket) => socket.end(JSON.stringify(hello).slice(0, 20))],
  ])('one that %s', async (_title, serve) => {
    await startOther(serve);
    await expect(connect()).rejects.toThrow(ended);
  });

  it('one that does not greet gives up', async () => {
    const accepted = deferred<void>();
    await startOther(() => accepted.resolve());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    cleanups.push(() => vi.useRealTimers());
    const why = connect().catch((error: unknown) => error);
    await accepted.promise;
    vi.advanceTimersByTime(10_000);
    expect(await why).toMatchObject({ message: 'latchkey: the running Latchkey does not answer' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a greeting without an end', async () => {
    await startOther(pour);
    await expect(connect()).rejects.toThrow(/gives an answer that has no end$/);
  });

  it.each(['garbage\n', '{"kind":"state","id":1,\n', '\n', 'null\n'])(
    'an answer %j that cannot be read',
    async (text) => {
      await startAnswering(text);
      const client = await connect();
      await expect(client.state()).rejects.toThrow(unreadable);
    },
  );

  it('an answer to something else', async () => {
    await startAnswering('{"kind":"result","id":1,"result":{"kind":"done"}}\n');
    await expect((await connect()).state()).rejects.toThrow('the running Latchkey gave another answer');
    await rm(path);
    await startAnswering('{"kind":"state","id":1,"state":{}}\n');
    await expect((await connect()).run({ kind: 'turn-on' })).rejects.toThrow('gave another answer');
  });

  it('an answer to a question that it has not asked waits for its own', async () => {
    await startAnswering(
      '{"kind":"state","id":7,"state":{"version":"other"}}\n{"kind":"state","id":1,"state":{"version":"own"}}\n',
    );
    expect(await (await connect()).state()).toEqual({ version: 'own' });
  });

  it('an error that is about no question', async () => {
    await startAnswering('{"kind":"error","id":0,"message":"a line has at most 65536 bytes"}\n');
    await expect((await connect()).state()).rejects.toThrow('latchkey: a line has at most 65536 bytes');
  });

  it('no answer in time', async () => {
    await startAnswering(() => undefined);
    await expect((await connect()).run({ kind: 'turn-on' }, 50)).rejects.toThrow(
      'the running Latchkey gave no answer within 0.05 s',
    );
  });

  it('the end instead of an answer', async () => {
    await startAnswering((socket) => socket.end());
    await expect((await connect()).state()).rejects.toThrow(ended);
    await rm(path);
    await startAnswering((socket) => socket.end('{"kind":"state","id":1'));
    const client = await connect();
    const following = client.followState(() => undefined);
    await expect(client.state()).rejects.toThrow(ended);
    await expect(following).rejects.toThrow(ended);
  });

  it('an answer without an end', async () => {
    await startAnswering(pour);
    await expect((await connect()).state()).rejects.toThrow(/gives an answer that has no end$/);
  });

  it('an answer in small pieces, and two in one', async () => {
    const text = `${JSON.stringify({ kind: 'state', id: 1, state: { version: 'ä€😀' } })}\n${JSON.stringify({ kind: 'state', id: 2, state: {} })}\n`;
    await startAnswering((socket) => {
      void (async () => {
        for (const byte of Buffer.from(text)) {
          await new Promise<void>((resolve) => socket.write(Buffer.of(byte), () => resolve()));
        }
      })();
    });
    const client = await connect();
    const second = [client.state(), client.state()];
    expect(await Promise.all(second)).toEqual([{ version: 'ä€😀' }, {}]);
  });
});
