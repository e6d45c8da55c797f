import { createHash, createHmac } from 'node:crypto';
import { des } from './des';
import { md4 } from './md4';

/**
 * DESL (MS-NLMP 6): a challenge under the three keys that a hash makes.
 *
 * @param hash NTOWFv1 or LMOWFv1, 16 bytes
 * @param challenge 8 bytes
 * @returns 24 bytes
 */
export function desl(hash: Uint8Array, challenge: Uint8Array): Buffer {
  const keys = Buffer.alloc(21);
  keys.set(hash.subarray(0, 16));
  return Buffer.concat([0, 7, 14].map((start) => des(keys.subarray(start, start + 7), challenge)));
}

/** What stands in type 3, and the key that its session has (MS-NLMP 3.3.1 and 3.4.5.1). */
export interface Ntlmv1 {
  readonly ntResponse: Buffer;
  readonly lmResponse: Buffer;
  /** KeyExchangeKey, 16 bytes. */
  readonly keyExchangeKey: Buffer;
}

/**
 * The NTLM2 session response (MS-NLMP 3.3.1 with NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY), which cntlm calls NTLM2SR.
 *
 * @param ntowfv1 16 bytes
 * @param clientChallenge 8 bytes
 */
export function computeNtlm2Session(
  ntowfv1: Buffer,
  serverChallenge: Buffer,
  clientChallenge: Buffer,
): Ntlmv1 {
  const both = createHash('md5').update(serverChallenge).update(clientChallenge).digest();
  const lmResponse = Buffer.concat([clientChallenge, Buffer.alloc(16)]);
  return {
    ntResponse: desl(ntowfv1, both.subarray(0, 8)),
    lmResponse,
    keyExchangeKey: createHmac('md5', md4(ntowfv1)).update(serverChallenge).update(clientChallenge).digest(),
  };
}

/**
 * NTLMv1 (MS-NLMP 3.3.1). Without an LM hash the NT response stands in both places, as NoLMResponseNTLMv1 has it.
 *
 * @param ntowfv1 16 bytes
 * @param lmowfv1 16 bytes; undefined: no LM response is given away
 */
export function computeNtlmv1(ntowfv1: Buffer, lmowfv1: Buffer | undefined, serverChallenge: Buffer): Ntlmv1 {
  const ntResponse = desl(ntowfv1, serverChallenge);
  const lmResponse = lmowfv1 === undefined ? ntResponse : desl(lmowfv1, serverChallenge);
  return { ntResponse, lmResponse, keyExchangeKey: md4(ntowfv1) };
}

/** The LM response alone. Its session key is what MS-NLMP 3.4.5.1 has where there is no NT session key. */
export function computeLm(lmowfv1: Buffer, serverChallenge: Buffer): Ntlmv1 {
  return {
    ntResponse: Buffer.alloc(0),
    lmResponse: desl(lmowfv1, serverChallenge),
    keyExchangeKey: Buffer.concat([lmowfv1.subarray(0, 8), Buffer.alloc(8)]),
  };
}
