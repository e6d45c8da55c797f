import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LookupProcess } from './lookup-process';

vi.mock('node:child_process', { spy: true });

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function open(execPath?: string): LookupProcess {
  const lookups = new LookupProcess(execPath);
  closers.push(() => lookups.close());
  return lookups;
}

/** A program in the place of Node. */
async function programOf(line: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lookup-'));
  closers.push(() => rm(folder, { recursive: true }));
  const path = join(folder, 'program');
  await writeFile(path, `#!/bin/sh\n${line}\n`);
  await chmod(path, 0o700);
  return path;
}

describe('LookupProcess', () => {
  it('resolves names as the system does, and says what is wrong with others', async () => {
    const lookups = open();
    const [local, none] = await Promise.allSettled([
      lookups.resolve('localhost'),
      lookups.resolve('no-such-name.invalid'),
    ]);
    expect(local).toMatchObject({ status: 'fulfilled' });
    expect(local.status === 'fulfilled' && local.value[0]?.address).toMatch(/^(127\.0\.0\.1|::1)$/);
    expect(none).toMatchObject({
      status: 'rejected',
      reason: { code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/) },
    });
  });

  it('is gone when nothing is asked for a while, and back when something is', async () => {
    const lookups = new LookupProcess(undefined, 1);
    closers.push(() => lookups.close());
    for (let time = 0; time < 2; time += 1) {
      expect(await lookups.resolve('localhost')).not.toEqual([]);
      await vi.waitFor(() => expect(lookups.processId).toBeUndefined(), { timeout: 15_000 });
    }
  });

  it('does not wait for what nobody answers when it is closed', async () => {
    const lookups = open(await programOf('exec sleep 600'));
    const asked = lookups.resolve('dead.test');
    const [outcome] = await Promise.all([Promise.allSettled([asked]), lookups.close()]);
    expect(outcome).toMatchObject([{ status: 'rejected', reason: { code: 'ECANCELED' } }]);
    await expect(lookups.resolve('localhost')).rejects.toMatchObject({ code: 'ECANCELED' });
  });

  it.each([
    ['ends', 'exit 1'],
    ['cannot be started', undefined],
  ])('falls back to this process when its own %s', async (_what, line) => {
    const lookups = open(line === undefined ? '/nowhere/node' : await programOf(line));
    for (let time = 0; time < 2; time += 1) expect(await lookups.resolve('localhost')).not.toEqual([]);
  });

  it('falls back to this process when there are no descriptors for another', async () => {
    vi.mocked(spawn).mockImplementationOnce(() => {
      // Node gives such a child no channel, and says so a moment later.
      const child = Object.assign(new EventEmitter(), { connected: false });
      process.nextTick(() => child.emit('error', new Error('spawn EMFILE')));
      return child as unknown as ChildProcess;
    });
    expect(await open().resolve('localhost')).not.toEqual([]);
  });
});
