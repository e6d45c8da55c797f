import {
  type AuthenticateMessage,
  decodeAuthenticateMessage,
} from '../../src/main/ntlm/authenticate-message';
import { type AvPair, avIds, avValue, decodeAvPairs } from '../../src/main/ntlm/av-pairs';
import {
  type ChallengeMessage,
  challengeTimestamp,
  decodeChallengeMessage,
} from '../../src/main/ntlm/challenge-message';
import { signFirst } from '../../src/main/ntlm/message-signature';
import { hasFlag } from '../../src/main/ntlm/negotiate-flags';
import { NtlmError } from '../../src/main/ntlm/ntlm-error';
import {
  computeLmv2Response,
  computeMic,
  computeNtProofStr,
  computeSessionBaseKey,
} from '../../src/main/ntlm/ntlmv2-response';
import { ntHash, ntowfv2Exact } from '../../src/main/ntlm/ntowf';
import { rc4 } from '../../src/main/ntlm/rc4';
import { isAnswerOf, type Method, olderDialect } from './older-dialects';

export type AccountState = 'ok' | 'expired' | 'locked' | 'disabled' | 'must-change';

export interface AccountName {
  readonly domain: string;
  readonly user: string;
}

export interface CompanyAccount extends AccountName {
  readonly password: string;
  /** The domain's DNS name: `user@realm` without a domain, and `realm\user`, name the account as well. */
  readonly realm?: string;
  readonly state?: AccountState;
  /** Wrong passwords in a row that lock the account; without it nothing does. */
  readonly lockoutThreshold?: number;
}

export type LogonReason =
  | 'ok'
  | 'unknown-user'
  | 'wrong-password'
  /** The right password of an account in that state; a locked account is refused with a wrong one as well. */
  | Exclude<AccountState, 'ok'>
  /** Not a type 3 message, or one that answers no challenge or none that can be read. */
  | 'bad-message'
  /** A response of LM, NTLM or NTLM2 session security, which the proxy does not take. */
  | 'not-ntlmv2'
  /** Pairs of the challenge are missing in the response or have changed. */
  | 'bad-target-info'
  /** Not Z(24) beside a MIC, or neither Z(24) nor a right LMv2 response. */
  | 'bad-lm'
  /** MsvAvFlags announces a MIC, which is missing or wrong. */
  | 'bad-mic'
  /** MsvAvFlags announces no MIC, and the proxy insists on one. */
  | 'no-mic'
  /** The signature over SPNEGO's mechanisms is wrong, or missing although it was agreed to and there is a MIC. */
  | 'bad-mech-list-mic';

/** One type 3 message and what became of it. */
export interface Logon {
  /** Empty when the message could not be read. */
  readonly user: string;
  readonly domain: string;
  readonly workstation: string;
  readonly accepted: boolean;
  readonly reason: LogonReason;
  /** Undefined for a message that could not be read, or is in none of the dialects. */
  readonly method: Method | undefined;
  /** Whether MsvAvFlags announces a MIC. */
  readonly hasMic: boolean;
  readonly isLmZero: boolean;
  /** MsvAvTargetName. */
  readonly targetName: string | undefined;
  /** MsvAvChannelBindings, as hex digits. */
  readonly channelBindings: string | undefined;
  /** The time in the response as a FILETIME; undefined when it is not NTLMv2. */
  readonly timestamp: bigint | undefined;
}

/** The three messages of a handshake as they were on the wire. */
export interface Handshake {
  readonly negotiate: Buffer;
  readonly challenge: Buffer;
  readonly authenticate: Buffer;
  /** Inside SPNEGO: what was offered, and the signature over it. */
  readonly spnego?: { readonly mechTypeList: Buffer; readonly mechListMic: Buffer | undefined } | undefined;
}

interface Entry extends CompanyAccount {
  readonly state: AccountState;
  readonly badPasswordCount: number;
}

const avFlagMic = 0x00000002;
const proofBytes = 16;
const timestampPosition = proofBytes + 8;
/** The fixed part of NTLMv2_CLIENT_CHALLENGE, behind which its AV pairs begin (MS-NLMP 2.2.2.7). */
const clientChallengeBytes = 28;

/** Stands in for the domain controller: knows the passwords and counts the wrong ones. */
export class Accounts {
  readonly #entries: Entry[];
  readonly #requiresMic: boolean;
  readonly #methods: readonly Method[];

