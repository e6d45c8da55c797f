import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeState } from '../../../test/fake-core';
import { defaultAppSettings } from '../../shared/app-settings';
import type { AppProblem } from '../../shared/app-problem';
import type { AppState } from '../../shared/state';
import type { UpdateStep } from '../../shared/updates';
import type { Updates } from '../platform/app-ports';
import { UpdateCommands, type UpdateCommandsOptions } from './update-commands';

const minute = 60_000;
const hour = 60 * minute;
const ready: UpdateStep = { kind: 'ready', version: '1.1.0', notes: [], isByLatchkey: true };

class FakeUpdates implements Updates {
  readonly looks: (number | undefined)[] = [];
  readonly install = vi.fn<() => void>();
  readonly close = vi.fn<() => Promise<void>>(() => Promise.resolve());
  step: UpdateStep = { kind: 'none' };
  lookedAtMs: number | undefined;
  #tell: () => void = () => undefined;

  readonly state = (): ReturnType<Updates['state']> => ({
    step: this.step,
    ...(this.lookedAtMs === undefined ? {} : { lookedAtMs: this.lookedAtMs }),
  });

  subscribe(listener: () => void): () => void {
    this.#tell = listener;
    return () => undefined;
  }

  look(port: number | undefined): Promise<void> {
    this.looks.push(port);
    this.lookedAtMs = Date.now();
    return Promise.resolve();
  }

  become(step: UpdateStep): void {
    this.step = step;
    this.#tell();
  }
}

let updates: FakeUpdates;
let commands: UpdateCommands;
let state: AppState;
let isSaving: boolean;
let areSettingsBack: boolean;
let asked: boolean[];
let notices: AppProblem[];
let traffic: { down: number; up: number; openTunnels: number } | undefined;
let checksForUpdates: boolean;

function create(random = 0): UpdateCommands {
  const ports = {
    version: '1.0.0',
    updates,
    settings: { settings: () => ({ ...defaultAppSettings, checksForUpdates }) },
    battery: { isOn: () => isSaving },
  };
  return new UpdateCommands({
    ports: ports as unknown as UpdateCommandsOptions['ports'],
    keeper: {
      get engine() {
        return traffic === undefined
          ? undefined
          : { addresses: [{ host: '127.0.0.1', port: 3128 }], traffic: () => traffic };
      },
    } as unknown as UpdateCommandsOptions['keeper'],
    state: {
      get state() {
        return state;
      },
      store: { update: (changes: Partial<AppState>) => (state = { ...state, ...changes }) },
      addNotice: (problem: AppProblem) => notices.push(problem),
    } as unknown as UpdateCommandsOptions['state'],
    proxySwitch: {
      putSettingsBack: (mayAsk) => {
        asked.push(mayAsk);
        return Promise.resolve(areSettingsBack);
      },
    },
    inOrder: (task) => task(),
    nowMs: Date.now,
    random: () => random,
  });
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 17, 8) });
  updates = new FakeUpdates();
  state = fakeState;
  isSaving = false;
  areSettingsBack = true;
  asked = [];
  notices = [];
  traffic = { down: 0, up: 0, openTunnels: 1 };
  checksForUpdates = true;
});

afterEach(() => {
  commands.close();
  vi.useRealTimers();
});

describe('the daily look', () => {
  it.each([
    [0, 10 * minute, 24 * hour],
    // Not all Macs of a company in one minute.
    [1, hour, 26 * hour],
  ])('comes some time after the start and then once a day; at random %d', async (random, first, every) => {
    commands = create(random);
    commands.begin();
    await vi.advanceTimersByTimeAsync(first - minute);
    expect(updates.looks).toEqual([]);
    await vi.advanceTimersByTimeAsync(5 * minute);
    expect(updates.looks).toEqual([3128]);
    await vi.advanceTimersByTimeAsync(every - 10 * minute);
    expect(updates.looks).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(15 * minute);
    expect(updates.looks).toHaveLength(2);
  });

  it('counts from the last one, also over a restart, and takes none from the future for one', async () => {
    updates.lookedAtMs = Date.now() - hour;
    commands = create();
    commands.begin();
    await vi.advanceTimersByTimeAsync(22 * hour);
    expect(updates.looks).toEqual([]);
    await vi.advanceTimersByTimeAsync(hour + 5 * minute);
    expect(updates.looks).toHaveLength(1);
    commands.close();
    updates.lookedAtMs = Date.now() + 1000 * hour;
    commands = create();
    commands.begin();
    await vi.advanceTimersByTimeAsync(24 * hour + 5 * minute);
    expect(updates.looks).toHaveLength(2);
  });

  it('waits while the Mac saves its battery, and does not come where it is not wanted', async () => {
    isSaving = true;
    commands = create();
    commands.begin();
    await vi.advanceTimersByTimeAsync(5 * hour);
    expect(updates.looks).toEqual([]);
    isSaving = false;
    checksForUpdates = false;
    await vi.advanceTimersByTimeAsync(5 * hour);
    expect(updates.looks).toEqual([]);
    checksForUpdates = true;
    // The local proxy is off: by the settings of the system.
    traffic = undefined;
    await vi.advanceTimersByTimeAsync(5 * minute);
    expect(updates.looks).toEqual([undefined]);
  });
});

