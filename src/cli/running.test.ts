import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../test/command-fixture';
import { FakeCore } from '../../test/fake-core';
import { leaveDeadSocket } from '../../test/raw-control-client';
import type { ControlClient } from './control-client';
import { findRunning, nameOf, withRunning } from './running';

const nobody = 'latchkey: Latchkey is not running: open the app, or start `latchkey run`';

let fixture: CommandFixture;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  fixture = await CommandFixture.create();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  await fixture.remove();
});

const socketPath = (name: string): string => join(fixture.folder, 'control', name);

/** Something that answers in another way. */
async function startOther(name: string, serve: (socket: Socket) => void): Promise<void> {
  await mkdir(dirname(socketPath(name)), { recursive: true, mode: 0o700 });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    cleanups.push(() => socket.destroy());
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(socketPath(name), resolve));
  cleanups.push(() => server.close());
}

const coreOn = (...ports: readonly number[]): FakeCore =>
  new FakeCore({ addresses: ports.map((port) => ({ host: '127.0.0.1', port })) });

/** Who answers on that port, or the only one. */
function hostOf(port?: number): Promise<string> {
  return withRunning(fixture.terminal(), port, (client: ControlClient) => Promise.resolve(client.hello.host));
}

describe('what runs', () => {
  it('is nobody: in no folder, an empty one, and one with what others have left', async () => {
    await expect(hostOf()).rejects.toThrow(nobody);
    await mkdir(dirname(socketPath('app.sock')), { recursive: true, mode: 0o700 });
    await expect(hostOf()).rejects.toThrow(nobody);
    await leaveDeadSocket(socketPath('app.sock'));
    await leaveDeadSocket(socketPath('run-4711.sock'));
    await writeFile(socketPath('run-77.sock'), '');
    await writeFile(socketPath('run-x.sock'), '');
    await expect(hostOf()).rejects.toThrow(nobody);
    await expect(hostOf(3128)).rejects.toThrow(nobody);
    await expect(hostOf()).rejects.toMatchObject({ exitCode: 1 });
    expect(await findRunning(fixture.terminal())).toEqual([]);
  });

  it('is the only one that is alive, without a port', async () => {
    await leaveDeadSocket(socketPath('run-4711.sock'));
    // What starts removes what is dead.
    await fixture.listen();
    await leaveDeadSocket(socketPath('run-4712.sock'));
    expect(await hostOf()).toBe('app');
    expect(await hostOf(3128)).toBe('app');
  });

  it('is told apart by its port when there are several', async () => {
    await fixture.listen({ core: coreOn(3128) });
    await fixture.listen({ host: 'run', core: coreOn(4000, 4001) });
    await expect(hostOf()).rejects.toThrow(
      'latchkey: several are running: Latchkey in the menu bar, on 127.0.0.1:3128, ' +
        `\`latchkey run\` (process ${process.pid}), on 127.0.0.1:4000 and 127.0.0.1:4001; choose one with --port`,
    );
    expect(await hostOf(3128)).toBe('app');
    expect(await hostOf(4000)).toBe('run');
    expect(await hostOf(4001)).toBe('run');
    await expect(hostOf(5000)).rejects.toThrow(
      /^latchkey: no Latchkey listens on port 5000; there is Latchkey in the menu bar, on 127\.0\.0\.1:3128, `latchkey run`/,
    );
  });

  it('may be turned off', async () => {
    await fixture.listen({ core: coreOn() });
    expect(await hostOf()).toBe('app');
    await expect(hostOf(3128)).rejects.toThrow(
      'no Latchkey listens on port 3128; there is Latchkey in the menu bar, turned off',
    );
  });

  it('has a name', async () => {
    await fixture.listen();
    await fixture.listen({ host: 'run' });
    const running = await findRunning(fixture.terminal());
    expect(running.map(nameOf)).toEqual([
      'Latchkey in the menu bar',
      `\`latchkey run\` (process ${process.pid})`,
    ]);
    for (const { client } of running) client.close();
  });

  it('is left by whoever has asked, whatever came of it', async () => {
    await fixture.listen();
    await hostOf();
    await expect(withRunning(fixture.terminal(), 1, () => Promise.resolve())).rejects.toThrow();
    await expect(
      withRunning(fixture.terminal(), undefined, () => Promise.reject(new Error('no'))),
    ).rejects.toThrow('no');
    const [running] = await findRunning(fixture.terminal());
    // Followers end with their connections.
    void running?.client.followState(() => undefined).catch(() => undefined);
    await expect.poll(() => fixture.core.listeners).toBe(1);
    running?.client.close();
    await expect.poll(() => fixture.core.listeners).toBe(0);
  });
});

