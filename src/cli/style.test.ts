import { describe, expect, it } from 'vitest';
import { hasColors, paintError, paintWarning, styleWith } from './style';

describe('hasColors', () => {
  it.each<[NodeJS.ProcessEnv, boolean, boolean]>([
    [{}, true, true],
    [{}, false, false],
    [{ TERM: 'dumb' }, true, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: 'false' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  ])('with %j, on a terminal: %s', (env, isTerminal, expected) => {
    expect(hasColors(env, isTerminal)).toBe(expected);
  });
});

describe('a line', () => {
  const style = styleWith(true);

  it.each([
    ['latchkey: warning: odd', 'latchkey: \u001b[33mwarning:\u001b[39m odd'],
    ['/etc/cntlm.conf:5: warning: odd', '/etc/cntlm.conf:5: \u001b[33mwarning:\u001b[39m odd'],
    ['warning: odd', '\u001b[33mwarning:\u001b[39m odd'],
    ['latchkey: listening', 'latchkey: listening'],
  ])('%s has its warning in yellow', (line, painted) => {
    expect(paintWarning(line, style)).toBe(painted);
    expect(paintWarning(line, styleWith(false))).toBe(line);
  });

  it('that says what failed begins in red', () => {
    expect(paintError('latchkey: no', style)).toBe('\u001b[31mlatchkey:\u001b[39m no');
    expect(paintError('latchkey: no', styleWith(false))).toBe('latchkey: no');
  });
});
