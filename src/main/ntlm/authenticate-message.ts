import { type AvPair, avIds, avValue, encodeAvPairs } from './av-pairs';
import { type ChallengeMessage, challengeTimestamp } from './challenge-message';
import { answerInDialect, type NtlmDialect } from './dialect';
import { msToFiletime } from './filetime';
import { checkHeader, writeHeader } from './message-header';
import { agreeOnFlags, hasFlag } from './negotiate-flags';
import { NtlmError } from './ntlm-error';
import { computeLmv2Response, computeMic, computeNtlmv2, encodeClientChallenge } from './ntlmv2-response';
import { PayloadWriter, readField } from './payload-field';
import { rc4 } from './rc4';
import { decodeText, encodeText } from './text';
import { upperCase } from './upper-case';

/*
 *  0            8    12    20    28        36      44             52                60     64        72     88
 *  +------------+----+-----+-----+---------+-------+--------------+-----------------+------+---------+------+
 *  | NTLMSSP\0  | 3  | LM  | NT  | domain  | user  | workstation  | encrypted key   |flags | version |[MIC] |
 *  +------------+----+-----+-----+---------+-------+--------------+-----------------+------+---------+------+
 */
const lmPosition = 12;
const ntPosition = 20;
const domainPosition = 28;
const userPosition = 36;
const workstationPosition = 44;
const keyPosition = 52;
const flagsPosition = 60;
const versionPosition = 64;
const micPosition = 72;
const micBytes = 16;

/** MsvAvFlags: the message carries a MIC (MS-NLMP 2.2.2.1). */
const avFlagMic = 0x00000002;

/** The pairs that are the client's to give; a server's own would contradict them. */
const answeredIds: ReadonlySet<number> = new Set([
  avIds.MsvAvFlags,
  avIds.MsvAvChannelBindings,
  avIds.MsvAvTargetName,
]);

/** The parts of an AUTHENTICATE_MESSAGE, type 3 (MS-NLMP 2.2.1.3), as they stand on the wire. */
export interface AuthenticateContent {
  readonly flags: number;
  readonly lmResponse: Buffer;
  readonly ntResponse: Buffer;
  readonly domain: string;
  readonly user: string;
  readonly workstation: string;
  readonly encryptedRandomSessionKey: Buffer;
  /** 8 bytes, only with NTLMSSP_NEGOTIATE_VERSION. */
  readonly version?: Buffer;
  /** Whether 16 bytes are kept free for a MIC. */
  readonly hasMic: boolean;
}

/** Lays a type 3 message out; the MIC, if there is one, is zero. */
export function layOutAuthenticateMessage(content: AuthenticateContent): Buffer {
  const { flags, version, hasMic } = content;
  const isUnicode = hasFlag(flags, 'NTLMSSP_NEGOTIATE_UNICODE');
  const fixed = Buffer.alloc(hasMic ? micPosition + micBytes : micPosition);
  writeHeader(fixed, 3);
  fixed.writeUInt32LE(flags, flagsPosition);
  version?.copy(fixed, versionPosition);
  const payload = new PayloadWriter(fixed.length);
  payload.write(fixed, domainPosition, encodeText(content.domain, isUnicode));
  payload.write(fixed, userPosition, encodeText(content.user, isUnicode));
  payload.write(fixed, workstationPosition, encodeText(content.workstation, isUnicode));
  payload.write(fixed, lmPosition, content.lmResponse);
  payload.write(fixed, ntPosition, content.ntResponse);
  payload.write(fixed, keyPosition, content.encryptedRandomSessionKey);
  return payload.finish(fixed);
}

