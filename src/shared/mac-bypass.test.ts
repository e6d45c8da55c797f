import { describe, expect, it } from 'vitest';
import { macBypass } from './mac-bypass';

describe('macBypass', () => {
  it.each([
    ['intra', ['intra']],
    ['*.corp', ['*.corp']],
    ['.corp', ['corp', '*.corp']],
    ['10.*', ['10.0.0.0/8']],
    // CFNetwork compares with the base of a network only when it is masked.
    ['172.16.7.1/12', ['172.16.0.0/12']],
    ['10.0.0.1-10.0.0.3', ['10.0.0.1', '10.0.0.2/31']],
    ['2001:db8::7', ['2001:db8::7']],
  ])('says %s as %j', (rule, entries) => {
    expect(macBypass([rule])).toEqual({ entries, gaps: [] });
  });

  it.each(['<local>', 'intra:80', 'web-*', 'x?', '*', '2001:db8::/32', '0.0.0.1-255.255.255.254'])(
    'has no words for %s',
    (rule) => {
      expect(macBypass(['a', rule])).toEqual({ entries: ['a'], gaps: [rule] });
    },
  );
});
