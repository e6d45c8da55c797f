import { describe, expect, it } from 'vitest';
import type { Contender } from './contenders';
import { parseOptions } from './options';
import { everybody, type Figures, less, type Row } from './rows/row';
import { measureAll } from './schedule';
import { Setting } from './setting';

const contender = (id: Contender['id']): Contender => ({
  id,
  name: id,
  start: () => Promise.reject(new Error('nothing is started')),
});
const contenders = [contender('latchkey'), contender('cntlm')];

/** A row that notes who was measured. */
function row(name: string, log: string[], more: Partial<Row> = {}): Row {
  const measure = ({ id }: Contender): Promise<Figures> => {
    log.push(`${name} ${id}`);
    return Promise.resolve({ [name]: log.length });
  };
  const metrics = [less(name, 'ms', name)];
  return { name, contenders: everybody, withinMs: 100_000, metrics, measure, ...more } as Row;
}

const plan = (rows: readonly Row[], rounds = 2): Parameters<typeof measureAll>[0] => ({
  rows,
  contenders,
  rounds,
  isTimeOver: () => false,
  say: () => undefined,
});

describe('a schedule', () => {
  it('takes the contenders in turn, and all rows again', async () => {
    const log: string[] = [];
    const book = await measureAll(plan([row('a', log), row('b', log)]), new Setting());
    const round = ['a latchkey', 'a cntlm', 'b latchkey', 'b cntlm'];
    expect(log).toEqual([...round, ...round]);
    expect(book.valuesOf('a', 'latchkey')).toEqual([1, 5]);
    expect(book.valuesOf('b', 'cntlm')).toEqual([4, 8]);
    expect(book.rounds).toBe(2);
  });

  it('measures once what is measured once, and nobody whom a row does not concern', async () => {
    const log: string[] = [];
    const rows = [row('a', log, { isOnce: true }), row('b', log, { contenders: ['cntlm'] })];
    await measureAll(plan(rows), new Setting());
    expect(log).toEqual(['a latchkey', 'a cntlm', 'b cntlm', 'b cntlm']);
  });

  it('notes a failure and goes on', async () => {
    const log: string[] = [];
    const measure = ({ id }: Contender): Promise<Figures> =>
      id === 'cntlm' ? Promise.reject(new Error('it broke')) : Promise.resolve({ a: 1 });
    const book = await measureAll(plan([row('a', log, { measure } as Partial<Row>)], 1), new Setting());
    expect(book.failures).toEqual([{ row: 'a', contender: 'cntlm', why: 'it broke' }]);
    expect(book.valuesOf('a', 'latchkey')).toEqual([1]);
  });

  it('gives up what takes too long', async () => {
    const measure = (): Promise<Figures> => new Promise(() => undefined);
    const endless = row('a', [], { measure, withinMs: 20 } as Partial<Row>);
    const book = await measureAll(plan([endless], 1), new Setting());
    expect(book.failures.map(({ why }) => why)).toEqual(Array(2).fill('not over within 0.02 s'));
  });

  it('begins nothing once the time is over, not even within a row', async () => {
    const log: string[] = [];
    const isTimeOver = (): boolean => log.length > 2;
    const book = await measureAll({ ...plan([row('a', log)]), isTimeOver }, new Setting());
    expect(log).toEqual(['a latchkey', 'a cntlm', 'a latchkey']);
    expect(book.valuesOf('a', 'latchkey')).toEqual([1, 3]);
    expect(book.rounds).toBe(2);
  });
});

describe('the options', () => {
  it('have defaults', () => {
    expect(parseOptions([])).toEqual({ only: [], rounds: 3, minutes: 10 });
  });

  it('take several names of rows', () => {
    const { only, rounds } = parseOptions(['--only', 'burst,get', '--only', 'idle', '--rounds', '5']);
    expect(only).toEqual(['burst', 'get', 'idle']);
    expect(rounds).toBe(5);
  });

  it('refuse what is no number', () => {
    expect(() => parseOptions(['--rounds', 'many'])).toThrow('--rounds many');
    expect(() => parseOptions(['--minutes', '0'])).toThrow('--minutes 0');
  });
});