export interface AuthenticateInput {
  /** The type 1 message as it was sent. */
  readonly negotiateMessage: Buffer;
  readonly challenge: ChallengeMessage;
  readonly account: { readonly user: string; readonly domain: string };
  /** Default: NTLMv2. */
  readonly dialect?: NtlmDialect;
  /** For NTLMv2 `ntowfv2`, for the others as `answerInDialect` has it. */
  readonly secret: Buffer;
  readonly workstation: string;
  /** Service principal name for MsvAvTargetName, such as HTTP/proxy.corp. */
  readonly targetName?: string;
  /** MD5 of what binds the TLS channel to the server, 16 bytes (MS-NLMP 2.2.2.1). Default: no channel is bound. */
  readonly channelBindings?: Buffer | undefined;
  /** 8 random bytes. */
  readonly clientChallenge: Buffer;
  /** 16 random bytes; used when the server wants key exchange. */
  readonly exportedSessionKey: Buffer;
  /** This machine's clock, milliseconds since 1970; used when the server does not tell its own. */
  readonly nowMs: number;
}

/**
 * The target info of the response. A server that tells its time gets, as MS-NLMP 3.1.5.1.2 asks, the announcement
 * of a MIC, channel bindings (all zero where no TLS channel to the proxy is bound) and the target name.
 */
function answerTargetInfo(
  pairs: readonly AvPair[],
  { targetName, channelBindings = Buffer.alloc(16) }: AuthenticateInput,
): AvPair[] {
  const flags = Buffer.alloc(4);
  const given = avValue(pairs, avIds.MsvAvFlags);
  flags.writeUInt32LE(((given?.length === 4 ? given.readUInt32LE() : 0) | avFlagMic) >>> 0);
  return [
    ...pairs.filter(({ id }) => !answeredIds.has(id)),
    { id: avIds.MsvAvFlags, value: flags },
    { id: avIds.MsvAvChannelBindings, value: channelBindings },
    { id: avIds.MsvAvTargetName, value: Buffer.from(targetName ?? '', 'utf16le') },
  ];
}

/** A type 3 message, and what a signature behind it is made with. */
export interface Authenticate {
  readonly message: Buffer;
  /** What both sides have agreed to. */
  readonly flags: number;
  /** ExportedSessionKey (MS-NLMP 3.1.1.1), 16 bytes. */
  readonly sessionKey: Buffer;
}

/** The answers to a challenge, and what goes with them. */
interface Responses {
  readonly lmResponse: Buffer;
  readonly ntResponse: Buffer;
  readonly keyExchangeKey: Buffer;
  readonly hasMic: boolean;
}

/** With the server's time when it tells it, and then with Z(24) as LM response and a MIC (MS-NLMP 3.1.5.1.2). */
function answerNtlmv2(input: AuthenticateInput): Responses {
  const { challenge, secret, clientChallenge } = input;
  const { serverChallenge, targetInfo = [] } = challenge;
  const serverTime = challengeTimestamp(challenge);
  const hasMic = serverTime !== undefined;
  const temp = encodeClientChallenge({
    timestamp: serverTime ?? msToFiletime(input.nowMs),
    clientChallenge,
    targetInfo: encodeAvPairs(hasMic ? answerTargetInfo(targetInfo, input) : targetInfo),
  });
  // For NTLMv2 the session base key is the key exchange key (MS-NLMP 3.4.5.1).
  const { ntChallengeResponse, sessionBaseKey } = computeNtlmv2(secret, serverChallenge, temp);
  return {
    lmResponse: hasMic ? Buffer.alloc(24) : computeLmv2Response(secret, serverChallenge, clientChallenge),
    ntResponse: ntChallengeResponse,
    keyExchangeKey: sessionBaseKey,
    hasMic,
  };
}

/**
 * The AUTHENTICATE_MESSAGE, type 3 (MS-NLMP 3.1.5.1.2), in one dialect and no other. Domain and workstation are upper-cased, the
 * user stays as typed.
 *
 * @throws NtlmError bad-length when a field would not fit into 65535 bytes, bad-text when the server knows no Unicode
 * and a name needs it, not-agreed when it wants none of what NTLM2SR is made of: plain NTLMv1 would be the next weaker dialect
 */
