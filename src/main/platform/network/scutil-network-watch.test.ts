import { ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmulatedMac, emulateMac } from '../../../../test/emulated-mac';
import { runCommand } from '../../../../test/servers/run-command';
import type { NetworkWatch } from '../ports';
import { type ScutilOptions, scutilNetworkWatch } from './scutil-network-watch';

vi.mock('node:child_process', { spy: true });

const ipv4 = 'State:/Network/Global/IPv4';
const ipv6 = 'State:/Network/Global/IPv6';
const dns = 'State:/Network/Global/DNS';
const link = 'State:/Network/Interface/en0/Link';
const office = {
  [ipv4]: { PrimaryInterface: 'en0', Router: '10.0.0.1' },
  [dns]: { ServerAddresses: ['10.0.0.53', '10.0.1.53'] },
  [link]: { Active: 'TRUE' },
};

let mac: EmulatedMac;
let problems: string[];
let changeCount: number;
let watch: NetworkWatch | undefined;

beforeEach(() => {
  mac = emulateMac({ services: [], store: office });
  vi.stubEnv('LATCHKEY_MAC_STATE', mac.env['LATCHKEY_MAC_STATE']);
  problems = [];
  changeCount = 0;
});

afterEach(async () => {
  await watch?.close();
  watch = undefined;
  vi.useRealTimers();
  vi.unstubAllEnvs();
  mac.remove();
});

function setState(state: Readonly<Record<string, object>>): void {
  mac.write({ user: 'admin', services: [], store: state });
}

const emulator = {
  command: resolve('test/mac-commands/scutil'),
  args: [],
};

/** Only the timers of the watch: processes take the time that they take. */
function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
}

function startWatch(options: Partial<ScutilOptions>): NetworkWatch {
  watch = scutilNetworkWatch({ onProblem: (message) => problems.push(message), ...options });
  watch.subscribe(() => {
    changeCount += 1;
  });
  return watch;
}

function startEmulated(): NetworkWatch {
  return startWatch(emulator);
}

/** A program in place of scutil. */
function startScript(script: string): void {
  startWatch({ command: process.execPath, args: ['-e', script] });
}

/** The next process does not start; it is as Node leaves it then, without a pid and without pipes. */
function spawnUnborn(): ChildProcess {
  const unborn = Reflect.construct(ChildProcess, []) as ChildProcess;
  vi.mocked(spawn).mockReturnValueOnce(unborn);
  return unborn;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

/** What the emulators have been told, one after the other. */
function commands(): { readonly pid: number; readonly text: string }[] {
  const path = join(mac.folder, 'mac.log');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [pid = '', ...words] = line.split(' ');
    return { pid: Number(pid), text: words.join(' ') };
  });
}

