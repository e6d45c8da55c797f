import { formatValue, formatValues } from './format';
import { type Results, summaryIn, valuesIn } from './results';

/** Lines of cells in Markdown. */
export function markdownTable(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}|${'---|'.repeat(head.length)}\n${lines.map(line).join('')}`;
}

/** A line for each metric that was measured, a column for each contender: medians with their spread. */
export function fullTable(results: Results): string {
  const { metrics, contenders } = results;
  const lines = metrics.flatMap((metric) => {
    const cells = contenders.map(({ id }) => formatValues(valuesIn(results, metric.id, id), metric));
    return cells.every((cell) => cell === '') ? [] : [[metric.title, ...cells]];
  });
  return markdownTable(['', ...contenders.map(({ name }) => name)], lines);
}

/** The same of some metrics, with medians alone. */
export function shortTable(results: Results, metricIds: readonly string[]): string {
  const lines = metricIds.flatMap((id) => {
    const metric = results.metrics.find((one) => one.id === id);
    if (metric === undefined) return [];
    const cells = results.contenders.map((contender) => {
      const value = summaryIn(results, id, contender.id);
      return value === undefined ? '' : formatValue(value, metric.unit);
    });
    return [[metric.title, ...cells]];
  });
  return markdownTable(['', ...results.contenders.map(({ name }) => name)], lines);
}
