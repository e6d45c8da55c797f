import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultAppSettings } from '../../shared/app-settings';
import type { AppState } from '../../shared/state';
import { noUpdates } from '../../shared/updates';
import { StateStore } from './state-store';

const nothing = { downBytes: 0, upBytes: 0 };
let store: StateStore;
let told: AppState[];

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  store = new StateStore({
    version: '0',
    language: 'en',
    platform: 'other',
    connection: { kind: 'off' },
    reachability: 'unknown',
    settings: defaultAppSettings,
    account: undefined,
    upstreams: [],
    pac: undefined,
    askedProxies: [],
    addresses: [],
    services: [],
    unbound: [],
    systemProxy: { kind: 'unsupported', notes: [] },
    takenBy: undefined,
    asksForAdministrator: false,
    openAtLogin: 'off',
    commandLink: { kind: 'unknown' },
    updates: noUpdates,
    notifications: 'unknown',
    traffic: { now: nothing, openTunnels: 0, lastMinute: [], hours: [], today: nothing },
    managed: { names: [], by: undefined, contact: undefined },
    lastProblems: [],
    lastActivityId: 0,
    check: { kind: 'none' },
    wayProof: undefined,
    logTellsAllUntilMs: undefined,
    findings: [],
    notices: [],
    goTo: undefined,
  });
  store.subscribe((state) => told.push(state));
});

afterEach(() => {
  store.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('StateStore', () => {
  it('counts changes, and only those', () => {
    store.update({ connection: { kind: 'off' } });
    expect(store.state.revision).toBe(1);
    store.update({ connection: { kind: 'starting' } });
    expect(store.state).toMatchObject({ revision: 2, connection: { kind: 'starting' } });
  });

  it('tells of changes that come together once, a few times a second', () => {
    store.setVisible(true);
    for (let id = 1; id <= 1_000; id += 1) {
      store.update({ lastActivityId: id });
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(1_000);
    expect(told.length).toBeGreaterThan(1);
    expect(told.length).toBeLessThanOrEqual(6);
    expect(told.at(-1)?.lastActivityId).toBe(1_000);
  });

  it('tells at once of what a click has changed, whatever else waits', () => {
    store.setVisible(true);
    store.update({ lastActivityId: 1 });
    vi.advanceTimersByTime(1);
    store.update({ lastActivityId: 2 });
    vi.advanceTimersByTime(1);
    expect(told).toHaveLength(1);
    store.update({ settings: { ...defaultAppSettings, offNetwork: 'refuse' } });
    store.update({ lastActivityId: 3 });
    vi.advanceTimersByTime(1);
    expect(
      told.slice(1).map(({ settings, lastActivityId }) => [settings.offNetwork, lastActivityId]),
    ).toEqual([['refuse', 3]]);
  });

  it('tells of nothing that only the panel shows while it is hidden', () => {
    store.update({ lastActivityId: 5 });
    expect(vi.getTimerCount()).toBe(0);
    store.update({ connection: { kind: 'starting' } });
    vi.advanceTimersByTime(1_000);
    expect(told.map(({ connection, lastActivityId }) => [connection.kind, lastActivityId])).toEqual([
      ['starting', 5],
    ]);
  });

  it('makes up for it when the panel is shown', () => {
    store.update({ lastActivityId: 5 });
    store.setVisible(true);
    vi.advanceTimersByTime(1_000);
    expect(told.map(({ lastActivityId }) => lastActivityId)).toEqual([5]);
  });

  it('tells nobody who has left', () => {
    const leave = store.subscribe(() => {
      throw new Error('told');
    });
    leave();
    store.update({ connection: { kind: 'starting' } });
    vi.advanceTimersByTime(1_000);
    expect(told).toHaveLength(1);
  });
});