export function makeAuthenticate(input: AuthenticateInput): Authenticate {
  const { negotiateMessage, challenge, account, dialect = 'NTLMv2', secret, clientChallenge } = input;
  const flags = agreeOnFlags(challenge.flags, dialect);
  if (dialect === 'NTLM2SR' && !hasFlag(flags, 'NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY')) {
    throw new NtlmError(
      'not-agreed',
      'it does not agree to session security, without which there is no NTLM2SR',
    );
  }
  const { lmResponse, ntResponse, keyExchangeKey, hasMic } =
    dialect === 'NTLMv2'
      ? answerNtlmv2(input)
      : { ...answerInDialect(dialect, secret, challenge.serverChallenge, clientChallenge), hasMic: false };
  const exchangesKey = hasFlag(flags, 'NTLMSSP_NEGOTIATE_KEY_EXCH');
  const message = layOutAuthenticateMessage({
    flags,
    lmResponse,
    ntResponse,
    domain: upperCase(account.domain),
    user: account.user,
    workstation: upperCase(input.workstation),
    encryptedRandomSessionKey: exchangesKey ? rc4(keyExchangeKey, input.exportedSessionKey) : Buffer.alloc(0),
    hasMic,
  });
  const sessionKey = exchangesKey ? input.exportedSessionKey : keyExchangeKey;
  if (hasMic) computeMic(sessionKey, negotiateMessage, challenge.bytes, message).copy(message, micPosition);
  return { message, flags, sessionKey };
}

/** The message of `makeAuthenticate` alone. @throws NtlmError as that */
export function encodeAuthenticateMessage(input: AuthenticateInput): Buffer {
  return makeAuthenticate(input).message;
}

/** A type 3 message taken apart; needed by servers. */
export interface AuthenticateMessage extends Omit<AuthenticateContent, 'hasMic' | 'version'> {
  /** Undefined when the payload begins where a MIC would stand. */
  readonly mic: Buffer | undefined;
  /** The whole message with zeros in place of the MIC, as the MIC covers it. */
  readonly bytesWithoutMic: Buffer;
}

/** Reads a type 3 message; every length in it is checked. @throws NtlmError */
export function decodeAuthenticateMessage(bytes: Buffer): AuthenticateMessage {
  checkHeader(bytes, 3);
  if (bytes.length < versionPosition) throw new NtlmError('truncated', 'the message ends before its flags');
  const flags = bytes.readUInt32LE(flagsPosition);
  const isUnicode = hasFlag(flags, 'NTLMSSP_NEGOTIATE_UNICODE');
  const positions = [lmPosition, ntPosition, domainPosition, userPosition, workstationPosition, keyPosition];
  const payloadStart = Math.min(
    bytes.length,
    ...positions.filter((at) => bytes.readUInt16LE(at) > 0).map((at) => bytes.readUInt32LE(at + 4)),
  );
  const hasMic = payloadStart >= micPosition + micBytes;
  const bytesWithoutMic = Buffer.from(bytes);
  if (hasMic) bytesWithoutMic.fill(0, micPosition, micPosition + micBytes);
  return {
    flags,
    lmResponse: readField(bytes, lmPosition, 'LmChallengeResponse'),
    ntResponse: readField(bytes, ntPosition, 'NtChallengeResponse'),
    domain: decodeText(readField(bytes, domainPosition, 'DomainName'), isUnicode),
    user: decodeText(readField(bytes, userPosition, 'UserName'), isUnicode),
    workstation: decodeText(readField(bytes, workstationPosition, 'Workstation'), isUnicode),
    encryptedRandomSessionKey: readField(bytes, keyPosition, 'EncryptedRandomSessionKey'),
    mic: hasMic ? bytes.subarray(micPosition, micPosition + micBytes) : undefined,
    bytesWithoutMic,
  };
}
