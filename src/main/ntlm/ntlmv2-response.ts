import { createHmac } from 'node:crypto';

function hmacMd5(key: Buffer, ...data: readonly Buffer[]): Buffer {
  const hmac = createHmac('md5', key);
  for (const part of data) hmac.update(part);
  return hmac.digest();
}

/** What goes into NTLMv2_CLIENT_CHALLENGE, `temp` in MS-NLMP 3.3.2. */
export interface ClientChallengeContent {
  /** FILETIME. */
  readonly timestamp: bigint;
  /** 8 bytes. */
  readonly clientChallenge: Buffer;
  /** The encoded AV pairs, MsvAvEOL included. */
  readonly targetInfo: Buffer;
}

/** NTLMv2_CLIENT_CHALLENGE (MS-NLMP 2.2.2.7), with the four zero bytes that 3.3.2 puts behind it. */
export function encodeClientChallenge({
  timestamp,
  clientChallenge,
  targetInfo,
}: ClientChallengeContent): Buffer {
  const fixed = Buffer.alloc(28);
  fixed.writeUInt8(1, 0); // RespType
  fixed.writeUInt8(1, 1); // HiRespType
  fixed.writeBigUInt64LE(timestamp, 8);
  clientChallenge.copy(fixed, 16, 0, 8);
  return Buffer.concat([fixed, targetInfo, Buffer.alloc(4)]);
}

/** NTProofStr: the proof that the client knows the hash (MS-NLMP 3.3.2). */
export function computeNtProofStr(ntowfv2: Buffer, serverChallenge: Buffer, temp: Buffer): Buffer {
  return hmacMd5(ntowfv2, serverChallenge, temp);
}

/** The session base key, which for NTLMv2 is also the key exchange key (MS-NLMP 3.3.2 and 3.4.5.1). */
export function computeSessionBaseKey(ntowfv2: Buffer, ntProofStr: Buffer): Buffer {
  return hmacMd5(ntowfv2, ntProofStr);
}

/** What NTLMv2 makes of a hash and the two challenges (MS-NLMP 3.3.2). */
export interface Ntlmv2 {
  /** 16 bytes. */
  readonly ntProofStr: Buffer;
  /** NTProofStr and `temp`, as type 3 carries them. */
  readonly ntChallengeResponse: Buffer;
  /** 16 bytes. */
  readonly sessionBaseKey: Buffer;
}

/**
 * NTLMv2 for a client and for a verifier alike.
 *
 * @param temp what `encodeClientChallenge` made, or in a received response all that follows its first 16 bytes
 */
export function computeNtlmv2(ntowfv2: Buffer, serverChallenge: Buffer, temp: Buffer): Ntlmv2 {
  const ntProofStr = computeNtProofStr(ntowfv2, serverChallenge, temp);
  return {
    ntProofStr,
    ntChallengeResponse: Buffer.concat([ntProofStr, temp]),
    sessionBaseKey: computeSessionBaseKey(ntowfv2, ntProofStr),
  };
}

/** The LMv2 response (MS-NLMP 3.3.2), 24 bytes. */
export function computeLmv2Response(
  ntowfv2: Buffer,
  serverChallenge: Buffer,
  clientChallenge: Buffer,
): Buffer {
  return Buffer.concat([hmacMd5(ntowfv2, serverChallenge, clientChallenge), clientChallenge]);
}

/**
 * The MIC (MS-NLMP 3.1.5.1.2) over the three messages of a handshake.
 *
 * @param authenticateMessage with 16 zero bytes in place of the MIC
 */
export function computeMic(
  exportedSessionKey: Buffer,
  negotiateMessage: Buffer,
  challengeMessage: Buffer,
  authenticateMessage: Buffer,
): Buffer {
  return hmacMd5(exportedSessionKey, negotiateMessage, challengeMessage, authenticateMessage);
}
