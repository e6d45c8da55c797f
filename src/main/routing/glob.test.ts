import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from './glob';

describe('compileGlob', () => {
  it.each([
    ['localhost', 'LOCALHOST', true],
    ['*.example.test', 'a.example.test', true],
    ['*.example.test', 'a.b.example.test', true],
    ['*.example.test', 'example.test', false],
    ['example.test', 'a.example.test', false],
    ['.local', 'mac.local', false],
    ['10.*', '10.1.2.3', true],
    ['10.*', '110.1.2.3', false],
    ['127.0.0.0/8', '127.0.0.1', false],
    ['192.168.?.1', '192.168.7.1', true],
    ['192.168.?.1', '192.168.77.1', false],
    ['host[0-9]', 'host7', true],
    ['host[!0-9]', 'host7', false],
    ['host[^0-9]', 'hostx', true],
    ['host[]x]', 'host]', true],
    ['host[a-]', 'host-', true],
    ['[', '[', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a\\', 'a\\', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b', 'ab', true],
    ['*a*b', 'ba', false],
  ])('%j against %j: %s', (pattern, text, matches) => {
    expect(compileGlob(pattern)(text)).toBe(matches);
  });

  it('agrees with a translation to a regular expression', () => {
    const piece = fc.constantFrom('a', 'b', '.', '*', '?');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: 10 }),
        (p, t) => {
          const source = p.map((c) => (c === '*' ? '[^]*' : c === '?' ? '[^]' : `[${c}]`)).join('');
          expect(compileGlob(p.join(''))(t.join(''))).toBe(new RegExp(`^${source}$`).test(t.join('')));
        },
      ),
    );
  });

  it('ends on a pattern and a text that make backtracking explode', () => {
    expect(compileGlob(`${'*a'.repeat(40)}*c`)('a'.repeat(4000))).toBe(false);
  });
});
