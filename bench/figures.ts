import type { Contender } from './contenders';
import type { Figures, Metric, Row } from './rows/row';

/** Everything that was measured of one metric with one contender, in the order of the rounds. */
export interface Measured {
  readonly metric: string;
  readonly contender: string;
  readonly values: readonly number[];
}

/** What could not be measured. */
export interface Failure {
  readonly row: string;
  readonly contender: string;
  readonly why: string;
}

/** Collects what a benchmark measures. */
export class FigureBook {
  readonly metrics: readonly Metric[];
  readonly failures: Failure[] = [];
  /** Those that were begun. */
  rounds = 0;
  readonly #values = new Map<string, Map<string, number[]>>();

  constructor(rows: readonly Row[]) {
    this.metrics = rows.flatMap((row) => row.metrics);
  }

  note({ id }: Contender, figures: Figures): void {
    for (const [metric, value] of Object.entries(figures)) {
      const byContender = this.#values.get(metric) ?? new Map<string, number[]>();
      this.#values.set(metric, byContender);
      byContender.set(id, [...(byContender.get(id) ?? []), value]);
    }
  }

  valuesOf(metric: string, contender: string): readonly number[] {
    return this.#values.get(metric)?.get(contender) ?? [];
  }

  all(): Measured[] {
    return [...this.#values].flatMap(([metric, byContender]) =>
      [...byContender].map(([contender, values]) => ({ metric, contender, values })),
    );
  }
}
