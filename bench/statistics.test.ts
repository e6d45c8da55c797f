import { describe, expect, it } from 'vitest';
import { median, percentile, spreadOf } from './statistics';

describe('the median', () => {
  it('is the value in the middle, in whatever order they come', () => {
    expect(median([30, 10, 20])).toBe(20);
  });

  it('is between the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('is the one value that there is, and nothing of none', () => {
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });

  it('leaves the values in their order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('a percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('is the smallest value that so many do not exceed', () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile(hundred, 0)).toBe(1);
  });

  it('of few values is one of them', () => {
    expect(percentile([5, 9], 0.5)).toBe(5);
    expect(percentile([5, 9], 0.51)).toBe(9);
    expect(percentile([], 0.5)).toBeNaN();
  });
});

it('a spread goes from the least to the most', () => {
  expect(spreadOf([5, 1, 9])).toEqual({ median: 5, least: 1, most: 9 });
});
