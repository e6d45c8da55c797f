import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noProxyRule, readNoProxyEntry, readNoProxyRule } from './no-proxy-rule';

describe('readNoProxyRule', () => {
  it.each([
    ['localhost', { kind: 'glob', pattern: 'localhost' }],
    ['*.CORP', { kind: 'glob', pattern: '*.corp' }],
    ['10.*', { kind: 'glob', pattern: '10.*' }],
    ['host[0-9]', { kind: 'glob', pattern: 'host[0-9]' }],
    ['web-01', { kind: 'glob', pattern: 'web-01' }],
    ['*:8080', { kind: 'glob', pattern: '*', port: 8080 }],
    ['wiki.corp:80', { kind: 'glob', pattern: 'wiki.corp', port: 80 }],
    ['.corp.example', { kind: 'domain', name: 'corp.example' }],
    ['.corp.example:443', { kind: 'domain', name: 'corp.example', port: 443 }],
    ['<local>', { kind: 'simple-names' }],
    ['<LOCAL>:8080', { kind: 'simple-names', port: 8080 }],
    ['10.0.0.0/8', { kind: 'addresses', first: '0a000000', last: '0affffff' }],
    ['10/8', { kind: 'addresses', first: '0a000000', last: '0affffff' }],
    ['10.1.2.3/12', { kind: 'addresses', first: '0a000000', last: '0a0fffff' }],
    ['0.0.0.0/0', { kind: 'addresses', first: '00000000', last: 'ffffffff' }],
    ['10.0.0.0/8:8080', { kind: 'addresses', first: '0a000000', last: '0affffff', port: 8080 }],
    ['10.1.7.3', { kind: 'addresses', first: '0a010703', last: '0a010703' }],
    ['10.1.7.10-10.1.7.99', { kind: 'addresses', first: '0a01070a', last: '0a010763' }],
    [
      '2001:db8::/32',
      { kind: 'addresses', first: `20010db8${'0'.repeat(24)}`, last: `20010db8${'f'.repeat(24)}` },
    ],
    [
      '[2001:db8::/32]:443',
      { kind: 'addresses', first: `20010db8${'0'.repeat(24)}`, last: `20010db8${'f'.repeat(24)}`, port: 443 },
    ],
    ['::1', { kind: 'addresses', first: `${'0'.repeat(31)}1`, last: `${'0'.repeat(31)}1` }],
    [
      '[::1]:8080',
      { kind: 'addresses', first: `${'0'.repeat(31)}1`, last: `${'0'.repeat(31)}1`, port: 8080 },
    ],
    ['::1-::ff', { kind: 'addresses', first: `${'0'.repeat(31)}1`, last: `${'0'.repeat(30)}ff` }],
  ])('takes %s', (text, rule) => {
    const expected = { port: undefined, ...rule, text: text.toLowerCase() };
    expect(readNoProxyRule(text)).toEqual({ kind: 'good', value: expected });
  });

  it.each([
    ['', 'empty'],
    ['https://wiki.corp/page', 'is-url'],
    ['wiki.corp/page', 'is-url'],
    ['wiki.corp/24', 'is-url'],
    ['wiki.corp:0', 'port-range'],
    ['wiki.corp:http', 'port-range'],
    ['10.1.0.0/33', 'not-a-network'],
    ['10.1.0.0/', 'not-a-network'],
    ['300.1.0.0/8', 'not-a-network'],
    ['2001:db8::/129', 'not-a-network'],
    ['::ffff:10.0.0.0/104', 'not-a-network'],
    ['10.0.0.9-10.0.0.1', 'not-a-range'],
    ['10.0.0.1-20', 'not-a-range'],
    ['10.0.0.1-::1', 'not-a-range'],
    ['10.1', 'not-an-address'],
    ['1:2:3', 'not-an-address'],
    ['wiki corp', 'bad-character'],
    ['a,b', 'bad-character'],
    ['.corp*', 'bad-character'],
    [`${'a'.repeat(254)}`, 'too-long'],
  ])('says what is wrong with %s', (text, kind) => {
    expect(readNoProxyRule(text)).toMatchObject({ kind: 'bad', problem: { kind } });
  });

  it('takes again what it has made', () => {
    const text = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.string());
    fc.assert(
      fc.property(text, (each) => {
        const reading = readNoProxyEntry(each);
        if (reading.kind === 'good') expect(readNoProxyEntry(reading.value)).toEqual(reading);
        else expect(reading.problem.kind).not.toBe('');
      }),
    );
  });
});

describe('noProxyRule', () => {
  it('takes what cannot be read for a pattern of whole names', () => {
    expect(noProxyRule('\\[a]')).toMatchObject({ kind: 'glob', pattern: '\\[a]', port: undefined });
  });
});
