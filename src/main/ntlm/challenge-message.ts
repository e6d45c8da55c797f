import { type AvPair, avIds, avValue, decodeAvPairs, encodeAvPairs } from './av-pairs';
import { checkHeader, writeHeader } from './message-header';
import { hasFlag, negotiateFlags } from './negotiate-flags';
import { NtlmError } from './ntlm-error';
import { PayloadWriter, readField } from './payload-field';
import { decodeText, encodeText } from './text';

/*
 *  0            8      12                 20      24                32           40                 48        56
 *  +------------+------+------------------+-------+-----------------+------------+------------------+---------+
 *  | NTLMSSP\0  |  2   | TargetNameFields | flags | ServerChallenge |  reserved  | TargetInfoFields | version |
 *  +------------+------+------------------+-------+-----------------+------------+------------------+---------+
 *
 *  Old servers end after the challenge (32) or after the reserved bytes (40).
 */
const shortestBytes = 32;
const writtenBytes = 56;

/** The CHALLENGE_MESSAGE, type 2 (MS-NLMP 2.2.1.2). */
export interface ChallengeMessage {
  readonly flags: number;
  /** 8 bytes. */
  readonly serverChallenge: Buffer;
  readonly targetName: string;
  /** Undefined when the server sent none, or an empty one. */
  readonly targetInfo: readonly AvPair[] | undefined;
  /** The whole message as it was received: the MIC covers it. */
  readonly bytes: Buffer;
}

/** Reads a type 2 message; every length in it is checked. @throws NtlmError */
export function decodeChallengeMessage(bytes: Buffer): ChallengeMessage {
  checkHeader(bytes, 2);
  if (bytes.length < shortestBytes) throw new NtlmError('truncated', 'the message ends before its challenge');
  const flags = bytes.readUInt32LE(20);
  const targetName = readField(bytes, 12, 'TargetName');
  // Without the flag the payload of an old server may stand where the field would be.
  const hasInfo = hasFlag(flags, 'NTLMSSP_NEGOTIATE_TARGET_INFO');
  const targetInfo = hasInfo ? readField(bytes, 40, 'TargetInfo') : Buffer.alloc(0);
  const pairs = targetInfo.length === 0 ? [] : decodeAvPairs(targetInfo);
  return {
    flags,
    serverChallenge: bytes.subarray(24, 32),
    targetName: decodeText(targetName, hasFlag(flags, 'NTLMSSP_NEGOTIATE_UNICODE')),
    targetInfo: pairs.length === 0 ? undefined : pairs,
    bytes,
  };
}

/** The server's clock (MsvAvTimestamp) as a FILETIME; undefined when it is not there or not 8 bytes long. */
export function challengeTimestamp({
  targetInfo = [],
}: Pick<ChallengeMessage, 'targetInfo'>): bigint | undefined {
  const value = avValue(targetInfo, avIds.MsvAvTimestamp);
  return value?.length === 8 ? value.readBigUInt64LE() : undefined;
}

/** What a server puts into a type 2 message. */
export interface ChallengeContent {
  readonly flags: number;
  readonly serverChallenge: Buffer;
  readonly targetName: string;
  /** Undefined leaves the target info out. */
  readonly targetInfo?: readonly AvPair[];
}

/** Writes a type 2 message; needed by servers. */
export function encodeChallengeMessage(content: ChallengeContent): Buffer {
  const { serverChallenge, targetName, targetInfo } = content;
  const infoFlag = targetInfo === undefined ? 0 : negotiateFlags.NTLMSSP_NEGOTIATE_TARGET_INFO;
  const flags = (content.flags | infoFlag) >>> 0;
  const message = Buffer.alloc(writtenBytes);
  writeHeader(message, 2);
  message.writeUInt32LE(flags, 20);
  serverChallenge.copy(message, 24, 0, 8);
  const payload = new PayloadWriter(writtenBytes);
  payload.write(message, 12, encodeText(targetName, hasFlag(flags, 'NTLMSSP_NEGOTIATE_UNICODE')));
  payload.write(message, 40, targetInfo === undefined ? Buffer.alloc(0) : encodeAvPairs(targetInfo));
  return payload.finish(message);
}
