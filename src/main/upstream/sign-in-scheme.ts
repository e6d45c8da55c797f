import { listMembers } from '../http1/headers';
import type { HeaderList } from '../http1/message-head';
import {
  type AuthenticateInput,
  encodeAuthenticateMessage,
  makeAuthenticate,
} from '../ntlm/authenticate-message';
import type { NtlmDialect } from '../ntlm/dialect';
import { signFirst } from '../ntlm/message-signature';
import { encodeNegotiateMessage } from '../ntlm/negotiate-message';
import { mechanisms } from '../spnego/mechanisms';
import {
  decodeNegToken,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegToken,
} from '../spnego/neg-token';

/** What NTLM's messages go in: a scheme of their own, or SPNEGO (RFC 4559), for proxies that offer nothing else. */
export type SignInScheme = 'NTLM' | 'Negotiate';

const signedMessage = encodeNegotiateMessage(true);
const mechTypes = [mechanisms.ntlm];
const mechTypeList = encodeMechTypeList(mechTypes);

const negotiateToken = encodeNegTokenInit({ mechTypes, mechToken: signedMessage }).toString('base64');
/** Type 1 of each dialect is always the same. */
const rawMessages = new Map<NtlmDialect, Buffer>();

function rawMessage(dialect: NtlmDialect): Buffer {
  let message = rawMessages.get(dialect);
  if (message === undefined) {
    message = encodeNegotiateMessage(false, dialect);
    rawMessages.set(dialect, message);
  }
  return message;
}

/** The value of Proxy-Authorization that begins a sign-in: type 1. */
export function firstCredentials(scheme: SignInScheme, dialect: NtlmDialect): string {
  return scheme === 'Negotiate'
    ? `Negotiate ${negotiateToken}`
    : `NTLM ${rawMessage(dialect).toString('base64')}`;
}

/** The schemes that an upstream offers, from all of its Proxy-Authenticate headers, in its order. */
export function offeredSchemes(headers: HeaderList): string[] {
  const schemes: string[] = [];
  for (const member of listMembers(headers, 'proxy-authenticate')) {
    const scheme = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?=$|\s)/.exec(member)?.[0];
    if (scheme !== undefined && !schemes.includes(scheme)) schemes.push(scheme);
  }
  return schemes;
}

/**
 * What stands behind a scheme among all Proxy-Authenticate headers, in base64: an empty string when it is offered without
 * a challenge, undefined when it is not offered at all.
 */
export function findToken(headers: HeaderList, scheme: SignInScheme): string | undefined {
  let found: string | undefined;
  for (const member of listMembers(headers, 'proxy-authenticate')) {
    const [name = '', token = ''] = member.split(/\s+(.*)/, 2);
    if (name.toLowerCase() !== scheme.toLowerCase()) continue;
    if (token !== '') return token;
    found = '';
  }
  return found;
}

/**
 * The scheme to sign in with of those that are offered: NTLM by itself, as every proxy that offers it has had for long. Inside
 * SPNEGO there is NTLMv2 alone: whoever asks for that is too young for an older dialect.
 */
export function chooseScheme(headers: HeaderList, dialect: NtlmDialect): SignInScheme | undefined {
  return (['NTLM', 'Negotiate'] as const).find(
    (scheme) => findToken(headers, scheme) !== undefined && goesIn(scheme, dialect),
  );
}

/** Whether messages of this dialect go in this scheme. */
export function goesIn(scheme: SignInScheme, dialect: NtlmDialect): boolean {
  return scheme === 'NTLM' || dialect === 'NTLMv2';
}

/**
 * Takes type 2 out of what stood behind a scheme. Undefined when the peer does not go on with NTLM: it refuses, or wants
 * another mechanism.
 *
 * @throws SpnegoError
 */
export function unwrapChallenge(scheme: SignInScheme, token: Buffer): Buffer | undefined {
  if (scheme === 'NTLM') return token;
  const answer: NegToken = decodeNegToken(token);
  if (answer.kind !== 'resp' || answer.negState === 'reject') return undefined;
  if (answer.supportedMech !== undefined && !answer.supportedMech.equals(mechanisms.ntlm)) return undefined;
  return answer.responseToken;
}

/**
 * The value of Proxy-Authorization that ends a sign-in: type 3, and inside SPNEGO the signature over what was offered. A
 * peer that finds a MIC in type 3 demands it (MS-SPNG 3.1.5.1), whatever RFC 4178 says of a single mechanism.
 *
 * @throws NtlmError as `encodeAuthenticateMessage`
 */
export function lastCredentials(
  scheme: SignInScheme,
  input: Omit<AuthenticateInput, 'negotiateMessage'>,
): string {
  if (scheme === 'NTLM') {
    const message = encodeAuthenticateMessage({
      ...input,
      negotiateMessage: rawMessage(input.dialect ?? 'NTLMv2'),
    });
    return `NTLM ${message.toString('base64')}`;
  }
  const { message, flags, sessionKey } = makeAuthenticate({ ...input, negotiateMessage: signedMessage });
  const token = encodeNegTokenResp({
    responseToken: message,
    mechListMic: signFirst(sessionKey, flags, 'client', mechTypeList),
  });
  return `Negotiate ${token.toString('base64')}`;
}

/** Whether Negotiate is offered, beside whatever else. */
export function offersNegotiate(headers: HeaderList): boolean {
  return findToken(headers, 'Negotiate') !== undefined;
}

/** The value of Proxy-Authorization that signs in with a ticket, in one step (RFC 4559, 4). */
export function kerberosCredentials(token: Uint8Array): string {
  const wrapped = encodeNegTokenInit({ mechTypes: [mechanisms.kerberos], mechToken: Buffer.from(token) });
  return `Negotiate ${wrapped.toString('base64')}`;
}
