import { describe, expect, it } from 'vitest';
import { less, more } from '../rows/row';
import { putBetweenMarks } from './between-marks';
import { formatNumber, formatValue, formatValues } from './format';
import { picture } from './picture';
import { type Results, summaryIn } from './results';
import { fullTable, shortTable } from './table';
import { judge, verdictTable, type Wanted } from './wanted';

const results: Results = {
  madeOn: '2026-11-30',
  commit: 'abc1234',
  machine: 'a machine',
  rounds: 3,
  seconds: 10,
  contenders: [
    { id: 'latchkey', name: 'Latchkey' },
    { id: 'cntlm', name: 'cntlm <1>' },
  ],
  metrics: [
    less('page', 'ms', 'a page'),
    more('speed', 'MB/s', 'a download'),
    less('unanswered', '', 'unanswered', 'most'),
    less('nobody', 'ms', 'not measured'),
  ],
  figures: [
    { metric: 'page', contender: 'latchkey', values: [300, 100, 200] },
    { metric: 'page', contender: 'cntlm', values: [400] },
    { metric: 'speed', contender: 'latchkey', values: [90] },
    { metric: 'speed', contender: 'cntlm', values: [100] },
    { metric: 'unanswered', contender: 'latchkey', values: [1, 2, 1] },
  ],
  failures: [],
};

describe('numbers', () => {
  it('have three digits at most and no zeros behind', () => {
    const numbers = [1234.5, 123.4, 12.34, 1.234, 0.04, 0, 100, 2.5, 10];
    expect(numbers.map(formatNumber).join(' ')).toBe('1235 123 12.3 1.23 0.04 0 100 2.5 10');
  });

  it('that are none are empty', () => {
    expect(formatValue(Number.NaN, 'ms')).toBe('');
    expect(formatValue(Number.POSITIVE_INFINITY, '')).toBe('');
  });

  it('have their unit as it is written', () => {
    expect(formatValue(12, 'ms')).toBe('12 ms');
    expect(formatValue(12, '/s')).toBe('12/s');
    expect(formatValue(12, '')).toBe('12');
  });
});

describe('several values', () => {
  it('are the median, and from where to where they go', () => {
    expect(formatValues([300, 100, 200], less('', 'ms', ''))).toBe('200 ms (100–300)');
  });

  it('have no spread when it would not be seen', () => {
    expect(formatValues([200.1, 200.2], less('', 'ms', ''))).toBe('200 ms');
    expect(formatValues([], less('', 'ms', ''))).toBe('');
  });

  it('are the most where that is what counts', () => {
    expect(formatValues([1, 2, 1], less('', '', '', 'most'))).toBe('2');
    expect(summaryIn(results, 'unanswered', 'latchkey')).toBe(2);
    expect(summaryIn(results, 'page', 'latchkey')).toBe(200);
    expect(summaryIn(results, 'unanswered', 'cntlm')).toBeUndefined();
  });
});

describe('a table', () => {
  it('has a line for each metric that was measured and a column for each contender', () => {
    expect(fullTable(results)).toBe(
      [
        '|  | Latchkey | cntlm <1> |',
        '|---|---|---|',
        '| a page | 200 ms (100–300) | 400 ms |',
        '| a download | 90 MB/s | 100 MB/s |',
        '| unanswered | 2 |  |',
        '',
      ].join('\n'),
    );
  });

  it('that is short has the metrics that are asked for, and medians', () => {
    expect(shortTable(results, ['speed', 'page', 'unknown']).split('\n').slice(2)).toEqual([
      '| a download | 90 MB/s | 100 MB/s |',
      '| a page | 200 ms | 400 ms |',
      '',
    ]);
  });
});

describe('what is wanted', () => {
  const cntlm = { kind: 'contender', id: 'cntlm', name: "cntlm's" } as const;
  const number = { kind: 'number', value: 50, name: 'round trips' } as const;

  it('is at most so much where less is better, and at least where more is', () => {
    const wanted: Wanted[] = [
      { metric: 'page', limit: 0.5, of: cntlm },
      { metric: 'page', limit: 0.49, of: cntlm },
      { metric: 'speed', limit: 0.9, of: cntlm },
      { metric: 'speed', limit: 1, of: cntlm },
      { metric: 'page', limit: 4, of: number },
    ];
    expect(judge(results, wanted).map(({ ratio, isMet }) => [ratio, isMet])).toEqual([
      [0.5, true],
      [0.5, false],
      [0.9, true],
      [0.9, false],
      [4, true],
    ]);
  });

  it('can be another figure of its own', () => {
    const [verdict] = judge(results, [
      { metric: 'speed', limit: 1, of: { kind: 'metric', id: 'page', name: 'x' } },
    ]);
    expect(verdict?.ratio).toBe(0.45);
  });

  it('says nothing of what was not measured', () => {
    expect(judge(results, [{ metric: 'nobody', limit: 1, of: cntlm }])).toEqual([]);
    expect(judge(results, [{ metric: 'unanswered', limit: 1, of: cntlm }])).toEqual([]);
  });

  it('shows what is not met', () => {
    expect(
      verdictTable(results, [
        { metric: 'page', limit: 0.4, of: cntlm },
        { metric: 'page', limit: 5, of: number },
      ])
        .split('\n')
        .slice(2),
    ).toEqual([
      "| a page | 0.5 of cntlm's | at most 0.4 | **no** |",
      '| a page | 4 round trips | at most 5 | yes |',
      '',
    ]);
  });
});

describe('the picture', () => {
  const svg = picture(results, { page: 'A page', speed: 'A download', nobody: 'Nobody' });

  it('has a bar for each figure, as long as it is large beside the others', () => {
    const widths = [...svg.matchAll(/<rect class="bar[^"]*"[^>]* width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    );
    expect(widths).toHaveLength(4);
    expect((widths[0] ?? 0) / (widths[1] ?? 0)).toBeCloseTo(0.5, 2);
    expect((widths[2] ?? 0) / (widths[3] ?? 0)).toBeCloseTo(0.9, 2);
  });

  it('leaves out what was not measured', () => {
    expect(svg).not.toContain('Nobody');
  });

  it('marks our own bars and goes with a dark page', () => {
    expect(svg.match(/class="bar ours"/g)).toHaveLength(2);
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
  });

  it('is well-formed with any name', () => {
    expect(svg).toContain('cntlm &lt;1>');
    expect(svg).not.toContain('cntlm <1>');
  });
});

describe('a place between marks', () => {
  const document = 'before\n<!-- x -->\nold\n<!-- end of x -->\nafter\n';

  it('gets another text and nothing else changes', () => {
    const changed = putBetweenMarks(document, 'x', 'new\n');
    expect(changed).toBe('before\n<!-- x -->\nnew\n<!-- end of x -->\nafter\n');
    expect(putBetweenMarks(changed, 'x', 'new\n')).toBe(changed);
  });

  it('must be there', () => {
    expect(() => putBetweenMarks(document, 'y', '')).toThrow('no place marked y');
  });
});
