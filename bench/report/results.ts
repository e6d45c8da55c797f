import type { Failure, Measured } from '../figures';
import type { Metric } from '../rows/row';
import { median } from '../statistics';
import type { Circumstances } from './circumstances';

export interface Participant {
  readonly id: string;
  readonly name: string;
}

/** Everything about one run: what is written as JSON, and what table and picture are made of. */
export interface Results extends Circumstances {
  /** Given when something else ran on the machine. */
  readonly remark?: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly contenders: readonly Participant[];
  readonly metrics: readonly Metric[];
  readonly figures: readonly Measured[];
  readonly failures: readonly Failure[];
}

export function valuesIn({ figures }: Results, metric: string, contender: string): readonly number[] {
  return figures.find((one) => one.metric === metric && one.contender === contender)?.values ?? [];
}

/** What the values of a metric come to; undefined when there are none. */
export function summaryIn(results: Results, metricId: string, contender: string): number | undefined {
  const values = valuesIn(results, metricId, contender);
  if (values.length === 0) return undefined;
  const metric = results.metrics.find(({ id }) => id === metricId);
  return metric?.summary === 'most' ? Math.max(...values) : median(values);
}
