import { describe, expect, it } from 'vitest';
import { IdleLimit } from './idle-limit';

describe('IdleLimit', () => {
  let nowMs = 0;
  it('begins below what impatient proxies allow', () => {
    expect(new IdleLimit(() => nowMs).limitMs).toBe(10_000);
  });

  it('grows when a late reuse succeeds, up to five minutes', () => {
    const limit = new IdleLimit(() => nowMs);
    limit.observeReuse(1_000);
    expect(limit.limitMs).toBe(10_000);
    for (let step = 0; step < 10; step += 1) limit.observeReuse(limit.limitMs);
    expect(limit.limitMs).toBe(300_000);
  });

  it('shrinks below the age at which the upstream closed, and does not grow beyond it for an hour', () => {
    const limit = new IdleLimit(() => nowMs);
    limit.observeClose(5_000);
    expect(limit.limitMs).toBe(4_000);
    limit.observeReuse(4_000);
    expect(limit.limitMs).toBe(4_000);
    limit.observeClose(100);
    expect(limit.limitMs).toBe(1_000);
    nowMs += 3_599_999;
    limit.observeReuse(1_000);
    expect(limit.limitMs).toBe(1_000);
    nowMs += 1;
    expect(limit.limitMs).toBe(10_000);
    limit.observeReuse(10_000);
    expect(limit.limitMs).toBe(20_000);
  });
});
