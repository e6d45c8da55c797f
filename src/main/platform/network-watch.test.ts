import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { networkInterfaces } from 'node:os';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { interfacesNetworkWatch } from './interfaces-network-watch';
import { scutilNetworkWatch } from './scutil-network-watch';

type Interfaces = ReturnType<typeof networkInterfaces>;

function interfaces(addresses: Readonly<Record<string, string>>): Interfaces {
  return Object.fromEntries(
    Object.entries(addresses).map(([name, address]) => [
      name,
      [
        {
          address,
          netmask: '255.255.255.0',
          family: 'IPv4' as const,
          mac: '00:00:00:00:00:00',
          internal: address.startsWith('127.'),
          cidr: `${address}/24`,
        },
      ],
    ]),
  );
}

describe('interfacesNetworkWatch', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells once of addresses that have changed, when they have settled', async () => {
    let now = interfaces({ lo0: '127.0.0.1', en0: '192.168.1.20' });
    const watch = interfacesNetworkWatch(() => now);
    const heard = vi.fn<() => void>();
    watch.subscribe(heard);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).not.toHaveBeenCalled();
    now = interfaces({ lo0: '127.0.0.1' });
    await vi.advanceTimersByTimeAsync(2_000);
    now = interfaces({ lo0: '127.0.0.1', en0: '10.0.0.5' });
    await vi.advanceTimersByTimeAsync(2_900);
    expect(heard).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).toHaveBeenCalledTimes(2);
    await watch.close();
  });

  it('minds neither the order of interfaces nor link-local addresses', async () => {
    let now = interfaces({ en0: '192.168.1.20', en1: '10.0.0.5' });
    const watch = interfacesNetworkWatch(() => now);
    const heard = vi.fn<() => void>();
    watch.subscribe(heard);
    now = interfaces({ en1: '10.0.0.5', en0: '192.168.1.20', awdl0: '169.254.7.7' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).not.toHaveBeenCalled();
    await watch.close();
  });

  it('tells nobody who has unsubscribed, and nothing after it was closed', async () => {
    let now = interfaces({ en0: '192.168.1.20' });
    const watch = interfacesNetworkWatch(() => now);
    const [gone, staying] = [vi.fn<() => void>(), vi.fn<() => void>()];
    watch.subscribe(gone)();
    watch.subscribe(staying);
    now = interfaces({});
    await vi.advanceTimersByTimeAsync(2_000);
    await watch.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(gone).not.toHaveBeenCalled();
    expect(staying).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** One suite for the emulator here and for the real command on a Mac, where changes are not made on purpose. */
describe('scutilNetworkWatch', () => {
  let folder: string;
  let changes: string;
  const problems: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-scutil-'));
    changes = join(folder, 'changes');
    writeFileSync(changes, '');
    problems.length = 0;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const emulated = (): ReturnType<typeof scutilNetworkWatch> =>
    scutilNetworkWatch({
      onProblem: (message) => problems.push(message),
      command: process.execPath,
      args: [resolve('test/mac-commands/scutil.mjs'), changes],
    });
  const change = (...keys: readonly string[]): void => appendFileSync(changes, `${keys.join('\n')}\n`);

  it('tells once of several events in a row, and of none that it has not asked for', async () => {
    const watch = emulated();
    let count = 0;
    const heard = new Promise<void>((tell) => {
      watch.subscribe(() => {
        count += 1;
        tell();
      });
    });
    // The emulator takes a moment to start; a change before it watches is not told, as with scutil.
    const timer = setInterval(() => {
      change('State:/Network/Interface/en0/Link');
      change('State:/Network/Global/IPv4', 'State:/Network/Global/DNS');
    }, 100);
    setTimeout(() => clearInterval(timer), 1_500);
    await heard;
    expect(count).toBe(1);
    await watch.close();
    expect(problems).toEqual([]);
  });

  it('starts scutil again when it ends, and takes that for a change', async () => {
    const watch = scutilNetworkWatch({
      onProblem: (message) => problems.push(message),
      command: process.execPath,
      args: ['-e', 'process.exit(0)'],
    });
    await new Promise<void>((tell) => {
      watch.subscribe(tell);
    });
    await watch.close();
    expect(problems).toEqual([]);
  });

  it('says that it cannot watch when there is no scutil', async () => {
    const watch = scutilNetworkWatch({
      onProblem: (message) => problems.push(message),
      command: join(folder, 'missing'),
    });
    await vi.waitFor(() => expect(problems).toHaveLength(1));
    expect(problems[0]).toMatch(/network changes cannot be watched: .*ENOENT/);
    await watch.close();
  });

  it.skipIf(process.platform !== 'darwin')('starts and ends the real scutil', async () => {
    const watch = scutilNetworkWatch({ onProblem: (message) => problems.push(message) });
    watch.subscribe(() => undefined);
    await new Promise((done) => setTimeout(done, 1_000));
    await watch.close();
    expect(problems).toEqual([]);
  });
});
