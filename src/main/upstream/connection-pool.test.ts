import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionPool } from './connection-pool';
import type { HttpConnection } from './http-connection';

/** Stands in for a connection that its other side leaves open. */
const connectionOf = (name: string): HttpConnection =>
  ({
    name,
    isIdle: true,
    whenClosedIdle: () => undefined,
    destroy: () => ended.push(name),
  }) as unknown as HttpConnection;

let nowMs: number;
let ended: string[];
let pool: ConnectionPool;

/** Time passes for the clock and for timers. */
function pass(ms: number): void {
  nowMs += ms;
  vi.advanceTimersByTime(ms);
}

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 0;
  ended = [];
  pool = new ConnectionPool(() => nowMs);
});

afterEach(() => {
  pool.close();
  vi.useRealTimers();
});

describe('ConnectionPool', () => {
  it('names of those that grow old only as many as are to stay young, the eldest of these first', () => {
    const all = ['a', 'b', 'c'].map(connectionOf);
    for (const connection of all) {
      pool.put('key', connection);
      nowMs += 1;
    }
    nowMs += 9_000;
    const aged = [1, 2].map(() => {
      const connection = pool.takeAged('key', 2, 0.8, 5_000);
      if (connection !== undefined) pool.put('key', connection);
      return connection;
    });
    expect(aged).toEqual([all[1], all[2]]);
    expect(pool.takeAged('key', 2, 0.8, 60_000)).toBeUndefined();
    expect(pool.count('key')).toBe(3);
  });

  it('trusts connections for less time when one was lost in silence', () => {
    pool.put('key', connectionOf('a'));
    nowMs += 9_000;
    const connection = pool.takeAged('key', 1, 0.8, 60_000);
    if (connection === undefined) throw new Error('it is old enough');
    pool.lost('key', connection);
    expect(pool.limitMs('key')).toBe(7_200);
  });

  it('says when there will be one that should be used', () => {
    expect(pool.agedInMs('key', 1, 0.8, 60_000)).toBe(Number.POSITIVE_INFINITY);
    pool.put('key', connectionOf('a'));
    pass(3_000);
    pool.put('key', connectionOf('b'));
    expect(pool.agedInMs('key', 2, 0.8, 60_000)).toBe(5_000);
    expect(pool.agedInMs('key', 2, 0.8, 4_000)).toBe(1_000);
    expect(pool.agedInMs('key', 1, 0.8, 60_000)).toBe(8_000);
  });

  it('ends each when it has been idle for too long, and needs no timer before or after', () => {
    pool.put('one', connectionOf('a'));
    pass(500);
    pool.put('one', connectionOf('b'));
    pass(4_500);
    pool.put('other', connectionOf('c'));
    expect(vi.getTimerCount()).toBe(1);
    pass(5_000);
    expect(ended).toEqual([]);
    pass(2_000);
    expect(ended).toEqual(['a', 'b']);
    pass(5_000);
    expect(ended).toEqual(['a', 'b', 'c']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not leave those of one key open for as long as those of another may be', () => {
    pool.put('patient', connectionOf('a'));
    for (let count = 0; count < 4; count += 1) {
      pass(9_000 * 2 ** count);
      const connection = pool.take('patient', false);
      if (connection === undefined) throw new Error('it is still trusted');
      pool.put('patient', connection);
    }
    expect(pool.limitMs('patient')).toBe(160_000);
    pool.put('other', connectionOf('b'));
    pass(12_000);
    expect(ended).toEqual(['b']);
    pass(150_000);
    expect(ended).toEqual(['b', 'a']);
  });
});
