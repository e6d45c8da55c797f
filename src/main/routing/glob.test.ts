import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from './glob';

describe('compileGlob', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'a.b.c', true],
    ['localhost', 'localhost', true],
    ['LOCALHOST', 'localhost', true],
    ['localhost', 'LocalHost', true],
    ['localhost', 'localhosts', false],
    ['localhost', 'localhos', false],
    ['.local', 'a.local', false],
    ['.local', '.local', true],
    ['example.test', 'a.example.test', false],
    ['*.example.test', 'a.example.test', true],
    ['*.example.test', 'a.b.example.test', true],
    ['*.example.test', 'example.test', false],
    ['10.*', '10.1.2.3', true],
    ['10.*', '10.evil.example', true],
    ['10.*', '110.1.2.3', false],
    ['127.0.0.0/8', '127.0.0.1', false],
    ['a*b', 'a/x/b', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['*ab', 'aab', true],
    ['*aab', 'aaaab', true],
    ['**', 'anything', true],
    ['a**', 'a', true],
    ['host?', 'host1', true],
    ['host?', 'host', false],
    ['host?', 'host12', false],
    ['?.b', '..b', true],
    ['[a-c]', 'b', true],
    ['[a-c]', 'd', false],
    ['[A-C]', 'b', true],
    ['[!a-c]', 'd', true],
    ['[!a-c]', 'b', false],
    ['[^a-c]', 'd', true],
    ['[^a-c]', 'b', false],
    ['[!a]', '', false],
    ['[]a]', ']', true],
    ['[]a]', 'a', true],
    ['[!]a]', ']', false],
    ['[!]a]', 'b', true],
    ['[a-]', '-', true],
    ['[-a]', '-', true],
    ['[a-]', 'b', false],
    ['[c-a]', 'b', false],
    ['[\\]]', ']', true],
    ['[a\\-c]', 'b', false],
    ['[a\\-c]', '-', true],
    ['[a', '[a', true],
    ['[a', 'a', false],
    ['[', '[', true],
    ['[]', '[]', true],
    ['[a]*', 'a.b', true],
    ['*[0-9]', 'host7', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['\\?', '?', true],
    ['\\?', 'a', false],
    ['\\[a]', '[a]', true],
    ['\\a', 'a', true],
    ['a\\', 'a\\', true],
    ['::1', '::1', true],
    ['fe80:*', 'fe80::1', true],
    ['localhost', 'LOCALHOST', true],
    ['.local', 'mac.local', false],
    ['192.168.?.1', '192.168.7.1', true],
    ['192.168.?.1', '192.168.77.1', false],
    ['host[0-9]', 'host7', true],
    ['host[!0-9]', 'host7', false],
    ['host[^0-9]', 'hostx', true],
    ['host[]x]', 'host]', true],
    ['host[a-]', 'host-', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['*a*b', 'ab', true],
    ['*a*b', 'ba', false],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it('takes at most quadratic time on a hostile name', () => {
    const pattern = `${'*a'.repeat(50)}*b`;
    expect(compileGlob(pattern)('a'.repeat(20_000))).toBe(false);
  });

  it('agrees with a naive translation into a regular expression', () => {
    const element = fc.oneof(
      fc.constantFrom('*', '?', 'a', 'b', '.', '-').map((char) => ({
        glob: char,
        regex: char === '*' ? '[^]*' : char === '?' ? '[^]' : char === '.' ? '\\.' : char,
      })),
      fc.constantFrom('*', '?', '[', ']', '\\', 'a').map((char) => ({
        glob: `\\${char}`,
        regex: char === 'a' ? 'a' : `\\${char}`,
      })),
      fc
        .record({
          isNegated: fc.boolean(),
          members: fc.array(fc.constantFrom('a', 'b', 'a-c', '.'), { minLength: 1 }),
        })
        .map(({ isNegated, members }) => ({
          glob: `[${isNegated ? '!' : ''}${members.join('')}]`,
          regex: `[${isNegated ? '^' : ''}${members.join('')}]`,
        })),
    );
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', '.', '-', '*', '[', '?', '\\'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(element, { maxLength: 7 }), text, (elements, subject) => {
        const regex = new RegExp(`^(?:${elements.map((each) => each.regex).join('')})$`);
        expect(compileGlob(elements.map(({ glob }) => glob).join(''))(subject)).toBe(regex.test(subject));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws and always ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (pattern, text) => {
        expect(typeof compileGlob(pattern)(text)).toBe('boolean');
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', ']', '!', '-', '\\', '*', 'a') }), (pattern) => {
        expect(typeof compileGlob(pattern)('a]-')).toBe('boolean');
      }),
    );
  });
});