  /** @param methods those that are taken */
  constructor(
    accounts: readonly CompanyAccount[],
    requiresMic = false,
    methods: readonly Method[] = ['NTLMv2'],
  ) {
    this.#requiresMic = requiresMic;
    this.#methods = methods;
    this.#entries = accounts.map((account) => ({ state: 'ok', ...account, badPasswordCount: 0 }));
  }

  setPassword(name: AccountName, password: string): void {
    this.#change(name, { password, badPasswordCount: 0 });
  }

  setState(name: AccountName, state: AccountState): void {
    this.#change(name, { state, badPasswordCount: 0 });
  }

  /** Verifies a type 3 message as a server does that knows the password (MS-NLMP 3.2.5.1.2 and 3.3.2). */
  logOn(handshake: Handshake): Logon {
    let message: AuthenticateMessage;
    let challenge: ChallengeMessage;
    try {
      message = decodeAuthenticateMessage(handshake.authenticate);
      challenge = decodeChallengeMessage(handshake.challenge);
    } catch (error) {
      if (!(error instanceof NtlmError)) throw error;
      return unreadableLogon;
    }
    const { user, domain, workstation, lmResponse, ntResponse } = message;
    const pairs = responsePairs(ntResponse);
    const targetName = avValue(pairs, avIds.MsvAvTargetName)?.toString('utf16le');
    const reason = this.#judge(message, pairs, handshake, challenge);
    return {
      user,
      domain,
      workstation,
      accepted: reason === 'ok',
      reason,
      method: isNtlmv2(ntResponse) ? 'NTLMv2' : olderDialect(message),
      hasMic: announcesMic(pairs),
      isLmZero: isLmZero(lmResponse),
      targetName,
      channelBindings: avValue(pairs, avIds.MsvAvChannelBindings)?.toString('hex'),
      timestamp: isNtlmv2(ntResponse) ? ntResponse.readBigUInt64LE(timestampPosition) : undefined,
    };
  }

  /** Verifies what a request with Basic has brought (RFC 7617): `DOMAIN\user:password`. */
  logOnPlainly(userPass: string): Logon {
    const [, domain = '', user = '', password = ''] = /^(?:([^\\:]*)\\)?([^:]*):(.*)$/s.exec(userPass) ?? [];
    const index = this.#indexOf({ domain, user });
    const entry = this.#entries[index];
    const reason =
      entry === undefined
        ? 'unknown-user'
        : entry.state === 'locked'
          ? 'locked'
          : this.#settle(index, entry, entry.password === password ? 'ok' : 'wrong-password');
    const accepted = reason === 'ok';
    return { ...unreadableLogon, user, domain, accepted, reason, method: 'Basic' };
  }

  #judge(
    message: AuthenticateMessage,
    pairs: readonly AvPair[],
    handshake: Handshake,
    challenge: ChallengeMessage,
  ): LogonReason {
    const index = this.#indexOf(message);
    const entry = this.#entries[index];
    if (entry === undefined) return 'unknown-user';
    if (entry.state === 'locked') return 'locked';
    if (!isNtlmv2(message.ntResponse)) {
      const dialect = olderDialect(message);
      if (dialect === undefined || !this.#methods.includes(dialect)) return 'not-ntlmv2';
      const isRight = isAnswerOf(entry.password, message, challenge.serverChallenge);
      return this.#settle(index, entry, isRight ? 'ok' : 'wrong-password');
    }
    if (!this.#methods.includes('NTLMv2')) return 'not-ntlmv2';
    // The domain as the client wrote it: it is part of the hash.
    const key = ntowfv2Exact(ntHash(entry.password), message.user, message.domain);
    const proof = judgeProof(key, message, pairs, handshake, challenge);
    // Like a wrong MIC: refused, and neither counted nor taken for a success.
    if (proof === 'ok' && this.#requiresMic && !announcesMic(pairs)) return 'no-mic';
    return this.#settle(index, entry, proof);
  }

  /** What becomes of the account when its password was looked at. */
  #settle(index: number, entry: Entry, proof: LogonReason): LogonReason {
    if (proof === 'ok') {
      this.#entries[index] = { ...entry, badPasswordCount: 0 };
      return entry.state;
    }
    if (proof === 'wrong-password') {
      const badPasswordCount = entry.badPasswordCount + 1;
      const isLocked = entry.lockoutThreshold !== undefined && badPasswordCount >= entry.lockoutThreshold;
      this.#entries[index] = { ...entry, badPasswordCount, state: isLocked ? 'locked' : entry.state };
    }
    return proof;
  }

  #change(name: AccountName, change: Partial<Entry>): void {
    const index = this.#indexOf(name);
    const entry = this.#entries[index];
    if (entry === undefined) throw new Error(`no account ${name.domain}\\${name.user}`);
    this.#entries[index] = { ...entry, ...change };
  }

  /** Without regard to case; a client may leave the domain out, or write the realm behind the user. */
  #indexOf(name: AccountName): number {
    const domain = name.domain.toLowerCase();
    const user = name.user.toLowerCase();
    return this.#entries.findIndex((entry) => {
      const realm = entry.realm?.toLowerCase();
      const ownUser = entry.user.toLowerCase();
      if (domain === '' && realm !== undefined && user === `${ownUser}@${realm}`) return true;
      return user === ownUser && ['', realm, entry.domain.toLowerCase()].includes(domain);
    });
  }
}

