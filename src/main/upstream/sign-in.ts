import { decodeChallengeMessage } from '../ntlm/challenge-message';
import type { NtlmDialect } from '../ntlm/dialect';
import { NtlmError } from '../ntlm/ntlm-error';
import { SpnegoError } from '../spnego/spnego-error';
import { headerValue } from '../http1/headers';
import type { SignInMethod } from '../../shared/settings';
import { basicCredentials, requestBasicOffer } from './basic-sign-in';
import type { Credential } from './credential';
import type { LogonPermit } from './logon-permit';
import { channelBindings } from './channel-bindings';
import { drainShortBody } from './drain';
import type { Answer, HttpConnection } from './http-connection';
import type { FirstLeg, FirstLegTimeouts, HopChallenge, NtlmChallenge, SchemeMemory } from './first-leg';
import type { OutgoingRequest } from './outgoing-request';
import { exchangeFirst, exchangeWhole } from './sign-in-request';
import {
  chooseScheme,
  findToken,
  firstCredentials,
  goesIn,
  lastCredentials,
  offeredSchemes,
  type SignInScheme,
  unwrapChallenge,
} from './sign-in-scheme';
import { UpstreamError } from './upstream-error';

/** What a handshake takes from the outside world. */
export interface Entropy {
  readonly randomBytes: (length: number) => Buffer;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

/**
 * Decodes a challenge as it stands in a header.
 *
 * @throws UpstreamError bad-challenge; ntlm-not-offered when Negotiate is meant for another mechanism
 */
function readChallenge(
  connection: HttpConnection,
  scheme: SignInScheme,
  method: NtlmDialect,
  token: string,
): NtlmChallenge {
  const { hop } = connection;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(token)) {
    throw new UpstreamError('bad-challenge', hop, 'it is not base64');
  }
  try {
    const message = unwrapChallenge(scheme, Buffer.from(token, 'base64'));
    if (message !== undefined) return { ...decodeChallengeMessage(message), scheme, method };
  } catch (error) {
    if (!(error instanceof NtlmError || error instanceof SpnegoError)) throw error;
    throw new UpstreamError('bad-challenge', hop, error.message, { cause: error });
  }
  throw takesNoNtlm(connection);
}

/** Negotiate is offered, and NTLM inside it is not taken. */
function takesNoNtlm({ hop }: HttpConnection): UpstreamError {
  return new UpstreamError('ntlm-not-offered', hop, 'Negotiate is not meant for NTLM', {
    offered: ['Negotiate'],
  });
}

/**
 * Sends type 1 and reads the challenge. A request without a body goes itself: should the upstream ask for
 * nothing (it may remember the address of this machine), this was it. For a request with a body a HEAD of the
 * same target goes first, so that nothing is ever carried out twice or with an empty body.
 *
 * The messages go in the scheme that is remembered of the upstream. When it offers the other one alone, that is
 * remembered, and type 1 goes once more: no directory counts it.
 *
 * @param method of the credential that is to answer; for Basic there is no challenge, but only an offer
 * @throws UpstreamError ntlm-not-offered, method-not-offered, bad-challenge, closed-early, silent or broken-answer
 */
export async function requestChallenge(
  connection: HttpConnection,
  request: OutgoingRequest,
  { answerMs, drainMs }: FirstLegTimeouts,
  schemes: SchemeMemory,
  method: SignInMethod,
): Promise<FirstLeg> {
  if (method === 'Basic') return requestBasicOffer(connection, request, { answerMs, drainMs }, schemes);
  const { hop } = connection;
  const isProbe = request.body !== undefined;
  const ask = (scheme: SignInScheme): Promise<Answer> =>
    exchangeFirst(connection, request, firstCredentials(scheme, method), answerMs);
  const remembered = schemes.schemeOf(hop);
  let scheme = goesIn(remembered, method) ? remembered : 'NTLM';
  let answer = await ask(scheme);
  const { status, headers: asked } = answer.head;
  const offered =
    status === 407 && findToken(asked, scheme) === undefined ? chooseScheme(asked, method) : undefined;
  if (offered !== undefined) {
    scheme = offered;
    schemes.speaks(hop, scheme);
    if (!(await drainShortBody(answer, drainMs))) {
      throw new UpstreamError('closed-early', hop, `it closes the connection behind its offer of ${scheme}`);
    }
    answer = await ask(scheme);
  }
  if (answer.head.status !== 407) {
    if (!isProbe) return { kind: 'answer', answer };
    if (await drainShortBody(answer, drainMs)) {
      return { kind: 'open' };
    }
    throw new UpstreamError('closed-early', hop, 'the connection was closed after the first answer');
  }
  const token = findToken(answer.head.headers, scheme);
  if (token === undefined) {
    const code = method === 'NTLMv2' ? 'ntlm-not-offered' : 'method-not-offered';
    const offer = offeredSchemes(answer.head.headers);
    throw new UpstreamError(code, hop, 'the 407 does not offer NTLM', { offered: offer, method });
  }
  if (token === '') {
    if (scheme === 'Negotiate') throw takesNoNtlm(connection);
    throw new UpstreamError('bad-challenge', hop, 'it offers NTLM but answers type 1 without a challenge');
  }
  const challenge = readChallenge(connection, scheme, method, token);
  if (!(await drainShortBody(answer, drainMs))) {
    throw new UpstreamError('closed-early', hop, 'it closes the connection behind its challenge');
  }
  // A proxy that closes behind its challenge does so right behind it: seen before type 3 goes out, that costs neither a
  // logon nor the body.
  // Twice: the first comes in the same turn of the event loop, before sockets are looked at again.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  return { kind: 'challenge', challenge };
}

