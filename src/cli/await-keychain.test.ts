import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awaitKeychain } from './await-keychain';

let printed: string[];
const terminal = { err: (line: string) => printed.push(line) };

beforeEach(() => {
  vi.useFakeTimers();
  printed = [];
});

afterEach(() => {
  vi.useRealTimers();
});

describe('awaitKeychain', () => {
  it('waits as long as macOS asks the user, and says so once', async () => {
    const answer = awaitKeychain(
      new Promise((resolve) => setTimeout(() => resolve('secret'), 600_000)),
      terminal,
    );
    await vi.advanceTimersByTimeAsync(2_900);
    expect(printed).toEqual([]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(await answer).toBe('secret');
    expect(printed).toEqual([expect.stringContaining('macOS may be asking you')]);
  });

  it('says nothing of an answer that has come', async () => {
    await expect(awaitKeychain(Promise.reject(new Error('no')), terminal)).rejects.toThrow('no');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(printed).toEqual([]);
  });
});
