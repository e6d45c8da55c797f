import { describe, expect, it } from 'vitest';
import { filetimeToMs, msToFiletime } from './filetime';

describe('FILETIME', () => {
  it('counts from 1601 in units of 100 ns', () => {
    expect(msToFiletime(0)).toBe(116_444_736_000_000_000n);
    expect(msToFiletime(Date.UTC(1601, 0, 1))).toBe(0n);
    expect(filetimeToMs(msToFiletime(Date.UTC(2026, 10, 23)))).toBe(Date.UTC(2026, 10, 23));
  });
});
