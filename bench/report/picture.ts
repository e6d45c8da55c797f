import type { Metric } from '../rows/row';
import { formatValue } from './format';
import { type Results, summaryIn } from './results';

/** Bars for some of the metrics, as an SVG that goes with a light page and with a dark one. */

const columns = 2;
const cellWidth = 420;
const padding = 24;
const gap = 28;
const titleHeight = 22;
const barHeight = 12;
const barStep = 20;
const cellGap = 22;
const nameWidth = 92;
const valueWidth = 84;
const barWidth = cellWidth - nameWidth - valueWidth;

const style = `
  text { font: 12px -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; fill: #1b1b1e }
  .title { font-weight: 600 } .hint, .name { fill: #4a4a50 } .ground { fill: #fff; stroke: #d9d9de }
  .bar { fill: #b4b4bd } .ours { fill: #1f6bd0 } .name.of-ours, .value.of-ours { font-weight: 600; fill: #12509f }
  @media (prefers-color-scheme: dark) {
    text { fill: #f2f2f5 } .hint, .name { fill: #b9b9c2 } .ground { fill: #1e1e21; stroke: #3a3a40 }
    .bar { fill: #6d6d76 } .ours { fill: #4c93f0 } .name.of-ours, .value.of-ours { fill: #8fbcf8 }
  }`;

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly isOurs: boolean;
}

interface Cell {
  readonly metric: Metric;
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** @param titles by the id of the metric: shorter than in a table, as there is little room */
export function picture(results: Results, titles: Readonly<Record<string, string>>): string {
  const cells = Object.entries(titles).flatMap(([id, title]) => {
    const metric = results.metrics.find((one) => one.id === id);
    const bars = results.contenders.flatMap(({ id: contender, name }) => {
      const value = summaryIn(results, id, contender);
      return value === undefined ? [] : [{ name, value, isOurs: contender === 'latchkey' }];
    });
    return metric === undefined || bars.length === 0 ? [] : [{ metric, title, bars }];
  });
  let top = padding;
  const drawn: string[] = [];
  for (let at = 0; at < cells.length; at += columns) {
    const row = cells.slice(at, at + columns);
    row.forEach((cell, column) => drawn.push(drawCell(cell, padding + column * (cellWidth + gap), top)));
    top += titleHeight + Math.max(...row.map(({ bars }) => bars.length)) * barStep + cellGap;
  }
  const width = 2 * padding + columns * cellWidth + (columns - 1) * gap;
  const height = top - cellGap + padding;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Latchkey beside other local proxies">
<style>${style}
</style>
<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12"/>
${drawn.join('\n')}
</svg>
`;
}

function drawCell({ metric, title, bars }: Cell, left: number, top: number): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const hint = metric.better === 'less' ? 'less is better' : 'more is better';
  const lines = bars.map(({ name, value, isOurs }, index) => {
    const y = top + titleHeight + index * barStep;
    // What is next to nothing is seen all the same.
    const length = Math.max(1.5, (value / longest) * barWidth);
    const baseline = y + barHeight - 2;
    const ours = isOurs ? ' of-ours' : '';
    return [
      `<text class="name${ours}" x="${left + nameWidth - 8}" y="${baseline}" text-anchor="end">${escape(name)}</text>`,
      `<rect class="bar${isOurs ? ' ours' : ''}" x="${left + nameWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="3"/>`,
      `<text class="value${ours}" x="${(left + nameWidth + length + 8).toFixed(1)}" y="${baseline}">${escape(formatValue(value, metric.unit))}</text>`,
    ].join('');
  });
  return `<text class="title" x="${left}" y="${top + 8}">${escape(title)} <tspan class="hint" font-weight="400">· ${hint}</tspan></text>\n${lines.join('\n')}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
