import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recoverFirst } from './recover-first';

const onInternalError = vi.fn<(error: unknown) => void>();
const noJournal = new Error('no journal');

beforeEach(() => {
  vi.useFakeTimers();
  onInternalError.mockReset();
});
afterEach(() => void vi.useRealTimers());

/** The outcome of a recovery that takes so long. */
async function recovered(afterMs: number, error?: Error): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  if (error !== undefined) throw error;
}

describe('recoverFirst', () => {
  it('holds the start up until the settings are back', async () => {
    const onStarted = vi.fn<() => void>();
    const started = recoverFirst(recovered(9_000), onInternalError).then(onStarted);
    await vi.advanceTimersByTimeAsync(8_999);
    expect(onStarted).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await started;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not hold it up for as long as a watchdog may take, and tells of what goes wrong later', async () => {
    const onStarted = vi.fn<() => void>();
    void recoverFirst(recovered(120_000, noJournal), onInternalError).then(onStarted);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(onStarted).toHaveBeenCalledOnce();
    expect(onInternalError).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(110_000);
    expect(onInternalError).toHaveBeenCalledExactlyOnceWith(noJournal);
  });

  it('fails with what goes wrong in that time, which is told once', async () => {
    await expect(recoverFirst(Promise.reject(noJournal), onInternalError)).rejects.toBe(noJournal);
    expect(onInternalError).not.toHaveBeenCalled();
  });
});
