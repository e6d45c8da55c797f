import { describe, expect, it } from 'vitest';
import { IdleLimit } from './idle-limit';

describe('IdleLimit', () => {
  it('begins below what impatient proxies allow', () => {
    expect(new IdleLimit().limitMs).toBe(10_000);
  });

  it('grows when a late reuse succeeds, up to five minutes', () => {
    const limit = new IdleLimit();
    limit.observeReuse(1_000);
    expect(limit.limitMs).toBe(10_000);
    for (let step = 0; step < 10; step += 1) limit.observeReuse(limit.limitMs);
    expect(limit.limitMs).toBe(300_000);
  });

  it('shrinks below the age at which the upstream closed, and does not grow beyond it again', () => {
    const limit = new IdleLimit();
    limit.observeClose(5_000);
    expect(limit.limitMs).toBe(4_000);
    limit.observeReuse(4_000);
    expect(limit.limitMs).toBe(4_000);
    limit.observeClose(100);
    expect(limit.limitMs).toBe(1_000);
  });
});
