import type { Power } from '../ports';

const tickMs = 2_000;
/** A tick that comes this much later than it should was slept through. */
const sleptMs = 10_000;

/**
 * Notices by the clock on the wall that this machine has slept: no process runs meanwhile, so that the first tick after it
 * comes late. The monotonic clock cannot tell. On Linux it is CLOCK_MONOTONIC, which stops during sleep; on macOS libuv
 * takes mach_continuous_time (mach_absolute_time, which stops, where that is missing), which goes on. So a sleep leaves
 * it behind on one system, as a clock that was set does, and takes it along on the other, as a blocked event loop does.
 *
 * What is told apart is an event loop that was blocked by work: that takes processor time, and sleep takes none. A clock
 * that was set forward is taken for a sleep, for it may be one: that of a virtual machine jumps when its host has slept.
 * One logon is made with more care then. Sleep cannot be known in advance, so that there is only `resume`.
 *
 * @param nowMs the clock on the wall
 * @param workMs processor time that this process has taken
 */
export function timerPower(nowMs: () => number = Date.now, workMs: () => number = processorTimeMs): Power {
  const listeners = new Set<Parameters<Power['subscribe']>[0]>();
  let last = { nowMs: nowMs(), workMs: workMs() };
  const timer = setInterval(() => {
    const now = { nowMs: nowMs(), workMs: workMs() };
    const lateMs = now.nowMs - last.nowMs - tickMs;
    const isBlocked = now.workMs - last.workMs > lateMs / 2;
    const awakeMs = last.nowMs;
    last = now;
    if (lateMs < sleptMs || isBlocked) return;
    for (const listener of listeners) listener('resume', awakeMs);
  }, tickMs).unref();
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      clearInterval(timer);
      listeners.clear();
    },
  };
}

function processorTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
