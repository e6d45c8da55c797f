import { describe, expect, it } from 'vitest';
import { PayloadWriter, readField } from './payload-field';

/** A message of one field at 0 and four bytes of payload at 8. */
function message(length: number, offset: number): Buffer {
  const bytes = Buffer.from('0000000000000000a0a1a2a3', 'hex');
  bytes.writeUInt16LE(length, 0);
  bytes.writeUInt32LE(offset, 4);
  return bytes;
}

describe('readField', () => {
  it.each([
    [4, 8, 'a0a1a2a3'],
    [1, 11, 'a3'],
    [2, 9, 'a1a2'],
    [0, 8, ''],
    [0, 12, ''],
    [0, 0xffffffff, ''],
  ])('of length %i at offset %i is %j', (length, offset, payload) => {
    expect(readField(message(length, offset), 0, 'Test').toString('hex')).toBe(payload);
  });

  it('takes a field with nothing behind it', () => {
    expect(readField(Buffer.alloc(12), 4, 'Test')).toHaveLength(0);
  });

  it.each([
    [1, 12],
    [5, 8],
    [13, 0],
    [0xffff, 8],
    [1, 0x7fffffff],
    [1, 0x80000000],
    [1, 0xffffffff],
    [0xffff, 0xffff0001],
    [0xffff, 0xffffffff],
  ])('refuses length %i at offset %i', (length, offset) => {
    expect(() => readField(message(length, offset), 0, 'Test')).toThrow(
      expect.objectContaining({ code: 'bad-length', message: 'the field Test points outside the message' }),
    );
  });

  it('does not look at MaxLen', () => {
    const bytes = message(4, 8);
    bytes.writeUInt16LE(0xffff, 2);
    expect(readField(bytes, 0, 'Test')).toHaveLength(4);
  });

  it('is refused when the message ends inside the field', () => {
    expect(() => readField(message(4, 8), 5, 'Test')).toThrow(expect.objectContaining({ code: 'truncated' }));
  });
});

describe('PayloadWriter', () => {
  it('lays payloads out one behind the other', () => {
    const fixed = Buffer.alloc(24);
    const writer = new PayloadWriter(24);
    writer.write(fixed, 8, Buffer.from('abc'));
    writer.write(fixed, 16, Buffer.alloc(0));
    writer.write(fixed, 0, Buffer.from('de'));
    expect(writer.finish(fixed).toString('hex')).toBe(
      '020002001b000000' + '0300030018000000' + '000000001b000000' + '6162636465',
    );
  });

  it('refuses a payload whose length does not fit', () => {
    const write = (): void => new PayloadWriter(8).write(Buffer.alloc(8), 0, Buffer.alloc(0x10000));
    expect(write).toThrow(expect.objectContaining({ code: 'bad-length' }));
  });
});
