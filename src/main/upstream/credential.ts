import type { Account, SignInMethod } from '../../shared/settings';
import { lmowfv1 } from '../ntlm/lmowf';
import { ntHash, ntowfv2 } from '../ntlm/ntowf';

/** An account, how it signs in, and the least that this way needs. But for Basic the password is not kept. */
export interface Credential {
  readonly account: Account;
  readonly method: SignInMethod;
  /**
   * For NTLMv2 NTOWFv2 (MS-NLMP 3.3.2), 16 bytes; for NTLM2SR and NT NTOWFv1, 16 bytes; for LM LMOWFv1, 16 bytes; for NTLM
   * NTOWFv1 and LMOWFv1 behind it; for Basic the password in UTF-8.
   */
  readonly secret: Buffer;
}

/** What a password is for a method. Undefined: it has no LM hash, so that the method cannot be used with it. */
export function makeCredential(
  account: Account,
  method: SignInMethod,
  password: string,
): Credential | undefined {
  const secret = secretOf(account, method, password);
  return secret && { account, method, secret };
}

function secretOf(account: Account, method: SignInMethod, password: string): Buffer | undefined {
  switch (method) {
    case 'NTLMv2':
      return ntowfv2(ntHash(password), account);
    case 'NTLM2SR':
    case 'NT':
      return ntHash(password);
    case 'NTLM': {
      const lm = lmowfv1(password);
      return lm && Buffer.concat([ntHash(password), lm]);
    }
    case 'LM':
      return lmowfv1(password);
    case 'Basic':
      return Buffer.from(password, 'utf8');
  }
}

/** Whether it is the same secret for the same method. The account is not looked at. */
export function isSameSecret(one: Credential, other: Credential): boolean {
  return one.method === other.method && one.secret.equals(other.secret);
}

/** What a credential is remembered by: refused in one method it is not known in another. That of NTLMv2 is its hash alone. */
export function markOf({ method, secret }: Credential): Buffer {
  return method === 'NTLMv2' ? secret : Buffer.from(`${method}:${secret.toString('hex')}`);
}
