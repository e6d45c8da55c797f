import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { takeDirectoryLock } from './directory-lock';
import { identifyProcess, type ProcessIdentity } from '../macos/process-identity';

const { clock } = vi.hoisted(() => ({ clock: { nowMs: 0, onPause: (): void => undefined } }));
// Time goes on in the pauses alone, however slow the machine is.
vi.mock('node:timers/promises', () => ({
  setTimeout: async (delayMs: number, _value: unknown, options: { readonly signal?: AbortSignal } = {}) => {
    options.signal?.throwIfAborted();
    clock.nowMs += delayMs;
    clock.onPause();
  },
}));

let folder: string;
let lock: string;
let us: ProcessIdentity;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-lock-'));
  lock = join(folder, 'system-proxy.lock');
  us = await identifyProcess();
  clock.nowMs = 0;
  clock.onPause = () => undefined;
  vi.spyOn(performance, 'now').mockImplementation(() => clock.nowMs);
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Somebody who lives has it. */
function hold(by: 'another Latchkey' | 'the restore script'): void {
  mkdirSync(lock);
  writeFileSync(join(lock, 'pid'), `${us.pid}\n`);
  writeFileSync(join(lock, 'start'), `${us.startedAt}\n`);
  if (by === 'the restore script') writeFileSync(join(lock, 'call'), '');
}

describe('takeDirectoryLock', () => {
  it('takes what is free, and gives it back', async () => {
    const release = await takeDirectoryLock(lock, us, { waitMs: 0 });
    expect(existsSync(join(lock, 'start'))).toBe(true);
    await release?.();
    expect(existsSync(lock)).toBe(false);
  });

  it('does not wait for another Latchkey for longer than it is told', async () => {
    hold('another Latchkey');
    expect(await takeDirectoryLock(lock, us, { waitMs: 1_000 })).toBeUndefined();
    expect(clock.nowMs).toBeGreaterThan(1_000);
    expect(clock.nowMs).toBeLessThan(2_000);
  });

  it('waits for the restore script for as long as twenty services take', async () => {
    hold('the restore script');
    clock.onPause = () => {
      if (clock.nowMs >= 30_000) rmSync(lock, { recursive: true, force: true });
    };
    expect(await takeDirectoryLock(lock, us, { waitMs: 1_000 })).toBeInstanceOf(Function);
    expect(clock.nowMs).toBe(30_000);
  });

  it('can be called off while it waits', async () => {
    hold('the restore script');
    const abort = new AbortController();
    clock.onPause = () => {
      if (clock.nowMs >= 30_000) abort.abort();
    };
    const taken = takeDirectoryLock(lock, us, { waitMs: 1_000, signal: abort.signal });
    await expect(taken).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(existsSync(lock)).toBe(true);
  });
});