describe('an update that is ready', () => {
  beforeEach(() => {
    commands = create();
    commands.begin();
    updates.become(ready);
  });

  it('is told in the state', () => {
    expect(state.updates).toEqual({ step: ready, waitsForQuiet: false });
  });

  it('is installed now when the user says so, who may be asked for a password, and hears of it first', async () => {
    expect(await commands.run({ kind: 'install-update', when: 'now' })).toEqual({ kind: 'done' });
    expect(asked).toEqual([true]);
    expect(updates.install).not.toHaveBeenCalled();
    commands.endIfDue();
    commands.endIfDue();
    expect(updates.install).toHaveBeenCalledOnce();
  });

  it('is installed when nothing has been carried for five seconds, and nobody is asked', async () => {
    traffic = { down: 1, up: 0, openTunnels: 2 };
    expect(await commands.run({ kind: 'install-update', when: 'quiet' })).toEqual({ kind: 'done' });
    expect(state.updates.waitsForQuiet).toBe(true);
    for (let second = 0; second < 60; second += 1) {
      await vi.advanceTimersByTimeAsync(1000);
      if (second % 4 === 3) traffic = { ...traffic, up: traffic.up + 1 };
    }
    expect(updates.install).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([false]);
    expect(updates.install).toHaveBeenCalledOnce();
    expect(state.updates.waitsForQuiet).toBe(false);
  });

  it('waits for nobody while the local proxy is off', async () => {
    traffic = undefined;
    await commands.run({ kind: 'install-update', when: 'quiet' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(updates.install).toHaveBeenCalledOnce();
  });

  it('waits no more when it is told not to, or when it is gone', async () => {
    await commands.run({ kind: 'install-update', when: 'quiet' });
    await commands.run({ kind: 'install-update', when: 'never' });
    expect(state.updates.waitsForQuiet).toBe(false);
    await commands.run({ kind: 'install-update', when: 'quiet' });
    updates.become({ kind: 'loading', version: '1.2.0', share: 0 });
    expect(state.updates.waitsForQuiet).toBe(false);
    await vi.advanceTimersByTimeAsync(minute);
    expect(updates.install).not.toHaveBeenCalled();
  });

  it('is not installed while the settings of the Mac lead to Latchkey', async () => {
    areSettingsBack = false;
    const problem = { kind: 'update-failed', why: 'settings-not-back', version: '1.1.0', detail: '' };
    expect(await commands.run({ kind: 'install-update', when: 'now' })).toEqual({ kind: 'failed', problem });
    commands.endIfDue();
    await commands.run({ kind: 'install-update', when: 'quiet' });
    await vi.advanceTimersByTimeAsync(minute);
    expect(notices).toEqual([problem]);
    expect(updates.install).not.toHaveBeenCalled();
  });
});

describe('what is asked', () => {
  it('fails as the look has failed', async () => {
    commands = create();
    const problem = { kind: 'update-failed', why: 'feed', version: undefined, detail: '404' } as const;
    updates.step = { kind: 'failed', problem };
    expect(await commands.run({ kind: 'check-for-updates' })).toEqual({ kind: 'failed', problem });
    expect(updates.looks).toEqual([3128]);
  });

  it('is nothing to be installed while nothing is ready', async () => {
    commands = create();
    expect(await commands.run({ kind: 'install-update', when: 'now' })).toMatchObject({
      kind: 'failed',
      problem: { kind: 'not-a-latchkey-task' },
    });
    expect(asked).toEqual([]);
  });

  it('is refused where a company has switched updates off', async () => {
    checksForUpdates = false;
    state = { ...state, managed: { names: ['checksForUpdates'], by: 'Corp IT', contact: undefined } };
    commands = create();
    updates.step = ready;
    const problem = { kind: 'setting-managed', name: 'checksForUpdates', by: 'Corp IT', contact: undefined };
    for (const command of [{ kind: 'check-for-updates' }, { kind: 'install-update', when: 'now' }] as const)
      expect(await commands.run(command)).toEqual({ kind: 'failed', problem });
    expect(updates.looks).toEqual([]);
  });

  it('is done by hand where the user wants no daily look', async () => {
    checksForUpdates = false;
    commands = create();
    expect(await commands.run({ kind: 'check-for-updates' })).toEqual({ kind: 'done' });
    expect(updates.looks).toEqual([3128]);
  });

  it('is refused where nothing can be updated', async () => {
    commands = new UpdateCommands({
      ports: {} as UpdateCommandsOptions['ports'],
      keeper: {} as UpdateCommandsOptions['keeper'],
      state: {} as UpdateCommandsOptions['state'],
      proxySwitch: {} as UpdateCommandsOptions['proxySwitch'],
      inOrder: (task) => task(),
      nowMs: Date.now,
    });
    commands.begin();
    expect(await commands.run({ kind: 'check-for-updates' })).toEqual({
      kind: 'failed',
      problem: { kind: 'updates-unsupported' },
    });
  });
});
