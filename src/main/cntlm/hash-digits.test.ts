import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invertDigits } from './hash-digits';

describe('invertDigits', () => {
  it.each([
    ['E52CAC67419A9A224A3B108F3FA6CB6D', '1AD35398BE6565DDB5C4EF70C0593492'],
    ['8846F7EAEE8FB117AD06BDD830B7586C', '77B9081511704EE852F94227CF48A793'],
    ['e097c611ea19c676cd79309a3a2f59a3', '1F6839EE15E639893286CF65C5D0A65C'],
  ])('turns what cntlm 0.94 prints into what 0.92.3 prints: %s', (plain, inverted) => {
    expect(invertDigits(plain)).toBe(inverted);
  });

  it('is its own inverse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 16 }), (bytes) => {
        const digits = Buffer.from(bytes).toString('hex').toUpperCase();
        expect(invertDigits(invertDigits(digits))).toBe(digits);
      }),
    );
  });
});
