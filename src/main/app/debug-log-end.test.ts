import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeState } from '../../../test/fake-core';
import type { LogLevel } from '../../shared/log-line';
import { DebugLogEnd } from './debug-log-end';
import { StateStore } from './state-store';

const limitMs = 3_600_000;
let store: StateStore;
let end: DebugLogEnd;
let ends: number;

beforeEach(() => {
  vi.useFakeTimers();
  ends = 0;
  store = new StateStore(fakeState);
  end = new DebugLogEnd({
    store,
    limitMs,
    nowMs: () => 1_000,
    end: async () => {
      ends += 1;
      tell('warning');
    },
    onInternalError: (error) => {
      throw error;
    },
  });
});

afterEach(() => {
  end.close();
  vi.useRealTimers();
});

function tell(logLevel: LogLevel): void {
  store.update({ settings: { ...store.state.settings, logLevel } });
}

describe('DebugLogEnd', () => {
  it('ends a log that tells everything after an hour, and says when', () => {
    tell('debug');
    vi.advanceTimersByTime(1);
    expect(store.state.logTellsAllUntilMs).toBe(1_000 + limitMs);
    vi.advanceTimersByTime(limitMs - 2);
    expect(ends).toBe(0);
    vi.advanceTimersByTime(2);
    expect(ends).toBe(1);
    expect(store.state.settings.logLevel).toBe('warning');
    vi.advanceTimersByTime(1);
    expect(store.state.logTellsAllUntilMs).toBeUndefined();
  });

  it('lets go of it when the user has ended it himself', () => {
    tell('debug');
    vi.advanceTimersByTime(1);
    tell('info');
    vi.advanceTimersByTime(2 * limitMs);
    expect(ends).toBe(0);
  });

  it('begins with a log that tells everything already', () => {
    const begun = new StateStore({ ...fakeState, settings: { ...fakeState.settings, logLevel: 'debug' } });
    const other = new DebugLogEnd({
      store: begun,
      limitMs,
      nowMs: () => 0,
      end: () => Promise.resolve((ends += 1)),
      onInternalError: () => undefined,
    });
    vi.advanceTimersByTime(limitMs);
    expect(ends).toBe(1);
    other.close();
  });
});
