import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decodeAuthenticateMessage,
  encodeAuthenticateMessage,
} from '../../src/main/ntlm/authenticate-message';
import { decodeChallengeMessage } from '../../src/main/ntlm/challenge-message';
import type { NtlmDialect } from '../../src/main/ntlm/dialect';
import { encodeNegotiateMessage } from '../../src/main/ntlm/negotiate-message';
import { makeCredential } from '../../src/main/upstream/credential';
import { makeChallenge } from './challenge';
import { isAnswerOf, olderDialect } from './older-dialects';

const dialects = ['NTLM2SR', 'NT', 'NTLM', 'LM'] as const;
const account = { domain: 'CORP', user: 'alice' };
/** What has an LM hash, beginning with a letter: LM does not tell a from A. */
const passwords = fc.stringMatching(/^[ -~]{1,14}$/);

function responsesTo(
  dialect: NtlmDialect,
  password: string,
  serverChallenge: Buffer,
  clientChallenge: Buffer,
) {
  const credential = makeCredential(account, dialect, password);
  if (credential === undefined) throw new Error('it has no LM hash');
  const negotiateMessage = encodeNegotiateMessage(false, dialect);
  const { message } = makeChallenge({
    variant: undefined,
    negotiate: negotiateMessage,
    serverChallenge,
    nowMs: 0,
    truncatedBytes: undefined,
  });
  return decodeAuthenticateMessage(
    encodeAuthenticateMessage({
      negotiateMessage,
      challenge: decodeChallengeMessage(message),
      account,
      dialect,
      secret: credential.secret,
      workstation: '',
      clientChallenge,
      exportedSessionKey: Buffer.alloc(16),
      nowMs: 0,
    }),
  );
}

const eight = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((each) => Buffer.from(each));

it.each(dialects)('takes a right %s response for what it is, and no other password', (dialect) => {
  expect.hasAssertions();
  fc.assert(
    fc.property(passwords, passwords, eight, eight, (password, other, server, client) => {
      const message = responsesTo(dialect, password, server, client);
      expect(olderDialect(message)).toBe(dialect);
      expect(isAnswerOf(password, message, server)).toBe(true);
      if (password.toUpperCase() !== other.toUpperCase())
        expect(isAnswerOf(other, message, server)).toBe(false);
      expect(isAnswerOf(password, message, Buffer.from(server.map((byte) => byte ^ 1)))).toBe(false);
    }),
    { numRuns: 60 },
  );
});
