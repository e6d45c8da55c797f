import type { Power } from './ports';

const tickMs = 1_000;
/** A tick that comes this much later than it should was slept through. */
const sleptMs = 10_000;

/**
 * Notices by the clock on the wall that this machine has slept: no timer runs meanwhile, so that the first tick after it
 * comes late. A clock that is set forward looks the same; then a logon is made more carefully than it need be, that is all.
 * An event loop that is blocked for so long would as well, and would be the greater problem.
 *
 * @param nowMs the clock on the wall, which goes on during sleep, unlike the monotonic ones of Linux and macOS
 */
export function timerPower(nowMs: () => number = Date.now): Power {
  const listeners = new Set<(event: 'suspend' | 'resume') => void>();
  let lastMs = nowMs();
  const timer = setInterval(() => {
    const lateMs = nowMs() - lastMs - tickMs;
    lastMs = nowMs();
    if (lateMs < sleptMs) return;
    for (const listener of listeners) listener('resume');
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
