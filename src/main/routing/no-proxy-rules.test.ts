import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from './glob';
import { NoProxyRules } from './no-proxy-rules';

describe('NoProxyRules', () => {
  it.each([
    ['.corp.test', 'corp.test', true],
    ['.corp.test', 'a.b.corp.test', true],
    ['.corp.test', 'xcorp.test', false],
    ['*.corp.test', 'corp.test', false],
    ['*.corp.test', 'a.b.corp.test', true],
    ['*.corp.test', 'WIKI.Corp.Test.', true],
    ['<local>', 'wiki', true],
    ['<local>', 'localhost', true],
    ['<local>', 'wiki.corp', false],
    ['<local>', '::1', false],
    ['10.0.0.0/12', '10.15.255.255', true],
    ['10.0.0.0/12', '10.16.0.0', false],
    ['10.0.0.0/12', '10.1.evil.example', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.*', '10.1.2.3', true],
    ['10.*', '10.evil.example', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:0:1::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['fe80::/10', 'fe80::1%en0', true],
    ['2001:db8::1', '2001:DB8:0:0::1', true],
    ['10.1.7.10-10.1.7.99', '10.1.7.99', true],
    ['10.1.7.10-10.1.7.99', '10.1.7.100', false],
  ])('%s for %s: %s', (rule, host, fits) => {
    expect(new NoProxyRules([rule]).find({ host, port: 443 })).toBe(fits ? rule : undefined);
  });

  it.each(['wiki:8080', '.wiki:8080', '<local>:8080', 'w*i:8080', '*:8080'])(
    '%s is about one port',
    (rule) => {
      const rules = new NoProxyRules([rule]);
      expect(rules.find({ host: 'wiki', port: 8080 })).toBe(rule);
      expect(rules.find({ host: 'wiki', port: 80 })).toBeUndefined();
    },
  );

  it('takes ports of networks', () => {
    const rules = new NoProxyRules(['10.0.0.0/8:80', '[2001:db8::/32]:443']);
    expect(rules.find({ host: '10.1.1.1', port: 80 })).toBe('10.0.0.0/8:80');
    expect(rules.find({ host: '10.1.1.1', port: 81 })).toBeUndefined();
    expect(rules.findAddress('2001:db8::1', 443)).toBe('[2001:db8::/32]:443');
    expect(rules.findAddress('2001:db8::1', 80)).toBeUndefined();
  });

  it('names the first of the list that fits, of whatever kind', () => {
    const texts = ['other', '<local>', 'w*', '.wiki', 'wiki', '*'];
    for (let from = 1; from < texts.length; from += 1)
      expect(new NoProxyRules(texts.slice(from)).find({ host: 'wiki', port: 80 })).toBe(texts[from]);
  });

  it('agrees with patterns that are gone through one by one', () => {
    const part = fc.constantFrom('*', 'a', 'b', '.', '*.', '?');
    const pattern = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    const host = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 6 });
    // Those begin a domain, which is no pattern.
    const patterns = fc.array(
      pattern.filter((text) => !/^\.|\.$/.test(text)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(
        patterns,
        host.filter((name) => !name.endsWith('.')),
        (texts, name) => {
          const expected = texts.find((text) => compileGlob(text)(name));
          expect(new NoProxyRules(texts).find({ host: name, port: 80 })).toBe(expected);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
