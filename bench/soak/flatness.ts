import { formatNumber } from '../report/format';
import { markdownTable } from '../report/table';
import { median } from '../statistics';

/** A cost that was measured again and again while something grew. */
export interface Series {
  readonly what: string;
  readonly unit: string;
  /** What had grown to how much, and the cost then; from little to much. */
  readonly points: readonly { readonly at: number; readonly cost: number }[];
  /** How many points at each end are looked at together: one that stands alone can be noise. */
  readonly together: number;
}

/** What was measured at the end may be so much more than at the beginning: that much a machine varies by itself. */
export const allowedGrowth = 1.25;

/** The cost at the end beside that at the beginning. */
export function growthOf({ points, together }: Series): number {
  const costs = points.map(({ cost }) => cost);
  return median(costs.slice(-together)) / median(costs.slice(0, together));
}

export function isFlat(series: Series): boolean {
  return growthOf(series) <= allowedGrowth;
}

/** A line for each series. */
export function flatnessTable(all: readonly Series[]): string {
  const lines = all.map((series) => {
    const steps = series.points.map(({ at, cost }) => `${at.toLocaleString('en')}: ${formatNumber(cost)}`);
    const verdict = isFlat(series) ? 'flat' : '**grows**';
    return [`${series.what}, ${series.unit}`, steps.join('; '), formatNumber(growthOf(series)), verdict];
  });
  return markdownTable(['', 'measured', 'end beside beginning', ''], lines);
}
