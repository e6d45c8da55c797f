import fc from 'fast-check';
import { expect, it } from 'vitest';
import { signInMethods } from '../../shared/settings';
import { makeCredential } from '../upstream/credential';
import { decodeSecret, encodeSecret } from './stored-secret';

const account = { domain: 'CORP', user: 'alice' };
const digits = 'E097C611EA19C676CD79309A3A2F59A3';

it('keeps NTLMv2 as it always did, and anything else under the name of its method', () => {
  const ntlmv2 = { account, method: 'NTLMv2', secret: Buffer.from(digits, 'hex') } as const;
  expect(encodeSecret(ntlmv2)).toBe(digits);
  expect(decodeSecret(digits.toLowerCase(), account)).toEqual(ntlmv2);
  expect(encodeSecret({ ...ntlmv2, method: 'NT' })).toBe(`NT:${digits}`);
});

it('reads what it has written, of every method and password', () => {
  expect.hasAssertions();
  fc.assert(
    fc.property(
      fc.constantFrom(...signInMethods),
      fc.string({ minLength: 1, maxLength: 14 }),
      (method, text) => {
        const credential = makeCredential(account, method, text);
        if (credential !== undefined)
          expect(decodeSecret(encodeSecret(credential), account)).toEqual(credential);
      },
    ),
  );
});

it.each([
  '',
  'NT',
  'NT:',
  `nt:${digits}`,
  `NTLM:${digits}`,
  `Kerberos:${digits}`,
  `${digits}00`,
  'LM:12',
  'x',
])('takes %j for nothing of its own', (text) => {
  expect(decodeSecret(text, account)).toBeUndefined();
});
