import { encodeAuthenticateMessage } from '../ntlm/authenticate-message';
import { type ChallengeMessage, decodeChallengeMessage } from '../ntlm/challenge-message';
import { encodeNegotiateMessage } from '../ntlm/negotiate-message';
import { NtlmError } from '../ntlm/ntlm-error';
import { encodeRequestHead } from '../http1/head-writer';
import { headerValue, listMembers } from '../http1/headers';
import type { HeaderList } from '../http1/message-head';
import type { Credential } from './credential';
import type { LogonPermit } from './credential-gate';
import type { Answer, HttpConnection } from './http-connection';
import { OutgoingRequest } from './outgoing-request';
import { UpstreamError } from './upstream-error';

/** What a handshake takes from the outside world. */
export interface Entropy {
  readonly randomBytes: (length: number) => Buffer;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** A 407 may carry a page; more than this is not read for the sake of keeping the connection. */
const maxChallengePageBytes = 4 * 1024 * 1024;
/** How long to wait whether a 407 without a length has a body. */
const unframedQuietMs = 300;

const negotiateMessage = encodeNegotiateMessage();

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
 * The NTLM challenge among all Proxy-Authenticate headers, still in base64: an empty string when NTLM is
 * offered without a challenge, undefined when it is not offered at all.
 */
export function findNtlmChallenge(headers: HeaderList): string | undefined {
  let found: string | undefined;
  for (const member of listMembers(headers, 'proxy-authenticate')) {
    const [, token] = /^NTLM(?:\s+(.*))?$/i.exec(member) ?? [undefined, undefined];
    if (token !== undefined && token !== '') return token;
    if (/^NTLM\s*$/i.test(member)) found = '';
  }
  return found;
}

/** Decodes a challenge as it stands in a header. @throws UpstreamError bad-challenge */
export function readChallenge(connection: HttpConnection, token: string): ChallengeMessage {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(token)) {
    throw new UpstreamError('bad-challenge', connection.hop, 'it is not base64');
  }
  try {
    return decodeChallengeMessage(Buffer.from(token, 'base64'));
  } catch (error) {
    if (!(error instanceof NtlmError)) throw error;
    throw new UpstreamError('bad-challenge', connection.hop, error.message, { cause: error });
  }
}

/** Reads and drops a body that nobody wants. Resolves with whether the connection can be used again. */
export function drainShortBody(answer: Answer, timeoutMs: number): Promise<boolean> {
  return answer.connection.drain(answer, maxChallengePageBytes, timeoutMs, unframedQuietMs);
}

function encodeHead(method: string, target: string, headers: HeaderList, token: string): string {
  return encodeRequestHead({
    method,
    target,
    minorVersion: 1,
    headers: [...headers, 'Proxy-Connection', 'Keep-Alive', 'Proxy-Authorization', `NTLM ${token}`],
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

/** In milliseconds. */
export interface FirstLegTimeouts {
  /** For the head of the answer; undefined: as long as an origin behind an upstream that asks for nothing likes. */
  readonly answerMs: number | undefined;
  /** For a body that nobody wants. */
  readonly drainMs: number;
}

/** How the first leg ended. */
export type FirstLeg =
  | { readonly kind: 'challenge'; readonly challenge: ChallengeMessage }
  /** The upstream asked for nothing, and this is the answer to the request itself. */
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** The upstream asked for nothing; the request itself has not been sent yet. */
  | { readonly kind: 'open' };

/**
 * Sends type 1 and reads the challenge. A request without a body goes itself: should the upstream ask for
 * nothing (it may remember the address of this machine), this was it. For a request with a body a HEAD of the
 * same target goes first, so that nothing is ever carried out twice or with an empty body.
 *
 * @throws UpstreamError ntlm-not-offered, bad-challenge, closed-early, silent or broken-answer
 */
export async function requestChallenge(
  connection: HttpConnection,
  request: OutgoingRequest,
  { answerMs, drainMs }: FirstLegTimeouts,
): Promise<FirstLeg> {
  const isProbe = request.body !== undefined;
  const method = isProbe ? 'HEAD' : request.method;
  const headers = isProbe ? probeHeaders(request.headers) : request.headers;
  const head = encodeHead(method, request.target, headers, negotiateMessage.toString('base64'));
  const answer = await connection.exchange(method, head, answerMs);
  if (answer.head.status !== 407) {
    if (!isProbe) return { kind: 'answer', answer };
    if (await drainShortBody(answer, drainMs)) {
      return { kind: 'open' };
    }
    throw new UpstreamError(
      'closed-early',
      connection.hop,
      'the connection was closed after the first answer',
    );
  }
  const token = findNtlmChallenge(answer.head.headers);
  if (token === undefined) {
    const offered = offeredSchemes(answer.head.headers);
    throw new UpstreamError('ntlm-not-offered', connection.hop, 'the 407 does not offer NTLM', { offered });
  }
  if (token === '') {
    throw new UpstreamError(
      'bad-challenge',
      connection.hop,
      'it offers NTLM but answers type 1 without a challenge',
    );
  }
  const challenge = readChallenge(connection, token);
  if (!(await drainShortBody(answer, drainMs))) {
    throw new UpstreamError('closed-early', connection.hop, 'it closes the connection behind its challenge');
  }
  // A proxy that closes behind its challenge does so right behind it: seen before type 3 goes out, that costs neither a
  // logon nor the body.
  // Twice: the first comes in the same turn of the event loop, before sockets are looked at again.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  return { kind: 'challenge', challenge };
}

/** Encodes type 3 for this challenge, in base64. @throws UpstreamError bad-challenge when it cannot be answered */
export function authenticate(
  challenge: ChallengeMessage,
  credential: Credential,
  connection: HttpConnection,
  workstation: string,
  entropy: Entropy,
): string {
  try {
    return encodeAuthenticateMessage({
      negotiateMessage,
      challenge,
      account: credential.account,
      ntowfv2: credential.ntowfv2,
      workstation,
      targetName: `HTTP/${connection.hop.address.host}`,
      clientChallenge: entropy.randomBytes(8),
      exportedSessionKey: entropy.randomBytes(16),
      nowMs: entropy.nowMs(),
    }).toString('base64');
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
 * @param token type 3 in base64, as `authenticate` makes it
 * @param isPoor whether the challenge lacks what those before it had: a refusal is not worth remembering then
 * @param timeoutMs for the head of the answer; undefined: as long as the origin likes
 * @returns the answer to the request: anything but a 407
 * @throws UpstreamError credential-refused (the connection is spent then), origin-asked for a 407 that is not the company
 * proxy's, server-error when a check got no answer from which anything can be learned, closed-early, silent, broken-answer
 */
export async function logOn(
  connection: HttpConnection,
  request: OutgoingRequest,
  token: string,
  permit: LogonPermit,
  { isPoor, timeoutMs }: { readonly isPoor: boolean; readonly timeoutMs: number | undefined },
): Promise<Answer> {
  const { body, method, onInformational } = request;
  let answer: Answer;
  try {
    const head = encodeHead(method, request.target, request.headers, token);
    answer = await connection.exchange(method, head, timeoutMs, body, onInformational);
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
