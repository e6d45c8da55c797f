import { invertDigits } from '../cntlm/hash-digits';
import type { SignInMethod } from '../../shared/settings';
import type { Credential } from '../upstream/credential';

const hashBytes = 16;

/** Where cntlm has the hashes of a method, in the order in which a credential has them; Basic has none. */
export const passKeywords: Readonly<Record<SignInMethod, readonly string[]>> = {
  NTLMv2: ['PassNTLMv2'],
  NTLM2SR: ['PassNT'],
  NT: ['PassNT'],
  NTLM: ['PassNT', 'PassLM'],
  LM: ['PassLM'],
  Basic: [],
};

/**
 * The hashes of a credential as a cntlm.conf has them: keyword and digits.
 *
 * @param isInverted whether cntlm up to 0.92.3 is to read them, which has every bit inverted
 */
export function passLines(
  { method, secret }: Credential,
  isInverted: boolean,
): (readonly [keyword: string, digits: string])[] {
  return passKeywords[method].map((keyword, index) => {
    const hash = secret.subarray(index * hashBytes, (index + 1) * hashBytes);
    const digits = hash.toString('hex').toUpperCase();
    return [keyword, isInverted ? invertDigits(digits) : digits] as const;
  });
}
