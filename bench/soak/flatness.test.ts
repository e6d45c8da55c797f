import { describe, expect, it } from 'vitest';
import { flatnessTable, growthOf, isFlat, type Series } from './flatness';

const series = (costs: readonly number[], together = 1): Series => ({
  what: 'processor time for each request',
  unit: 'µs',
  points: costs.map((cost, index) => ({ at: 10 ** (index + 1), cost })),
  together,
});

describe('a cost', () => {
  it('is flat when the end is about what the beginning was', () => {
    expect(growthOf(series([100, 300, 120]))).toBe(1.2);
    expect(isFlat(series([100, 300, 125]))).toBe(true);
    expect(isFlat(series([100, 90, 126]))).toBe(false);
    expect(isFlat(series([100, 90, 50]))).toBe(true);
  });

  it('is judged by several points at each end', () => {
    expect(growthOf(series([100, 100, 500, 120, 120, 900], 3))).toBe(1.2);
  });

  it('is shown with what it was on the way', () => {
    expect(
      flatnessTable([series([100, 101.2]), series([10, 1_000])])
        .split('\n')
        .slice(2),
    ).toEqual([
      '| processor time for each request, µs | 10: 100; 100: 101 | 1.01 | flat |',
      '| processor time for each request, µs | 10: 10; 100: 1000 | 100 | **grows** |',
      '',
    ]);
  });
});
