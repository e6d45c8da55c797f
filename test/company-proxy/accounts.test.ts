import { describe, expect, it } from 'vitest';
import { msToFiletime } from '../../src/main/ntlm/filetime';
import { encodeNegotiateMessage } from '../../src/main/ntlm/negotiate-message';
import { computeLmv2Response } from '../../src/main/ntlm/ntlmv2-response';
import { ntHash, ntowfv2 } from '../../src/main/ntlm/ntowf';
import { type AccountName, Accounts, type Logon } from './accounts';
import { makeChallenge } from './challenge';
import type { ChallengeVariant } from './misbehaviour';
import { account, authenticateMessage, password } from './raw-client';

const nowMs = Date.UTC(2026, 1, 3);
const negotiate = encodeNegotiateMessage();
const serverChallenge = Buffer.alloc(8, 1);
const alice = { ...account, password, realm: 'corp.test', lockoutThreshold: 1 };
const lmLengthPosition = 12;
const ntLengthPosition = 20;

interface Attempt {
  readonly accounts?: Accounts;
  readonly as?: AccountName;
  readonly password?: string;
  readonly variant?: ChallengeVariant;
  /** What the client takes the challenge for. */
  readonly misread?: (challenge: Buffer) => Buffer;
  readonly spoil?: (message: Buffer) => void;
}

function logOn(attempt: Attempt = {}): Logon {
  const { accounts = new Accounts([alice]), misread = (challenge) => challenge } = attempt;
  const challenge = makeChallenge({
    variant: attempt.variant,
    negotiate,
    serverChallenge,
    nowMs,
    truncatedBytes: undefined,
  }).message;
  const seen = misread(Buffer.from(challenge));
  const authenticate = authenticateMessage(seen, attempt.password ?? password, attempt.as ?? account);
  attempt.spoil?.(authenticate);
  return accounts.logOn({ negotiate, challenge, authenticate });
}

describe('Accounts', () => {
  it.each([
    ['CORP', 'alice'],
    ['corp', 'ALICE'],
    ['', 'alice'],
    ['', 'alice@corp.test'],
    ['', 'Alice@CORP.TEST'],
    ['corp.test', 'alice'],
  ])('takes the name %j %j', (domain, user) => {
    expect(logOn({ as: { domain, user } })).toMatchObject({ accepted: true, reason: 'ok', user });
  });

  it.each([
    ['OTHER', 'alice'],
    ['CORP', 'bob'],
    ['', 'alice@other.test'],
    ['OTHER', 'alice@corp.test'],
    ['', ''],
  ])('does not know the name %j %j', (domain, user) => {
    expect(logOn({ as: { domain, user } })).toMatchObject({ accepted: false, reason: 'unknown-user' });
  });

  it('notes the time of the server in the response, and the local time beside a server without one', () => {
    expect(logOn()).toMatchObject({ hasMic: true, isLmZero: true, timestamp: msToFiletime(nowMs) });
    expect(logOn({ variant: 'no-timestamp' })).toMatchObject({
      reason: 'ok',
      hasMic: false,
      isLmZero: false,
      timestamp: msToFiletime(Date.UTC(2026, 0, 1)),
    });
  });

  it('insists on a MIC when it is to, and does not count its absence', () => {
    const accounts = new Accounts([alice], true);
    expect(logOn({ accounts, variant: 'no-timestamp' }).reason).toBe('no-mic');
    expect(logOn({ accounts }).reason).toBe('ok');
  });

  it.each<[string, Attempt, string]>([
    ['a MIC of zeros', { spoil: (message) => message.fill(0, 72, 88) }, 'bad-mic'],
    [
      'a MIC of zeros beside a session key',
      { variant: 'key-exchange', spoil: (message) => message.fill(0, 72, 88) },
      'bad-mic',
    ],
    [
      'a name in the target info that the server did not send',
      { misread: (challenge) => replaced(challenge, 'PROXY', 'PROXX') },
      'bad-target-info',
    ],
    [
      'an LM response beside a MIC',
      { spoil: (message) => message.fill(7, ...fieldRange(message, lmLengthPosition)) },
      'bad-lm',
    ],
    [
      'a right LMv2 response beside a MIC',
      {
        spoil: (message) => {
          const key = ntowfv2(ntHash(password), account);
          const lmv2 = computeLmv2Response(key, serverChallenge, Buffer.alloc(8, 5));
          lmv2.copy(message, fieldRange(message, lmLengthPosition)[0]);
        },
      },
      'bad-lm',
    ],
    [
      'a wrong LMv2 response',
      {
        variant: 'no-timestamp',
        spoil: (message) => message.fill(7, ...fieldRange(message, lmLengthPosition)),
      },
      'bad-lm',
    ],
    [
      'a response of 24 bytes',
      { spoil: (message) => message.writeUInt16LE(24, ntLengthPosition) },
      'not-ntlmv2',
    ],
    ['a message that is cut', { spoil: (message) => message.fill(0xff, 12, 64) }, 'bad-message'],
  ])('refuses %s, and does not count it', (_title, attempt, reason) => {
    const accounts = new Accounts([alice]);
    expect(logOn({ ...attempt, accounts })).toMatchObject({ accepted: false, reason });
    expect(logOn({ accounts }).reason).toBe('ok');
  });

  it('takes the session key of a key exchange', () => {
    expect(logOn({ variant: 'key-exchange' })).toMatchObject({ reason: 'ok', hasMic: true });
  });

  it('counts a response to the challenge of another connection as a wrong password', () => {
    const accounts = new Accounts([alice]);
    const otherChallenge = (challenge: Buffer): Buffer => challenge.fill(9, 24, 32);
    expect(logOn({ accounts, misread: otherChallenge }).reason).toBe('wrong-password');
    expect(logOn({ accounts }).reason).toBe('locked');
  });
});

function fieldRange(message: Buffer, lengthPosition: number): [number, number] {
  const start = message.readUInt32LE(lengthPosition + 4);
  return [start, start + message.readUInt16LE(lengthPosition)];
}

function replaced(message: Buffer, old: string, wanted: string): Buffer {
  const at = message.indexOf(Buffer.from(old, 'utf16le'));
  message.write(wanted, at, 'utf16le');
  return message;
}