/** The process that has begun to watch. */
async function watching(sequence = 1): Promise<number> {
  const begun = (): number[] => commands().flatMap(({ pid, text }) => (text === 'n.watch' ? [pid] : []));
  await until(() => begun().length >= sequence);
  return begun().at(-1) ?? 0;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Timers of the watch: one for its process, and one more when a change is about to be told. */
async function timers(count: number): Promise<void> {
  await until(() => vi.getTimerCount() === count);
}

describe('scutilNetworkWatch', () => {
  it('watches the primary network and its resolvers', async () => {
    startEmulated();
    await watching();
    expect(commands().map(({ text }) => text)).toEqual([
      `n.add ${ipv4}`,
      `n.add ${ipv6}`,
      `n.add ${dns}`,
      'n.watch',
    ]);
  });

  it('tells once of several changes in a row, when they have settled', async () => {
    fakeTimers();
    startEmulated();
    await watching();
    setState({ [ipv4]: { PrimaryInterface: 'utun4' }, [link]: {} });
    await timers(2);
    vi.advanceTimersByTime(1_400);
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    setState({ [ipv4]: { PrimaryInterface: 'utun4' }, [dns]: { ServerAddresses: ['172.16.0.1'] } });
    await until(() => cleared.mock.calls.length > 0);
    cleared.mockRestore();
    vi.advanceTimersByTime(1_400);
    expect(changeCount).toBe(0);
    vi.advanceTimersByTime(100);
    expect(changeCount).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(changeCount).toBe(1);
    expect(problems).toEqual([]);
  });

  it('tells of another change as well, but not of what it does not watch', async () => {
    fakeTimers();
    startEmulated();
    await watching();
    // What is printed first is about the second state: the first one changed nothing that is watched.
    setState({ ...office, [link]: { Active: 'FALSE' } });
    await delay(100);
    expect(vi.getTimerCount()).toBe(1);
    for (const [index, state] of [{}, office].entries()) {
      setState(state);
      await timers(2);
      vi.advanceTimersByTime(1_500);
      expect(changeCount).toBe(index + 1);
    }
  });

  it.each([
    ['the lines of older systems', `  changed key [0] = ${ipv4}`, 2],
    ['the lines of newer systems', `   9:03:22.123 (+5.004) changedKey [1] = ${ipv4}`, 2],
    ['an event without a change', "  no changed key's.", 1],
    ['an error', `  Key already exists`, 1],
  ])('understands %s', async (_, line, timerCount) => {
    fakeTimers();
    startScript(`console.log(${JSON.stringify(line)})`);
    await until(() => problems.length > 0);
    // It has ended: one timer is for the next.
    expect(vi.getTimerCount()).toBe(timerCount);
  });

  it('tells nobody who has unsubscribed, and nothing after it was closed', async () => {
    fakeTimers();
    const started = startEmulated();
    const gone = vi.fn<() => void>();
    started.subscribe(gone)();
    await watching();
    setState({});
    await timers(2);
    vi.advanceTimersByTime(1_500);
    expect(changeCount).toBe(1);
    setState(office);
    await timers(2);
    await started.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(gone).not.toHaveBeenCalled();
  });

  it('ends scutil when it is closed, even one that is stopped', async () => {
    const started = startEmulated();
    const pid = await watching();
    process.kill(pid, 'SIGSTOP');
    await started.close();
    expect(isRunning(pid)).toBe(false);
    await started.close();
    expect(problems).toEqual([]);
  });

  it('sends no signal when scutil did not start: it would reach the process group of this process', async () => {
    const unborn = spawnUnborn();
    const kill = vi.fn<() => boolean>(() => false);
    unborn.kill = kill;
    const closed = startWatch({}).close();
    unborn.emit('error', new Error('spawn ENOENT'));
    unborn.emit('close', -2, null);
    await closed;
    expect(kill).not.toHaveBeenCalled();
    expect(problems).toEqual([]);
  });

  it('does not try again once it is closed', async () => {
    fakeTimers();
    const started = startWatch({ command: '/missing/scutil' });
    await until(() => problems.length === 1);
    expect(vi.getTimerCount()).toBe(1);
    await started.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('starts scutil again when it ends, and tells of what may have changed meanwhile', async () => {
    fakeTimers();
    startEmulated();
    const first = await watching();
    vi.advanceTimersByTime(10_000);
    expect(changeCount).toBe(0);
    process.kill(first);
    await until(() => !isRunning(first));
    await timers(1);
    vi.advanceTimersByTime(1_000);
    expect(await watching(2)).not.toBe(first);
    vi.advanceTimersByTime(10_000 + 1_500);
    expect(changeCount).toBe(1);
    expect(problems).toEqual([]);
  });

  it.each([
    ['is missing', { command: '/missing/scutil' }, /^network changes cannot be watched: .*ENOENT/],
    ['cannot be started at all', { command: process.execPath, args: ['\0'] }, /null bytes/],
    ['ends at once', { command: process.execPath, args: ['-e', 'process.exit(3)'] }, /ended with code 3;/],
  ])('tries again and again when scutil %s, and says so once', async (_, options, problem) => {
    fakeTimers();
    const timer = vi.spyOn(globalThis, 'setTimeout');
    const restarts = (): unknown[] => timer.mock.calls.map(([, ms]) => ms).filter((ms) => ms !== 10_000);
    startWatch(options);
    for (let count = 1; count <= 8; count += 1) {
      await until(() => restarts().length === count);
      vi.advanceTimersToNextTimer();
    }
    expect(restarts().slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    timer.mockRestore();
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(changeCount).toBe(0);
  });

  it('outlives a lack of file descriptors, with which there are no pipes', async () => {
    fakeTimers();
    const unborn = spawnUnborn();
    startEmulated();
    unborn.emit('error', new Error('spawn EMFILE'));
    unborn.emit('close', -24, null);
    expect(problems).toEqual(['network changes cannot be watched: spawn EMFILE; it is tried again']);
    vi.advanceTimersByTime(1_000);
    expect(await watching()).toBeGreaterThan(0);
  });

  it('says again that scutil does not run when it did meanwhile', async () => {
    fakeTimers();
    const flag = join(mac.folder, 'ends');
    startScript(
      `require('node:fs').existsSync(${JSON.stringify(flag)}) ? process.exit(3) : process.stdin.resume()`,
    );
    appendFileSync(flag, '');
    // The first may have come before the flag; it ends by a signal then.
    vi.mocked(spawn).mock.results.at(-1)?.value.kill();
    await until(() => problems.length === 1);
    rmSync(flag);
    vi.advanceTimersByTime(1_000);
    vi.advanceTimersByTime(10_000);
    appendFileSync(flag, '');
    vi.mocked(spawn).mock.results.at(-1)?.value.kill();
    await timers(2);
    vi.advanceTimersByTime(1_500);
    await until(() => problems.length === 2);
    expect(problems[1]).toMatch(/ended with code 3/);
  });
});

/** What the emulator and the scutil of a Mac have in common. */
describe.each([
  ['the emulated scutil', false],
  ['the scutil of this Mac', true],
])('%s', (_, isReal) => {
  const scutil = (): { readonly command: string; readonly args: readonly string[] } =>
    isReal ? { command: '/usr/sbin/scutil', args: [] } : emulator;

  describe.skipIf(isReal && process.platform !== 'darwin')('as a process', () => {
    it('can be watched, and ends', async () => {
      const started = startWatch(scutil());
      const child = vi.mocked(spawn).mock.results.at(-1)?.value as ChildProcess;
      await delay(500);
      expect(child.exitCode).toBeNull();
      await started.close();
      expect(child.signalCode).toBe('SIGKILL');
      expect(problems).toEqual([]);
    });

    it('ends with its standard input, and knows no key that is not there', async () => {
      const { command, args } = scutil();
      const input = ['n.add State:/Network/Global/IPv4', 'n.watch', 'show State:/Latchkey/None', ''].join(
        '\n',
      );
      const result = await runCommand(command, args, { input });
      expect(result).toEqual({ exitCode: 0, stdout: '  No such key\n', stderr: '' });
    });

    it('ends at quit', async () => {
      const { command, args } = scutil();
      const result = await runCommand(command, args, { input: 'quit\nshow State:/Latchkey/None\n' });
      expect(result).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    });
  });
});

describe('the emulated scutil', () => {
  it('prints dictionaries, and the proxies in force', async () => {
    const shown = await runCommand(emulator.command, [], { input: `show ${dns}\nquit\n` });
    expect(shown.stdout).toBe(
      '<dictionary> {\n  ServerAddresses : <array> {\n    0 : 10.0.0.53\n    1 : 10.0.1.53\n  }\n}\n',
    );
    const none = await runCommand(emulator.command, ['--proxy']);
    expect(none).toEqual({ exitCode: 0, stdout: 'No proxy configuration available\n', stderr: '' });
    setState({ 'State:/Network/Global/Proxies': { HTTPEnable: 1, HTTPPort: 3128 } });
    const some = await runCommand(emulator.command, ['--proxy']);
    expect(some.stdout).toBe('<dictionary> {\n  HTTPEnable : 1\n  HTTPPort : 3128\n}\n');
  });

  it('runs in a UTF-8 locale, which an app of the Finder has not', async () => {
    const file = join(mac.folder, 'locale');
    startWatch({
      command: '/bin/sh',
      args: ['-c', `printf %s "$LC_ALL" > '${file}.new'; mv '${file}.new' '${file}'; cat`],
    });
    await expect.poll(() => existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('en_US.UTF-8');
  });

  it('tells of changes line by line, as scutil does', async () => {
    const child = spawn(emulator.command, emulator.args, {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stdin.write(`n.add ${ipv4}\nn.add State:/Network/Interface/.*/Link pattern\nn.watch\n`);
    await watching();
    setState({ [dns]: {} });
    await until(() => output.split('\n').length > 3);
    child.stdin.end();
    const clock = String.raw`[ \d]\d:\d\d:\d\d\.\d{3}`;
    const address = String.raw`notification callback \(store address = 0x[0-9a-f]+\)\.`;
    const since = String.raw` \(\+\d+\.\d{3}\)`;
    expect(output).toMatch(
      new RegExp(
        `^${address}\n  ${clock} changedKey \\[0\\] = ${ipv4}\n  ${clock}${since} changedKey \\[1\\] = ${link}\n$`,
      ),
    );
  });
});
