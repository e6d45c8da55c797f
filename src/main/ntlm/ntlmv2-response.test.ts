import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { computeMic, computeNtlmv2, encodeClientChallenge } from './ntlmv2-response';

const key = Buffer.alloc(16, 1);
const hmac = (data: Buffer): Buffer => createHmac('md5', key).update(data).digest();

// The values of MS-NLMP 4.2.4 are in authenticate-message.test.ts, where its messages are.
describe('computeNtlmv2', () => {
  it('gives a verifier what it gave the client', () => {
    const serverChallenge = Buffer.alloc(8, 2);
    const temp = encodeClientChallenge({
      timestamp: 0xffff_ffff_ffff_ffffn,
      clientChallenge: Buffer.alloc(8, 3),
      targetInfo: Buffer.alloc(4),
    });
    const sent = computeNtlmv2(key, serverChallenge, temp);
    expect(sent.ntProofStr).toEqual(hmac(Buffer.concat([serverChallenge, temp])));
    expect(sent.sessionBaseKey).toEqual(hmac(sent.ntProofStr));
    expect(computeNtlmv2(key, serverChallenge, sent.ntChallengeResponse.subarray(16))).toEqual(sent);
  });
});

describe('computeMic', () => {
  it('covers the three messages in order', () => {
    const [one, two, three] = [Buffer.from('one'), Buffer.from('two'), Buffer.from('three')] as const;
    expect(computeMic(key, one, two, three)).toEqual(hmac(Buffer.from('onetwothree')));
  });
});
