import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { avIds } from './av-pairs';
import { challengeTimestamp, decodeChallengeMessage, encodeChallengeMessage } from './challenge-message';
import { NtlmError } from './ntlm-error';

const targetInfo = [
  { id: avIds.MsvAvNbDomainName, value: Buffer.from('CORP', 'utf16le') },
  { id: avIds.MsvAvTimestamp, value: Buffer.from('0100000000000000', 'hex') },
];
const whole = encodeChallengeMessage({
  flags: 1,
  serverChallenge: Buffer.alloc(8, 7),
  targetName: 'CORP',
  targetInfo,
});

describe('decodeChallengeMessage', () => {
  it('reads what was written', () => {
    const message = decodeChallengeMessage(whole);
    expect(message).toMatchObject({ flags: 0x00800001, targetName: 'CORP', targetInfo, bytes: whole });
    expect(challengeTimestamp(message)).toBe(1n);
  });

  it('refuses every prefix', () => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => decodeChallengeMessage(whole.subarray(0, length))).toThrow(NtlmError);
    }
  });

  it.each([32, 40])('takes the old form of %i bytes, without target info', (length) => {
    const old = Buffer.alloc(length);
    whole.copy(old, 0, 0, 32);
    old.writeUInt16LE(0, 12);
    old.writeUInt32LE(0x201, 20);
    expect(decodeChallengeMessage(old)).toMatchObject({
      flags: 0x201,
      targetName: '',
      targetInfo: undefined,
    });
  });

  it.each([
    ['not-ntlm', 0, Buffer.from('X')],
    ['wrong-type', 8, Buffer.from([1])],
    ['wrong-type', 8, Buffer.from([3])],
  ])('refuses %s', (code, at, bytes) => {
    const message = Buffer.from(whole);
    bytes.copy(message, at);
    expect(() => decodeChallengeMessage(message)).toThrow(expect.objectContaining({ code }));
  });

  describe.each([
    ['TargetName', 12],
    ['TargetInfo', 40],
  ])('with a hostile %s', (_name, at) => {
    it.each([
      [0xffff, 56],
      [1, 0xffffffff],
      [0xffff, 0xffffffff],
      [2, whole.length - 1],
      [whole.length, 1],
      [4, 0x7fffffff],
    ])('refuses length %i at offset %i', (length, offset) => {
      const message = Buffer.from(whole);
      message.writeUInt16LE(length, at);
      message.writeUInt32LE(offset, at + 4);
      expect(() => decodeChallengeMessage(message)).toThrow(expect.objectContaining({ code: 'bad-length' }));
    });
  });

  it('refuses target info whose pairs go beyond it, or never end', () => {
    for (const cut of [1, 2, 3, 4, 8]) {
      const message = Buffer.from(whole);
      message.writeUInt16LE(message.readUInt16LE(40) - cut, 40);
      expect(() => decodeChallengeMessage(message)).toThrow(expect.objectContaining({ code: 'bad-length' }));
    }
  });

  it('throws nothing but NtlmError, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (tail, hasHead) => {
        const message = Buffer.concat([hasHead ? whole.subarray(0, 24) : Buffer.alloc(0), tail]);
        try {
          expect(decodeChallengeMessage(message).serverChallenge).toHaveLength(8);
        } catch (error) {
          expect(error).toBeInstanceOf(NtlmError);
        }
      }),
    );
  });
});