/**
 * The value of Proxy-Authorization that answers this challenge, with type 3 in the dialect of the credential, or for Basic with
 * the password.
 *
 * @throws UpstreamError bad-challenge when it cannot be answered
 */
export function authenticate(
  challenge: HopChallenge,
  credential: Credential,
  connection: HttpConnection,
  workstation: string,
  entropy: Entropy,
): string {
  if (challenge.scheme === 'Basic') return basicCredentials(credential, connection.hop);
  const { certificate } = connection;
  try {
    return lastCredentials(challenge.scheme, {
      challenge,
      account: credential.account,
      dialect: challenge.method,
      secret: credential.secret,
      workstation,
      targetName: `HTTP/${connection.hop.address.host}`,
      channelBindings: certificate && channelBindings(certificate),
      clientChallenge: entropy.randomBytes(8),
      exportedSessionKey: entropy.randomBytes(16),
      nowMs: entropy.nowMs(),
    });
  } catch (error) {
    if (!(error instanceof NtlmError)) throw error;
    throw new UpstreamError('bad-challenge', connection.hop, error.message, { cause: error });
  }
}

/**
 * Sends type 3 with the request itself, the body streamed behind it, and reports the outcome to the permit: a status line
 * other than 407 is an acceptance, whatever follows it.
 *
 * @param credentials with type 3, as `authenticate` makes them
 * @param isPoor whether the challenge lacks what those before it had: a refusal is not worth remembering then
 * @param timeoutMs for the head of the answer; undefined: as long as the origin likes
 * @returns the answer to the request: anything but a 407
 * @throws UpstreamError credential-refused (the connection is spent then), origin-asked for a 407 that is not the company
 * proxy's, server-error when a check got no answer from which anything can be learned, closed-early, silent, broken-answer
 */
export async function logOn(
  connection: HttpConnection,
  request: OutgoingRequest,
  credentials: string,
  permit: LogonPermit,
  { isPoor, timeoutMs }: { readonly isPoor: boolean; readonly timeoutMs: number | undefined },
): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await exchangeWhole(connection, request, credentials, timeoutMs);
  } catch (error) {
    const status = error instanceof UpstreamError ? error.receivedStatus : undefined;
    // A client that has gone in the middle, or this side on another network: that says nothing about the host.
    const isItsFault = !(error instanceof UpstreamError) || error.code !== 'aborted';
    if (status === undefined || status === 407) permit.unanswered(isItsFault);
    else judge(permit, status);
    throw error;
  }
  const { status } = answer.head;
  if (status === 407) {
    if (!isOfCompanyProxy(answer)) {
      // It is no refusal, but no acceptance either: a company proxy that is broken may refuse in this way.
      permit.unanswered();
      throw originAsked(connection);
    }
    permit.refused(!isPoor);
    throw new UpstreamError('credential-refused', connection.hop, 'the type 3 message was answered with 407');
  }
  if (!judge(permit, status)) {
    throw new UpstreamError('server-error', connection.hop, `the type 3 message was answered with ${status}`);
  }
  return answer;
}

/** Whether a 407 asks for what a company proxy asks for (RFC 9110, 15.5.8); otherwise an origin has made it. */
export function isOfCompanyProxy(answer: Answer): boolean {
  return headerValue(answer.head.headers, 'proxy-authenticate') !== undefined;
}

export function originAsked({ hop }: HttpConnection): UpstreamError {
  return new UpstreamError('origin-asked', hop, 'a 407 without Proxy-Authenticate');
}

/** Takes a status other than 407 for an acceptance. Returns false when nothing can be learned from it. */
function judge(permit: LogonPermit, status: number): boolean {
  // A URL that has worked with the old credential: the trouble is the company proxy's own, and it may not have looked at
  // the new one at all.
  if (status >= 500 && permit.reason === 'check' && permit.isOnKnownUrl) {
    permit.unanswered();
    return false;
  }
  permit.accepted();
  return true;
}