/** What is noted of a type 3 message that cannot be read, or that answers no challenge. */
export const unreadableLogon: Logon = {
  user: '',
  domain: '',
  workstation: '',
  accepted: false,
  reason: 'bad-message',
  method: undefined,
  hasMic: false,
  isLmZero: false,
  targetName: undefined,
  channelBindings: undefined,
  timestamp: undefined,
};

function judgeProof(
  key: Buffer,
  message: AuthenticateMessage,
  pairs: readonly AvPair[],
  { negotiate, spnego }: Handshake,
  challenge: ChallengeMessage,
): 'ok' | 'wrong-password' | 'bad-target-info' | 'bad-lm' | 'bad-mic' | 'bad-mech-list-mic' {
  const { serverChallenge, targetInfo = [] } = challenge;
  const temp = message.ntResponse.subarray(proofBytes);
  const proof = computeNtProofStr(key, serverChallenge, temp);
  if (!proof.equals(message.ntResponse.subarray(0, proofBytes))) return 'wrong-password';
  if (!repeats(pairs, targetInfo)) return 'bad-target-info';
  const hasMic = announcesMic(pairs);
  const hasTime = challengeTimestamp({ targetInfo }) !== undefined;
  if (!isLmZero(message.lmResponse)) {
    // MS-NLMP 3.1.5.1.2 has Z(24) where the server tells its time; clients without a MIC often do not know that.
    if (hasMic && hasTime) return 'bad-lm';
    const expected = computeLmv2Response(key, serverChallenge, message.lmResponse.subarray(16, 24));
    if (message.lmResponse.length > 0 && !expected.equals(message.lmResponse)) return 'bad-lm';
  }
  const { flags, encryptedRandomSessionKey, mic, bytesWithoutMic } = message;
  const keyExchangeKey = computeSessionBaseKey(key, proof);
  const sessionKey = hasFlag(flags, 'NTLMSSP_NEGOTIATE_KEY_EXCH')
    ? rc4(keyExchangeKey, encryptedRandomSessionKey)
    : keyExchangeKey;
  const expectedMic = computeMic(sessionKey, negotiate, challenge.bytes, bytesWithoutMic);
  if (hasMic && mic?.equals(expectedMic) !== true) return 'bad-mic';
  if (spnego === undefined) return 'ok';
  const { mechTypeList, mechListMic } = spnego;
  const expected = signFirst(sessionKey, flags, 'client', mechTypeList);
  if (mechListMic === undefined) return hasMic && expected !== undefined ? 'bad-mech-list-mic' : 'ok';
  return expected?.equals(mechListMic) === true ? 'ok' : 'bad-mech-list-mic';
}

function isNtlmv2(ntResponse: Buffer): boolean {
  return ntResponse.length > proofBytes + clientChallengeBytes;
}

/** The AV pairs in the response; none when it is not NTLMv2 or they have no end. */
function responsePairs(ntResponse: Buffer): readonly AvPair[] {
  try {
    return decodeAvPairs(ntResponse.subarray(proofBytes + clientChallengeBytes));
  } catch (error) {
    if (!(error instanceof NtlmError)) throw error;
    return [];
  }
}

/** Whether the client gave back what the server told of itself; the flags it may change. */
function repeats(pairs: readonly AvPair[], challengePairs: readonly AvPair[]): boolean {
  return challengePairs.every(
    ({ id, value }) => id === avIds.MsvAvFlags || avValue(pairs, id)?.equals(value) === true,
  );
}

function announcesMic(pairs: readonly AvPair[]): boolean {
  const flags = avValue(pairs, avIds.MsvAvFlags);
  return flags?.length === 4 && (flags.readUInt32LE() & avFlagMic) !== 0;
}

function isLmZero(lmResponse: Buffer): boolean {
  return lmResponse.length === 24 && lmResponse.every((byte) => byte === 0);
}
