import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../../shared/event';
import { ExpiryReminder } from './expiry-reminder';

const account = { domain: 'CORP', user: 'alice' };
const dayMs = 86_400_000;

let events: EngineEvent[];
let setOn: string | undefined;
let onEvent: (event: EngineEvent) => void;
let reminder: ExpiryReminder;

/** A reminder for a password of 31 days, and a memory that keeps what was shown. */
function start(): ExpiryReminder {
  const shown = new Map<string, number[]>();
  return new ExpiryReminder({
    account,
    maxAgeDays: 31,
    memory: {
      passwordSetOn: () => Promise.resolve(setOn),
      remindersShown: (_account, expiresOn) => Promise.resolve(shown.get(expiresOn) ?? []),
      rememberReminder: (_account, expiresOn, days) => {
        shown.set(expiresOn, [...(shown.get(expiresOn) ?? []), days]);
        return Promise.resolve();
      },
    },
    nowMs: Date.now,
    onEvent: (event) => onEvent(event),
  });
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 1, 12) });
  events = [];
  onEvent = (event) => void events.push(event);
  setOn = '2026-11-01';
  reminder = start();
});

afterEach(async () => {
  await reminder.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const daysLeft = (): number[] =>
  events.flatMap((event) => (event.kind === 'password-expiring' ? [event.daysLeft] : []));

describe('ExpiryReminder', () => {
  it('reminds 7, 3 and 1 days before and on the day, once each', async () => {
    await vi.advanceTimersByTimeAsync(40 * dayMs);
    expect(daysLeft()).toEqual([7, 3, 1, 0]);
    expect(events[0]).toMatchObject({ account, maxAgeDays: 31, expiresOn: '2026-12-02' });
  });

  it('shows only the most urgent one to a machine that was off', async () => {
    vi.setSystemTime(new Date(2026, 10, 30, 9));
    await reminder.look();
    await reminder.look();
    expect(daysLeft()).toEqual([2]);
  });

  it('begins anew with a new password', async () => {
    await vi.advanceTimersByTimeAsync(25 * dayMs);
    expect(daysLeft()).toEqual([7]);
    setOn = '2026-11-26';
    await vi.advanceTimersByTimeAsync(20 * dayMs);
    expect(daysLeft()).toEqual([7]);
    await vi.advanceTimersByTimeAsync(6 * dayMs);
    expect(daysLeft()).toEqual([7, 7]);
  });

  it('goes on, and can be closed, after nobody could be told', async () => {
    onEvent = () => {
      throw new Error('there is no notification centre');
    };
    vi.setSystemTime(new Date(2026, 10, 25));
    await expect(reminder.look()).rejects.toThrow('there is no notification centre');
    onEvent = (event) => void events.push(event);
    vi.setSystemTime(new Date(2026, 10, 30));
    await reminder.look();
    expect(daysLeft()).toEqual([2]);
  });

  it('says nothing while it does not know when the password was set', async () => {
    setOn = undefined;
    await vi.advanceTimersByTimeAsync(60 * dayMs);
    expect(events).toEqual([]);
  });
});
