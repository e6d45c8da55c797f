import type { AuthenticateMessage } from '../../src/main/ntlm/authenticate-message';
import { lmowfv1 } from '../../src/main/ntlm/lmowf';
import { hasFlag } from '../../src/main/ntlm/negotiate-flags';
import { computeLm, computeNtlm2Session, computeNtlmv1 } from '../../src/main/ntlm/ntlmv1-response';
import { ntHash } from '../../src/main/ntlm/ntowf';

/** How a logon was made. */
export type Method = 'NTLMv2' | 'NTLM2SR' | 'NT' | 'NTLM' | 'LM' | 'Basic';

type Responses = Pick<AuthenticateMessage, 'flags' | 'lmResponse' | 'ntResponse'>;

const responseBytes = 24;

/** Which of the older dialects a type 3 message is in, as a domain controller tells it; undefined: in none that is whole. */
export function olderDialect({
  flags,
  lmResponse,
  ntResponse,
}: Responses): Exclude<Method, 'NTLMv2' | 'Basic'> | undefined {
  if (lmResponse.length !== responseBytes) return undefined;
  if (ntResponse.length === 0) return 'LM';
  if (ntResponse.length !== responseBytes) return undefined;
  if (hasFlag(flags, 'NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY')) return 'NTLM2SR';
  return lmResponse.equals(ntResponse) ? 'NT' : 'NTLM';
}

/** Whether responses were made of this password (MS-NLMP 3.3.1); each that is there must be right. */
export function isAnswerOf(password: string, responses: Responses, serverChallenge: Buffer): boolean {
  const { lmResponse, ntResponse } = responses;
  const nt = ntHash(password);
  const lm = lmowfv1(password);
  switch (olderDialect(responses)) {
    case 'NTLM2SR':
      return computeNtlm2Session(nt, serverChallenge, lmResponse.subarray(0, 8)).ntResponse.equals(
        ntResponse,
      );
    case 'NT':
      return computeNtlmv1(nt, undefined, serverChallenge).ntResponse.equals(ntResponse);
    case 'NTLM': {
      const wanted = computeNtlmv1(nt, lm, serverChallenge);
      return wanted.ntResponse.equals(ntResponse) && wanted.lmResponse.equals(lmResponse);
    }
    case 'LM':
      return lm !== undefined && computeLm(lm, serverChallenge).lmResponse.equals(lmResponse);
    case undefined:
      return false;
  }
}