describe('what greets, and gives no state', () => {
  it('is left', async () => {
    const left: boolean[] = [];
    await startOther('run-1.sock', (socket) => {
      socket.once('close', () => left.push(true));
      socket.write('{"kind":"hello","protocol":1,"version":"0.0.0","host":"run","pid":1}\n');
      socket.once('data', () => socket.write('{"kind":"error","id":1,"message":"no"}\n'));
    });
    await expect(hostOf()).rejects.toThrow('latchkey: no');
    // It would keep the command from ending.
    await expect.poll(() => left).toEqual([true]);
  });
});

describe('what cannot be understood', () => {
  const otherVersion = (socket: Socket): boolean =>
    socket.write('{"kind":"hello","protocol":99,"version":"9.0.0","host":"app","pid":1}\n');

  it('is why nobody is found', async () => {
    await startOther('app.sock', otherVersion);
    await expect(hostOf()).rejects.toThrow(
      'latchkey: Latchkey in the menu bar is version 9.0.0 and this command is 0.0.0: they do not understand each other; ' +
        'use the `latchkey` that belongs to it, or start it again after the update',
    );
    await expect(hostOf(3128)).rejects.toThrow('version 9.0.0');
  });

  it('is no matter while there is another one', async () => {
    await startOther('app.sock', otherVersion);
    await startOther('run-1.sock', (socket) => socket.write('garbage\n'));
    await startOther('run-2.sock', (socket) => socket.destroy());
    await fixture.listen({ host: 'run' });
    expect(await hostOf()).toBe('run');
    expect(await hostOf(3128)).toBe('run');
    const problems: unknown[] = [];
    const running = await findRunning(fixture.terminal(), problems);
    expect(problems).toHaveLength(3);
    for (const { client } of running) client.close();
  });

  it.each<[string, (socket: Socket) => void, RegExp]>([
    ['closes', (socket) => socket.destroy(), /ended the connection without an answer/],
    ['talks garbage', (socket) => socket.write('garbage\n'), /cannot be read/],
  ])('is told: one that %s', async (_title, serve, words) => {
    await startOther('run-1.sock', serve);
    await expect(hostOf()).rejects.toThrow(words);
    await expect(hostOf()).rejects.toMatchObject({ exitCode: 1 });
  });

  it.skipIf(process.getuid?.() === 0)('is a folder that may not be read', async () => {
    await mkdir(dirname(socketPath('app.sock')), { mode: 0o700 });
    await chmod(dirname(socketPath('app.sock')), 0);
    cleanups.push(() => chmod(dirname(socketPath('app.sock')), 0o700));
    await expect(hostOf()).rejects.toThrow(/cannot be read: .*EACCES/);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'is a folder of somebody else, who would get the password',
    async () => {
      await fixture.listen();
      await chown(dirname(socketPath('app.sock')), 1, 1);
      await expect(hostOf()).rejects.toThrow(/control belongs to another user/);
      await expect(hostOf()).rejects.toMatchObject({ exitCode: 1 });
    },
  );

  it('is a file where the folder should be', async () => {
    await writeFile(join(fixture.folder, 'control'), '');
    await expect(hostOf()).rejects.toThrow(/cannot be read: ENOTDIR/);
    await expect(hostOf()).rejects.toMatchObject({ exitCode: 1 });
  });
});
