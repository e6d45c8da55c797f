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

describe('challengeTimestamp', () => {
  it.each([0, 7, 9])('is undefined for a time stamp of %i bytes', (length) => {
    const value = Buffer.alloc(length);
    expect(challengeTimestamp({ targetInfo: [{ id: avIds.MsvAvTimestamp, value }] })).toBeUndefined();
  });

  it('is undefined without target info', () => {
    expect(challengeTimestamp({ targetInfo: undefined })).toBeUndefined();
  });
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

  it('takes the old form whose long name stands where target info would be', () => {
    const name = Buffer.from('A-LONG-DOMAIN-NAME', 'latin1');
    const old = Buffer.concat([whole.subarray(0, 32), name]);
    old.writeUInt16LE(name.length, 12);
    old.writeUInt32LE(32, 16);
    old.writeUInt32LE(0x202, 20);
    expect(decodeChallengeMessage(old)).toMatchObject({
      targetName: 'A-LONG-DOMAIN-NAME',
      targetInfo: undefined,
    });
  });

  it.each([32, 40, 47])('refuses %i bytes that announce target info', (length) => {
    const cut = Buffer.from(whole.subarray(0, length));
    cut.writeUInt16LE(0, 12);
    expect(() => decodeChallengeMessage(cut)).toThrow(expect.objectContaining({ code: 'truncated' }));
  });

  it('reads fields that overlap each other or the head, as they are inside the message', () => {
    const message = Buffer.from(whole);
    message.writeUInt16LE(8, 12);
    message.writeUInt32LE(0, 16);
    expect(decodeChallengeMessage(message)).toMatchObject({
      targetName: Buffer.from('NTLMSSP\0').toString('utf16le'),
      targetInfo,
    });
  });

  it('takes an empty field wherever it points', () => {
    const message = Buffer.from(whole);
    message.writeUInt16LE(0, 12);
    message.writeUInt32LE(0xffffffff, 16);
    expect(decodeChallengeMessage(message).targetName).toBe('');
  });

  it('takes target info that holds nothing for none', () => {
    const empty = encodeChallengeMessage({
      flags: 1,
      serverChallenge: Buffer.alloc(8),
      targetName: '',
      targetInfo: [],
    });
    expect(decodeChallengeMessage(empty).targetInfo).toBeUndefined();
  });

  it('claims no target info where there is none', () => {
    const without = encodeChallengeMessage({ flags: 1, serverChallenge: Buffer.alloc(8), targetName: '' });
    expect(decodeChallengeMessage(without)).toMatchObject({ flags: 1, targetInfo: undefined });
  });

  it('reads back whatever is written', () => {
    const pair = fc.record({
      id: fc.integer({ min: 1, max: 0xffff }),
      value: fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value)),
    });
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        fc.array(pair, { minLength: 1, maxLength: 8 }),
        (name, serverChallenge, pairs) => {
          const content = {
            flags: 1,
            serverChallenge: Buffer.from(serverChallenge),
            targetName: name,
            targetInfo: pairs,
          };
          expect(decodeChallengeMessage(encodeChallengeMessage(content))).toMatchObject({
            ...content,
            flags: 0x00800001,
          });
        },
      ),
    );
  });
});
