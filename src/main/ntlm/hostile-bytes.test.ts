import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAuthenticateMessage, encodeAuthenticateMessage } from './authenticate-message';
import { avIds, decodeAvPairs, encodeAvPairs } from './av-pairs';
import { challengeTimestamp, decodeChallengeMessage, encodeChallengeMessage } from './challenge-message';
import { decodeNegotiateMessage, encodeNegotiateMessage } from './negotiate-message';
import { NtlmError } from './ntlm-error';

const targetInfo = [
  { id: avIds.MsvAvNbDomainName, value: Buffer.from('CORP', 'utf16le') },
  { id: avIds.MsvAvTimestamp, value: Buffer.alloc(8, 1) },
];
const challenge = encodeChallengeMessage({
  flags: 0xffffffff,
  serverChallenge: Buffer.alloc(8, 7),
  targetName: 'CORP',
  targetInfo,
});

function answer(bytes: Buffer): Buffer {
  const message = decodeChallengeMessage(bytes);
  challengeTimestamp(message);
  return encodeAuthenticateMessage({
    negotiateMessage: encodeNegotiateMessage(),
    challenge: message,
    account: { user: 'alice', domain: 'corp' },
    secret: Buffer.alloc(16),
    workstation: 'mac',
    clientChallenge: Buffer.alloc(8),
    exportedSessionKey: Buffer.alloc(16),
    nowMs: 0,
  });
}

/** The code of the refusal, undefined when the bytes are taken. Any other error is a bug. */
function refusal(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof NtlmError) return error.code;
    throw error;
  }
}

const outcomes = [undefined, 'not-ntlm', 'wrong-type', 'truncated', 'bad-length'];

describe.each<[string, Buffer, (bytes: Buffer) => unknown]>([
  ['a type 1 message', encodeNegotiateMessage(), decodeNegotiateMessage],
  ['a type 2 message, read and answered', challenge, answer],
  ['a type 3 message', answer(challenge), decodeAuthenticateMessage],
  ['target info', encodeAvPairs(targetInfo), decodeAvPairs],
])('%s', (_name, valid, read) => {
  it('is taken as it is', () => {
    expect(refusal(() => read(valid))).toBeUndefined();
  });

  it('of random bytes throws nothing but NtlmError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(24), (tail, kept) => {
        const bytes = Buffer.concat([valid.subarray(0, kept), tail]);
        expect(outcomes).toContain(refusal(() => read(bytes)));
      }),
      { numRuns: 500 },
    );
  });

  it('with some bytes changed throws nothing but NtlmError', () => {
    const edit = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        const bytes = Buffer.from(valid);
        for (const [at, value] of edits) bytes[at] = value;
        expect(outcomes).toContain(refusal(() => read(bytes)));
      }),
      { numRuns: 500 },
    );
  });
});
