import { spawn } from 'node:child_process';
import { afterEach, expect, it, vi } from 'vitest';
import { systemNetworkWatch } from './system-network-watch';

vi.mock('node:child_process', { spy: true });

afterEach(() => {
  vi.mocked(spawn).mockClear();
});

it('asks scutil on a Mac', async () => {
  const watch = systemNetworkWatch('darwin', () => undefined);
  expect(vi.mocked(spawn).mock.calls.map(([command, args]) => [command, args])).toEqual([
    ['/usr/sbin/scutil', []],
  ]);
  await watch.close();
});

it.each(['linux', 'win32'] as const)('runs nothing on %s', async (platform) => {
  const watch = systemNetworkWatch(platform, () => undefined);
  expect(spawn).not.toHaveBeenCalled();
  await watch.close();
});
