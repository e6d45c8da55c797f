import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Power } from '../ports';
import { timerPower } from './timer-power';

let wallMs = 0;
let workMs = 0;

beforeEach(() => {
  vi.useFakeTimers();
  wallMs = 1_000_000;
});

afterEach(() => {
  vi.useRealTimers();
});

/** Time that passes for everybody, or for the clock on the wall alone. */
async function pass(ms: number, isAsleep: boolean): Promise<void> {
  if (isAsleep) {
    wallMs += ms;
    return;
  }
  for (let left = ms; left > 0; left -= 1_000) {
    wallMs += 1_000;
    await vi.advanceTimersByTimeAsync(1_000);
  }
}

function start(): Power {
  return timerPower(
    () => wallMs,
    () => workMs,
  );
}

describe('timerPower', () => {
  it('notices that the machine has slept, once', async () => {
    const power = start();
    const heard = vi.fn<(event: string) => void>();
    power.subscribe(heard);
    await pass(60_000, false);
    expect(heard).not.toHaveBeenCalled();
    await pass(3_600_000, true);
    await pass(5_000, false);
    // Since the last tick before the sleep.
    expect(heard.mock.calls).toEqual([['resume', 1_060_000]]);
    power.close();
  });

  it('does not mind a machine that is busy for some seconds, nor a clock that is set back', async () => {
    const power = start();
    const heard = vi.fn<(event: string) => void>();
    power.subscribe(heard);
    await pass(8_000, true);
    await pass(2_000, false);
    wallMs -= 3_600_000;
    await pass(2_000, false);
    expect(heard).not.toHaveBeenCalled();
    power.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells work that blocks the event loop from sleep', async () => {
    const power = start();
    const heard = vi.fn<(event: string) => void>();
    power.subscribe(heard);
    workMs += 25_000;
    await pass(30_000, true);
    await pass(5_000, false);
    expect(heard).not.toHaveBeenCalled();
    workMs += 2_000;
    await pass(30_000, true);
    await pass(5_000, false);
    expect(heard.mock.calls).toEqual([['resume', expect.any(Number)]]);
    power.close();
  });

  it('reads the clocks of this process', async () => {
    const power = timerPower();
    const heard = vi.fn<(event: string) => void>();
    power.subscribe(heard);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(heard).not.toHaveBeenCalled();
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(heard.mock.calls).toEqual([['resume', expect.any(Number)]]);
    power.close();
  });

  it('tells nobody who has unsubscribed', async () => {
    const power = start();
    const heard = vi.fn<(event: string) => void>();
    power.subscribe(heard)();
    await pass(3_600_000, true);
    await pass(2_000, false);
    expect(heard).not.toHaveBeenCalled();
    power.close();
  });
});
