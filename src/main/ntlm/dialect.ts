import { computeLm, computeNtlm2Session, computeNtlmv1, type Ntlmv1 } from './ntlmv1-response';

/** How a challenge is answered: as MS-NLMP 3.3.2 says, or in one of the ways of 3.3.1, by cntlm's names. */
export type NtlmDialect = 'NTLMv2' | 'NTLM2SR' | 'NT' | 'NTLM' | 'LM';

/** The bytes of a hash. */
const hashBytes = 16;

/**
 * The answer in one of the older dialects.
 *
 * @param secret NTOWFv1; for `NTLM` LMOWFv1 behind it; for `LM` LMOWFv1 alone
 */
export function answerInDialect(
  dialect: Exclude<NtlmDialect, 'NTLMv2'>,
  secret: Buffer,
  serverChallenge: Buffer,
  clientChallenge: Buffer,
): Ntlmv1 {
  switch (dialect) {
    case 'NTLM2SR':
      return computeNtlm2Session(secret, serverChallenge, clientChallenge);
    case 'NT':
      return computeNtlmv1(secret, undefined, serverChallenge);
    case 'NTLM':
      return computeNtlmv1(secret.subarray(0, hashBytes), secret.subarray(hashBytes), serverChallenge);
    case 'LM':
      return computeLm(secret, serverChallenge);
  }
}
