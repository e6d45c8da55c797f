import { headerValue, headerValues, listMembers } from '../http1/headers';
import type { HeaderList } from '../http1/message-head';

/** These sign in the connection instead of the request (RFC 4559, 6; MS-NTHT; MS-N2HT). */
const scheme = /^(?:NTLM|Negotiate|Kerberos|Nego2)(?=$|[ \t])/i;
const ntlmSignature = Buffer.from('NTLMSSP\0', 'latin1');

/**
 * Whether a request signs its connection in at the origin. `next`: it answers a challenge that came over the same connection,
 * so that it means nothing on any other, and would count there as a bad logon.
 */
export function originSignInStep(headers: HeaderList): 'first' | 'next' | undefined {
  // There is one such line; where there are more, nobody knows which of them the origin takes.
  const steps = headerValues(headers, 'authorization').map(stepOf);
  return steps.find((step) => step === 'next') ?? steps.find((step) => step !== undefined);
}

function stepOf(value: string): 'first' | 'next' | undefined {
  if (!scheme.test(value)) return undefined;
  const token = Buffer.from(value.slice(value.search(/[ \t]|$/)).trim(), 'base64');
  // MS-NLMP, 2.2.1: the message type behind the signature. SPNEGO (RFC 4178, 4.2): a NegTokenResp is [1].
  const isNtlm = token.length > 8 && token.subarray(0, 8).equals(ntlmSignature);
  return (isNtlm && token[8] === 3) || token[0] === 0xa1 ? 'next' : 'first';
}

/** Whether an answer offers to sign in the connection, or goes on with that. */
export function offersConnectionSignIn(headers: HeaderList): boolean {
  return listMembers(headers, 'www-authenticate').some((member) => scheme.test(member));
}

const proxySignInSchemes = /^(?:NTLM|Negotiate|Digest)(?=$|[ \t])/i;

/**
 * Whether a client begins to sign in to this proxy with a request that it has emptied for that: it would send the body only
 * behind the challenge, which Latchkey has none of.
 */
export function isEmptiedForProxySignIn(method: string, headers: HeaderList, hasBody: boolean): boolean {
  if (hasBody || headerValue(headers, 'content-length') === undefined || method === 'CONNECT') return false;
  return headerValues(headers, 'proxy-authorization').some((value) => proxySignInSchemes.test(value));
}
