import { describe, expect, it } from 'vitest';
import { describeConfMatter } from './describe-conf-remark';

describe('what was never filled in', () => {
  it.each([
    ['Username', false],
    ['Proxy', false],
    ['Password', true],
    ['PassNTLMv2', true],
  ])('of %s has the way out that a terminal has', (keyword, hasHash) => {
    const text = describeConfMatter({ kind: 'not-filled-in', keyword });
    expect(
      text.endsWith(
        'make a hash of it with `latchkey hash`, or set Latchkey up in the panel, which asks for it',
      ),
    ).toBe(hasHash);
  });
});
