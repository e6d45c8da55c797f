/** The middle of all values, or between the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = sortedOf(values);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/** The smallest value that so large a share (0 to 1) of all does not exceed. NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const at = Math.max(0, Math.ceil(share * values.length) - 1);
  return sortedOf(values)[at] ?? Number.NaN;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    median: median(values),
    least: Math.min(...values),
    most: Math.max(...values),
  };
}

function sortedOf(values: readonly number[]): number[] {
  return values.toSorted((one, other) => one - other);
}
