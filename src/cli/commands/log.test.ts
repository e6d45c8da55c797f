import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';
import { deferred } from '../../../test/deferred';
import { newLines } from './log';

let fixture: CommandFixture;
let lines: string[];

beforeEach(async () => {
  fixture = await CommandFixture.create();
  await fixture.listen();
  lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  fixture.core.answer('read-log', ({ maxLines }) => ({ kind: 'log', lines: lines.slice(-maxLines) }));
});

afterEach(() => fixture.remove());

describe('latchkey log', () => {
  it('prints the newest lines, oldest first', async () => {
    expect(await fixture.run(['log'])).toMatchObject({ code: 0, out: lines.slice(10) });
    expect((await fixture.run(['log', '--lines', '2'])).out).toEqual(['line 29', 'line 30']);
    expect((await fixture.run(['log', '--lines', '0'])).out).toEqual([]);
    expect((await fixture.run(['log', '--lines', '10000'])).out).toEqual(lines);
    lines = [];
    expect((await fixture.run(['log'])).out).toEqual([]);
  });

  it('prints what matters as much as is asked for', async () => {
    lines = ['T error one', 'T debug two', 'T warning three', 'T info four', 'T info five'];
    expect((await fixture.run(['log', '--level', 'warning'])).out).toEqual([
      'T error one',
      'T warning three',
    ]);
    const two = await fixture.run(['log', '--level', 'info', '--lines', '3']);
    expect(two.out).toEqual(['T warning three', 'T info four', 'T info five']);
  });

  it('follows until it is stopped', async () => {
    const stopped = deferred<void>();
    const terminal = fixture.terminal('', { untilStopped: () => stopped.promise });
    const followed = fixture.run(['log', '--follow', '--lines', '1'], terminal);
    await expect.poll(() => terminal.outLines).toEqual(['line 30']);
    lines.push('line 31', 'line 31');
    await expect.poll(() => terminal.outLines).toEqual(['line 30', 'line 31', 'line 31']);
    lines.push('line 31');
    await expect.poll(() => terminal.outLines).toHaveLength(4);
    stopped.resolve();
    expect((await followed).code).toBe(0);
    expect(terminal.outLines).toHaveLength(4);
  });

  it('says that Latchkey has ended meanwhile', async () => {
    await fixture.remove();
    fixture = await CommandFixture.create();
    const close = await fixture.listen();
    fixture.core.answer('read-log', { kind: 'log', lines: ['one'] });
    const terminal = fixture.terminal();
    const followed = fixture.run(['log', '--follow'], terminal);
    await expect.poll(() => terminal.outLines).toEqual(['one']);
    await close();
    expect(await followed).toMatchObject({ code: 1, error: expect.stringContaining('latchkey: ') });
  });

  it('says why there is none', async () => {
    fixture.core.answer('read-log', { kind: 'cancelled' });
    expect(await fixture.run(['log'])).toMatchObject({ code: 1, error: 'latchkey: it has no log' });
  });

  it.each([
    [['--lines', '-1'], 'so many are from 0 to 10000'],
    [['now'], "Unexpected argument 'now'"],
  ])('ends with exit code 2 for %j', async (args, words) => {
    const { code, error } = await fixture.run(['log', ...args]);
    expect(error).toContain(words);
    expect(code).toBe(2);
  });
});

describe('what is new in a log', () => {
  it.each<[string, string[], string[], string[]]>([
    ['nothing', ['a', 'b'], ['a', 'b'], []],
    ['one line', ['a', 'b'], ['a', 'b', 'c'], ['c']],
    ['a line like the last', ['a', 'b'], ['a', 'b', 'b'], ['b']],
    ['two, of which one is like the last', ['a', 'b'], ['a', 'b', 'c', 'b'], ['c', 'b']],
    ['all, where there was nothing', [], ['a', 'b'], ['a', 'b']],
    ['all, where the last that was known is gone', ['a', 'b'], ['c', 'd'], ['c', 'd']],
    ['what comes behind it, where the first were turned out', ['a', 'b', 'c'], ['b', 'c', 'd'], ['d']],
    ['nothing, where all are alike', ['a', 'a'], ['a', 'a'], []],
  ])('%s', (_title, known, now, fresh) => {
    expect(newLines(known, now)).toEqual(fresh);
  });
});
