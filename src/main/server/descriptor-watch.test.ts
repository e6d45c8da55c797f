import { describe, expect, it, vi } from 'vitest';
import { DescriptorWatch, isOutOfDescriptors } from './descriptor-watch';

function errnoError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('DescriptorWatch', () => {
  it('tells once, and again when it has been over for a minute', () => {
    let nowMs = 0;
    const onExhausted = vi.fn<() => void>();
    const watch = new DescriptorWatch({ nowMs: () => nowMs, onExhausted });
    for (let index = 0; index < 100; index += 1) watch.seen();
    expect(onExhausted).toHaveBeenCalledTimes(1);
    // It goes on.
    for (const ms of [59_000, 118_000, 177_000]) {
      nowMs = ms;
      watch.seen();
    }
    expect(onExhausted).toHaveBeenCalledTimes(1);
    nowMs += 60_001;
    watch.seen();
    expect(onExhausted).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['EMFILE', 1],
    ['ENFILE', 1],
    ['EACCES', 0],
  ])('looks once for all who ask: %s', async (code, times) => {
    vi.useFakeTimers();
    try {
      const onExhausted = vi.fn<() => void>();
      const take = vi.fn<() => Promise<never>>(() => Promise.reject(errnoError(code)));
      const watch = new DescriptorWatch({ nowMs: () => 0, onExhausted, take });
      for (let index = 0; index < 10; index += 1) watch.lookSoon();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(take).toHaveBeenCalledTimes(1);
      expect(onExhausted).toHaveBeenCalledTimes(times);
      watch.lookSoon();
      watch.close();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(take).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('isOutOfDescriptors', () => {
  it('knows both limits, and nothing else', () => {
    expect([errnoError('EMFILE'), errnoError('ENFILE')].every(isOutOfDescriptors)).toBe(true);
    expect([errnoError('ENOENT'), new Error('EMFILE'), 'EMFILE', undefined].some(isOutOfDescriptors)).toBe(
      false,
    );
  });
});
