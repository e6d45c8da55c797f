import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { avIds, avValue, decodeAvPairs, encodeAvPairs } from './av-pairs';

const bytes = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const pairs = [
  { id: avIds.MsvAvNbDomainName, value: bytes('4400') },
  { id: avIds.MsvAvFlags, value: bytes('02000000') },
];
const encoded = bytes('0200 0200 4400  0600 0400 02000000  0000 0000');

describe('a list of AV pairs', () => {
  it('is written with its end', () => {
    expect(encodeAvPairs(pairs)).toEqual(encoded);
    expect(encodeAvPairs([])).toEqual(bytes('0000 0000'));
  });

  it('is read up to its end, whatever follows', () => {
    expect(decodeAvPairs(encoded)).toEqual(pairs);
    expect(decodeAvPairs(Buffer.concat([encoded, bytes('ffffffffff')]))).toEqual(pairs);
    expect(decodeAvPairs(bytes('0000 0000'))).toEqual([]);
  });

  it('is refused at every byte before its end', () => {
    for (let length = 0; length < encoded.length; length += 1) {
      expect(() => decodeAvPairs(encoded.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'bad-length' }),
      );
    }
  });

  it.each(['0200 ffff 4400 0000 0000', '0200 0300 4400', '0200 0700 4400 0000 0000'])(
    'is refused when a length goes beyond it or swallows its end: %s',
    (digits) => {
      expect(() => decodeAvPairs(bytes(digits))).toThrow(expect.objectContaining({ code: 'bad-length' }));
    },
  );

  it('keeps ids that it does not know', () => {
    expect(decodeAvPairs(bytes('3412 0100 ff 0000 0000'))).toEqual([{ id: 0x1234, value: bytes('ff') }]);
  });

  it('gives the first value of an id', () => {
    const twice = [...pairs, { id: avIds.MsvAvFlags, value: bytes('ff') }];
    expect(avValue(twice, avIds.MsvAvFlags)).toEqual(bytes('02000000'));
    expect(avValue(twice, avIds.MsvAvTimestamp)).toBeUndefined();
  });

  it('holds a value of one byte less than 64 KiB', () => {
    const longest = [{ id: 1, value: Buffer.alloc(0xffff, 1) }];
    expect(decodeAvPairs(encodeAvPairs(longest))).toEqual(longest);
  });

  it('cannot hold a value of 64 KiB', () => {
    expect(() => encodeAvPairs([{ id: 1, value: Buffer.alloc(0x10000) }])).toThrow(
      expect.objectContaining({ code: 'bad-length' }),
    );
  });

  it('is read back as it was written', () => {
    const pair = fc.record({
      id: fc.integer({ min: 1, max: 0xffff }),
      value: fc.uint8Array({ maxLength: 2100, size: 'max' }).map((value) => Buffer.from(value)),
    });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 6 }), (list) => {
        expect(decodeAvPairs(encodeAvPairs(list))).toEqual(list);
      }),
    );
  });
});
