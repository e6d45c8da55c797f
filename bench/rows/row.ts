import type { Contender, ContenderId } from '../contenders';
import type { Setting } from '../setting';

export type Unit = 'ms' | 'µs' | '/s' | 'MB/s' | 'MiB' | 'KiB' | '%' | '';

/** One line of the report. */
export interface Metric {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: 'less' | 'more';
  /** What becomes of several values. */
  readonly summary: 'median' | 'most';
}

/** What was measured once, by the id of the metric. */
export type Figures = Readonly<Record<string, number>>;

interface AnyRow {
  /** For `--only`. */
  readonly name: string;
  readonly metrics: readonly Metric[];
  readonly contenders: readonly ContenderId[];
  /** Measured in the first round alone. */
  readonly isOnce?: boolean;
  /** In front of squid. */
  readonly isNear?: boolean;
  /** A measurement that takes longer has failed. */
  readonly withinMs: number;
}

/** Measured with one contender after the other. */
export interface TurnRow extends AnyRow {
  readonly measure: (contender: Contender, setting: Setting) => Promise<Figures>;
}

/** Measured with all contenders at the same time. */
export interface TogetherRow extends AnyRow {
  readonly measureTogether: (
    contenders: readonly Contender[],
    setting: Setting,
  ) => Promise<ReadonlyMap<Contender, Figures>>;
}

export type Row = TurnRow | TogetherRow;

export const everybody: readonly ContenderId[] = [
  'latchkey',
  'cntlm',
  'other-cntlm',
  'px',
  'alpaca',
  'relay',
  'direct',
];

/** Those that have a process of their own. */
export const processes: readonly ContenderId[] = everybody.filter((id) => id !== 'direct');

/** Those that sign in, and the same company proxy without. */
export const signingIn: readonly ContenderId[] = everybody.filter((id) => id !== 'relay');

export function less(id: string, unit: Unit, title: string, summary: Metric['summary'] = 'median'): Metric {
  return { id, unit, title, better: 'less', summary };
}

export function more(id: string, unit: Unit, title: string): Metric {
  return { id, unit, title, better: 'more', summary: 'median' };
}
