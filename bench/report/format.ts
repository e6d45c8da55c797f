import type { Metric, Unit } from '../rows/row';
import { spreadOf } from '../statistics';

/** Three digits are more than a benchmark knows. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  const rounded = value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
  return rounded.replace(/\.?0+$/, '');
}

/** With its unit. */
export function formatValue(value: number, unit: Unit): string {
  const number = formatNumber(value);
  if (number === '' || unit === '') return number;
  return unit === '/s' ? `${number}/s` : `${number} ${unit}`;
}

/** The median, and from where to where the values went; or the most. Empty for none. */
export function formatValues(values: readonly number[], { unit, summary }: Metric): string {
  if (values.length === 0) return '';
  const { median, least, most } = spreadOf(values);
  if (summary === 'most') return formatValue(most, unit);
  const [from, to] = [formatNumber(least), formatNumber(most)];
  return from === to ? formatValue(median, unit) : `${formatValue(median, unit)} (${from}–${to})`;
}
