import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmulatedMac, emulateMac } from '../../../../test/emulated-mac';
import { PmsetBatterySaver } from './pmset-battery-saver';
import type { BatterySaver } from '../ports';
import { macCommand } from '../macos/run-mac-command';
import { systemBatterySaver } from './system-battery-saver';

let mac: EmulatedMac;
let saver: BatterySaver;
let problems: string[];
let nowMs: number;

beforeEach(() => {
  mac = emulateMac();
  vi.stubEnv('LATCHKEY_MAC_STATE', mac.env['LATCHKEY_MAC_STATE']);
  problems = [];
  nowMs = 0;
});

afterEach(async () => {
  await saver.close();
  vi.unstubAllEnvs();
  mac.remove();
});

function start({ env = mac.env, timeoutMs = 600_000 } = {}): void {
  saver = new PmsetBatterySaver({
    pmset: macCommand(env, '/usr/bin/pmset', timeoutMs),
    nowMs: () => nowMs,
    onProblem: (message) => problems.push(message),
  });
}

const change = (changes: Parameters<typeof emulateMac>[0]): void => mac.write({ ...mac.read(), ...changes });
const callCount = (): number => mac.calls().length;
const until = (isSo: () => boolean): Promise<true> => vi.waitUntil(isSo, { timeout: 300_000, interval: 10 });

describe('PmsetBatterySaver', () => {
  it.each([
    ['usual', false],
    ['low', true],
    ['automatic', false],
    ['low-of-three', true],
    ['high', false],
    ['unknown', false],
  ] as const)('reads that power mode %s saves: %s', async (powerMode, isSaving) => {
    change({ powerMode: isSaving ? 'usual' : 'low' });
    start();
    saver.look();
    await until(() => saver.isOn() === !isSaving);
    change({ powerMode });
    saver.look();
    await until(() => saver.isOn() === isSaving);
    expect(problems).toEqual([]);
  });

  it('asks by itself only when somebody wants to know and what is known is a minute old', async () => {
    start();
    expect(callCount()).toBe(0);
    // Nobody waits for the answer.
    expect(saver.isOn()).toBe(true);
    await until(() => !saver.isOn());
    nowMs = 59_999;
    change({ powerMode: 'low' });
    expect(saver.isOn()).toBe(false);
    expect(callCount()).toBe(1);
    nowMs = 60_000;
    expect(saver.isOn()).toBe(false);
    await until(() => saver.isOn());
    expect(callCount()).toBe(2);
  });

  it('asks once more when something changes while it asks, and no more often', async () => {
    start();
    for (let count = 0; count < 5; count += 1) saver.look();
    await until(() => callCount() === 2 && !saver.isOn());
    await saver.close();
    expect(callCount()).toBe(2);
  });

  it('says once that it cannot be told, and takes the Mac for one that does not save', async () => {
    change({ powerMode: 'low' });
    start();
    saver.look();
    await until(() => saver.isOn());
    change({ pmset: 'fails' });
    saver.look();
    await until(() => !saver.isOn());
    saver.look();
    await until(() => callCount() === 3);
    change({ pmset: 'answers' });
    saver.look();
    await until(() => saver.isOn());
    expect(problems).toEqual([
      'whether this Mac saves its battery cannot be told: pmset ended with 70; it is taken for one that does not',
    ]);
    change({ pmset: 'fails' });
    saver.look();
    await until(() => problems.length === 2);
    expect(problems[1]).toBe(problems[0]);
  });

  it('waits for no pmset that does not answer', async () => {
    change({ pmset: 'hangs' });
    start({ timeoutMs: 300 });
    saver.look();
    await until(() => problems.length > 0);
    expect(problems[0]).toContain('pmset does not answer');
    expect(saver.isOn()).toBe(false);
  });

  it('says that there is no pmset', async () => {
    start({ env: { LATCHKEY_MAC_COMMANDS: '/nowhere' } });
    saver.look();
    await until(() => problems.length > 0);
    expect(problems[0]).toContain('ENOENT');
  });

  it('ends a pmset that runs when it is closed, and asks no more', async () => {
    change({ pmset: 'hangs' });
    start();
    saver.look();
    await until(() => callCount() === 1);
    await saver.close();
    saver.look();
    saver.isOn();
    expect(problems).toEqual([]);
    expect(callCount()).toBe(1);
  });
});

describe('systemBatterySaver', () => {
  const onProblem = (message: string): void => void problems.push(message);

  it('asks the commands of a Mac', async () => {
    saver = systemBatterySaver({ env: mac.env, platform: 'linux', onProblem });
    saver.look();
    await until(() => !saver.isOn());
    expect(mac.calls()).toEqual([{ command: 'pmset', args: ['-g'] }]);
  });

  it('knows of none elsewhere', () => {
    saver = systemBatterySaver({ env: {}, platform: 'linux', onProblem });
    saver.look();
    expect(saver.isOn()).toBe(false);
    expect(problems).toEqual([]);
  });
});
