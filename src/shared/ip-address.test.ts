import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIp, ipDigits, networkRange, networksOf } from './ip-address';

const address = fc.oneof(fc.ipV4(), fc.ipV6());

describe('ipDigits', () => {
  it.each([
    ['10.1.2.3', '0a010203'],
    ['255.255.255.255', 'ffffffff'],
    ['::1', `${'0'.repeat(31)}1`],
    ['2001:DB8::7', `20010db8${'0'.repeat(23)}7`],
    ['fe80::1%en0', `fe80${'0'.repeat(27)}1`],
    ['::ffff:10.1.2.3', '0a010203'],
    ['::ffff:a01:203', '0a010203'],
  ])('reads %s as %s', (text, digits) => {
    expect(ipDigits(text)).toBe(digits);
  });

  it.each([
    '',
    '10.1',
    '010.1.2.3',
    '256.1.1.1',
    '1:2',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8::',
    'g::',
    '::1.2.3',
  ])('does not take %j for an address', (text) => {
    expect(ipDigits(text)).toBeUndefined();
  });

  it('knows an address as Node does', () => {
    const text = fc.oneof(
      address,
      fc.string({ unit: fc.constantFrom('0', '1', '2', 'f', ':', '.'), maxLength: 12 }),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(ipDigits(each) !== undefined).toBe(isIP(each) !== 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes back from what is written', () => {
    fc.assert(
      fc.property(address, (text) => {
        const digits = ipDigits(text) ?? '';
        const written = formatIp(digits);
        expect(ipDigits(written)).toBe(digits);
        expect(written).toBe(
          written.includes(':') ? new URL(`http://[${text}]/`).hostname.slice(1, -1) : written,
        );
      }),
    );
  });
});

describe('networksOf', () => {
  const range = (first: string, last: string) => ({
    first: ipDigits(first) ?? '',
    last: ipDigits(last) ?? '',
  });

  it.each([
    ['10.0.0.0', '10.255.255.255', ['10.0.0.0/8']],
    ['10.1.7.3', '10.1.7.3', ['10.1.7.3']],
    ['10.0.0.1', '10.0.0.6', ['10.0.0.1', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6']],
    ['0.0.0.0', '255.255.255.255', ['0.0.0.0/0']],
    ['2001:db8::', '2001:db8::1:ffff', ['2001:db8::/111']],
  ])('splits %s to %s', (first, last, networks) => {
    expect(networksOf(range(first, last))).toEqual(networks);
  });

  it('holds what the range holds, as Node has it', () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff });
    const text = (value: number) => formatIp(value.toString(16).padStart(8, '0'));
    fc.assert(
      fc.property(number, number, number, (one, other, probe) => {
        const [first, last] = one < other ? [one, other] : [other, one];
        const list = new BlockList();
        for (const network of networksOf(range(text(first), text(last)))) {
          const [base = '', length = '32'] = network.split('/');
          list.addSubnet(base, Number(length));
        }
        for (const each of [first, last, probe, Math.max(0, first - 1), Math.min(0xffff_ffff, last + 1)])
          expect(list.check(text(each))).toBe(first <= each && each <= last);
      }),
    );
  });
});

describe('networkRange', () => {
  it('masks what is behind the length', () => {
    expect(networkRange('0a010203', 12)).toEqual({ first: '0a000000', last: '0a0fffff' });
    expect(networkRange('0a010203', 33)).toBeUndefined();
  });
});
