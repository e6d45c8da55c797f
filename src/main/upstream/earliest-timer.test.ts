import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EarliestTimer } from './earliest-timer';

const onDue = vi.fn<() => void>();
let timer: EarliestTimer;

beforeEach(() => {
  vi.useFakeTimers();
  onDue.mockReset();
  timer = new EarliestTimer(() => performance.now(), onDue);
});

afterEach(() => {
  vi.useRealTimers();
});

it('goes off once, at the earliest of the moments that it was set to', () => {
  timer.set(5_000);
  timer.set(2_000);
  timer.set(9_000);
  timer.set(Number.POSITIVE_INFINITY);
  vi.advanceTimersByTime(1_999);
  expect(onDue).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onDue).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(60_000);
  expect(onDue).toHaveBeenCalledTimes(1);
});

it('can be set anew when it has gone off or was cleared', () => {
  onDue.mockImplementationOnce(() => timer.set(3_000));
  timer.set(1_000);
  vi.advanceTimersByTime(4_000);
  expect(onDue).toHaveBeenCalledTimes(2);
  timer.set(1_000);
  timer.clear();
  expect(vi.getTimerCount()).toBe(0);
  timer.set(2_000);
  vi.advanceTimersByTime(2_000);
  expect(onDue).toHaveBeenCalledTimes(3);
});
