import { type ChallengeMessage, decodeChallengeMessage } from '../ntlm/challenge-message';
import { NtlmError } from '../ntlm/ntlm-error';
import { SpnegoError } from '../spnego/spnego-error';
import { encodeRequestHead } from '../http1/head-writer';
import { headerValue } from '../http1/headers';
import type { HeaderList } from '../http1/message-head';
import type { Hop } from '../../shared/problem';
import type { Credential } from './credential';
import type { LogonPermit } from './logon-permit';
import { channelBindings } from './channel-bindings';
import { drainShortBody } from './drain';
import type { Answer, HttpConnection } from './http-connection';
import { OutgoingRequest } from './outgoing-request';
import {
  chooseScheme,
  findToken,
  firstCredentials,
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

/** A challenge, and the scheme in which it came and is answered. */
export interface HopChallenge extends ChallengeMessage {
  readonly scheme: SignInScheme;
}

/** Which scheme the messages to each company proxy go in. */
export interface SchemeMemory {
  schemeOf(hop: Hop): SignInScheme;
  /** It does not offer the other one. */
  speaks(hop: Hop, scheme: SignInScheme): void;
}

/**
 * Decodes a challenge as it stands in a header.
 *
 * @throws UpstreamError bad-challenge; ntlm-not-offered when Negotiate is meant for another mechanism
 */
function readChallenge(connection: HttpConnection, scheme: SignInScheme, token: string): HopChallenge {
  const { hop } = connection;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(token)) {
    throw new UpstreamError('bad-challenge', hop, 'it is not base64');
  }
  try {
    const message = unwrapChallenge(scheme, Buffer.from(token, 'base64'));
    if (message !== undefined) return { ...decodeChallengeMessage(message), scheme };
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

function encodeHead(
  method: string,
  target: string,
  headers: HeaderList,
  credentials: string | undefined,
): string {
  return encodeRequestHead({
    method,
    target,
    minorVersion: 1,
    headers: [
      ...headers,
      'Proxy-Connection',
      'Keep-Alive',
      ...(credentials === undefined ? [] : ['Proxy-Authorization', credentials]),
    ],
  });
}

/** The head of a type 1 request that stands in for a request with a body: no framing, no expectation. */
function probeHeaders(headers: HeaderList): string[] {
  const kept: string[] = [];
  for (const name of ['Host', 'User-Agent', 'Via']) {
    const value = headerValue(headers, name);
    if (value !== undefined) kept.push(name, value);
  }
  return kept;
}

/**
 * Sends the first request of a sign-in: itself when it has no body, else a HEAD of the same target, so that nothing is ever
 * carried out twice or with an empty body.
 *
 * @param credentials the value of Proxy-Authorization; undefined: none
 * @param answerMs for the head of the answer; undefined: no limit
 */
export function exchangeFirst(
  connection: HttpConnection,
  request: OutgoingRequest,
  credentials: string | undefined,
  answerMs: number | undefined,
): Promise<Answer> {
  const { method, headers } =
    request.body === undefined ? request : { method: 'HEAD', headers: probeHeaders(request.headers) };
  return connection.exchange(method, encodeHead(method, request.target, headers, credentials), answerMs);
}

/** Sends a request with its body, if it has one. */
export function exchangeWhole(
  connection: HttpConnection,
  { method, target, headers, body, onInformational }: OutgoingRequest,
  credentials: string | undefined,
  answerMs: number | undefined,
): Promise<Answer> {
  const head = encodeHead(method, target, headers, credentials);
  return connection.exchange(method, head, answerMs, body, onInformational);
}

/** In milliseconds. */
export interface FirstLegTimeouts {
  /** For the head of the answer; undefined: as long as an origin behind an upstream that asks for nothing likes. */
  readonly answerMs: number | undefined;
  /** For a body that nobody wants. */
  readonly drainMs: number;
}

/** How the first leg ended. An upstream that has taken a Kerberos ticket asks for nothing more. */
export type FirstLeg =
  | { readonly kind: 'challenge'; readonly challenge: HopChallenge }
  /** The upstream asked for nothing, and this is the answer to the request itself. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly isByTicket?: true }
  /** The upstream asked for nothing; the request itself has not been sent yet. */
  | { readonly kind: 'open'; readonly isByTicket?: true };

/**
 * Sends type 1 and reads the challenge. A request without a body goes itself: should the upstream ask for
 * nothing (it may remember the address of this machine), this was it. For a request with a body a HEAD of the
 * same target goes first, so that nothing is ever carried out twice or with an empty body.
 *
 * The messages go in the scheme that is remembered of the upstream. When it offers the other one alone, that is
 * remembered, and type 1 goes once more: no directory counts it.
 *
 * @throws UpstreamError ntlm-not-offered, bad-challenge, closed-early, silent or broken-answer
 */
export async function requestChallenge(
  connection: HttpConnection,
  request: OutgoingRequest,
  { answerMs, drainMs }: FirstLegTimeouts,
  schemes: SchemeMemory,
): Promise<FirstLeg> {
  const { hop } = connection;
  const isProbe = request.body !== undefined;
  const ask = (scheme: SignInScheme): Promise<Answer> =>
    exchangeFirst(connection, request, firstCredentials(scheme), answerMs);
  let scheme = schemes.schemeOf(hop);
  let answer = await ask(scheme);
  const { status, headers: asked } = answer.head;
  const offered = status === 407 && findToken(asked, scheme) === undefined ? chooseScheme(asked) : undefined;
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
    throw new UpstreamError('ntlm-not-offered', hop, 'the 407 does not offer NTLM', {
      offered: offeredSchemes(answer.head.headers),
    });
  }
  if (token === '') {
    if (scheme === 'Negotiate') throw takesNoNtlm(connection);
    throw new UpstreamError('bad-challenge', hop, 'it offers NTLM but answers type 1 without a challenge');
  }
  const challenge = readChallenge(connection, scheme, token);
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
 * The value of Proxy-Authorization that answers this challenge, with type 3.
 *
 * @throws UpstreamError bad-challenge when it cannot be answered
 */
export function authenticate(
  { scheme, ...challenge }: HopChallenge,
  credential: Credential,
  connection: HttpConnection,
  workstation: string,
  entropy: Entropy,
): string {
  const { certificate } = connection;
  try {
    return lastCredentials(scheme, {
      challenge,
      account: credential.account,
      ntowfv2: credential.ntowfv2,
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

/** A HEAD of the same URL: what a logon is made with where the request itself must not wait behind one. */
export function headOf({ target, headers }: OutgoingRequest): OutgoingRequest {
  return new OutgoingRequest('HEAD', target, probeHeaders(headers));
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
