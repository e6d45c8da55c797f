import { assertNever, type Problem } from '../../shared/problem';
import { type Account, formatHostPort } from '../../shared/settings';
import type { ProblemText } from '../../shared/text';
import { encodeResponseHead } from '../http1/head-writer';
import { reasonPhrases } from '../http1/reason-phrases';
import type { Answer } from '../upstream/http-connection';
import { UpstreamError } from '../upstream/upstream-error';
import { renderPage } from './page';

/** What a client is told about a problem: status line, headers and body of Latchkey's own answer. */
export interface FailureAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** An answer that Latchkey makes itself. */
export type OwnAnswer = Pick<FailureAnswer, 'status' | 'headers' | 'body'>;

/** The words for a problem. */
export type DescribeProblem = (problem: Problem) => ProblemText;

/** A request that Latchkey itself turns down. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';

  constructor(readonly problem: Problem) {
    super(problem.kind);
  }
}

/**
 * The one place where an error becomes a Problem.
 *
 * @param account whose credential was in use
 * @returns undefined for `aborted`: the client has gone and there is nobody to tell
 */
export function problemOf(error: unknown, account: Account): Problem | undefined {
  if (error instanceof RefusedRequest) return error.problem;
  if (!(error instanceof UpstreamError)) return { kind: 'internal' };
  const { code, hop, message, offered } = error;
  switch (code) {
    case 'aborted':
      return undefined;
    case 'out-of-descriptors':
      return { kind: code };
    case 'forbidden-address':
      return { kind: 'target-denied', target: hop.address };
    case 'loop':
      return { kind: code, target: hop.address };
    case 'unreachable':
    case 'untrusted-certificate':
    case 'broken-answer':
    case 'bad-challenge':
    case 'server-error':
      return { kind: code, hop, detail: message };
    case 'ntlm-not-offered':
      return { kind: code, hop, offered };
    case 'method-not-offered':
      return { kind: code, hop, offered, method: error.method ?? 'NTLMv2' };
    case 'sign-in-paused':
    case 'credential-refused':
      return account.user === '' ? { kind: 'account-missing', hop } : { kind: code, hop, account };
    case 'target-refused':
      return { kind: code, hop, account };
    case 'logon-unclear':
    case 'logon-lost':
      return { kind: code, hop, retryAfterMs: error.retryAfterMs };
    case 'other-domain':
      return { kind: code, hop, named: error.domains?.named ?? '', known: error.domains?.known ?? '' };
    case 'name-not-found':
    case 'connection-refused':
    case 'connect-timed-out':
    case 'local-network-denied':
    case 'closed-early':
    case 'silent':
    case 'logon-pending':
    case 'origin-asked':
    case 'sign-in-not-asked':
    case 'not-agreed':
      return { kind: code, hop };
    default:
      return assertNever(code);
  }
}

interface StatusText {
  readonly status: number;
  /** A type of RFC 9209, section 2.3. */
  readonly error: string;
  readonly receivedStatus?: number;
}

function statusOf(problem: Problem): StatusText {
  switch (problem.kind) {
    case 'bad-request':
      return { status: problem.status ?? 400, error: 'http_request_error' };
    case 'head-too-large':
      return { status: 431, error: 'http_request_error' };
    case 'client-denied':
    case 'socks-sign-in-refused':
      return { status: 403, error: 'http_request_denied' };
    case 'client-account-waits':
      return { status: 503, error: 'connection_limit_reached' };
    case 'client-sign-in-needed':
    case 'client-sign-in-refused':
    case 'needless-sign-in':
      return { status: 407, error: 'http_request_denied' };
    case 'origin-sign-in-lost':
      return { status: 502, error: 'connection_terminated' };
    case 'target-denied':
      return { status: 403, error: 'destination_ip_prohibited' };
    case 'loop':
      return { status: 502, error: 'proxy_loop_detected' };
    case 'name-not-found':
      return { status: 502, error: 'dns_error' };
    case 'connection-refused':
      return { status: 502, error: 'connection_refused' };
    case 'connect-timed-out':
      return { status: 504, error: 'connection_timeout' };
    case 'unreachable':
    case 'local-network-denied':
      return { status: 502, error: 'destination_ip_unroutable' };
    case 'untrusted-certificate':
      return { status: 502, error: 'tls_certificate_error' };
    case 'out-of-descriptors':
      return { status: 503, error: 'proxy_internal_error' };
    case 'closed-early':
      return { status: 502, error: 'connection_terminated' };
    case 'silent':
      return { status: 504, error: 'connection_read_timeout' };
    case 'broken-answer':
      return { status: 502, error: 'http_protocol_error' };
    case 'ntlm-not-offered':
    case 'method-not-offered':
    case 'bad-challenge':
    case 'credential-refused':
      return { status: 502, error: 'proxy_configuration_error', receivedStatus: 407 };
    case 'target-refused':
      return { status: 403, error: 'http_request_denied', receivedStatus: 407 };
    case 'logon-pending':
      return { status: 503, error: 'connection_limit_reached' };
    case 'logon-unclear':
    case 'logon-lost':
      return { status: 503, error: 'connection_terminated' };
    case 'origin-asked':
      return { status: 502, error: 'http_protocol_error', receivedStatus: 407 };
    case 'not-agreed':
    case 'other-domain':
      return { status: 502, error: 'proxy_configuration_error', receivedStatus: 407 };
    case 'sign-in-paused':
    case 'account-missing':
      return { status: 503, error: 'proxy_configuration_error' };
    case 'no-pac-answer':
    case 'sign-in-not-asked':
    case 'server-error':
      return { status: 502, error: 'proxy_configuration_error' };
    case 'internal':
      return { status: 500, error: 'proxy_internal_error' };
    default:
      return assertNever(problem);
  }
}

/** RFC 9110, 10.2.3: for how many seconds a client should leave it. */
function retryAfter(problem: Problem): number | undefined {
  if ('retryAfterMs' in problem) return Math.max(1, Math.ceil(problem.retryAfterMs / 1000));
  return problem.kind === 'logon-pending' ||
    problem.kind === 'sign-in-paused' ||
    problem.kind === 'out-of-descriptors'
    ? 5
    : undefined;
}

/** A Structured Field string (RFC 8941, 3.3.3): printable ASCII, quotes and backslashes escaped. */
function structuredString(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}

/** The value of the Proxy-Status header (RFC 9209) for a problem. */
export function proxyStatus(problem: Problem, describe: DescribeProblem): string {
  const { error, receivedStatus } = statusOf(problem);
  const parts = ['latchkey', `error=${error}`];
  if ('hop' in problem) parts.push(`next-hop=${structuredString(formatHostPort(problem.hop.address))}`);
  if (receivedStatus !== undefined) parts.push(`received-status=${receivedStatus}`);
  parts.push(`details=${structuredString(describe(problem).sentence)}`);
  return parts.join('; ');
}

/**
 * Latchkey's own answer for a problem: a short page for browsers, plain text for everything else.
 *
 * @param accept the client's Accept header
 * @param describe the words, which depend on what the user has in front of him
 */
export function failureAnswer(
  problem: Problem,
  accept: string | undefined,
  describe: DescribeProblem,
): FailureAnswer {
  const { status } = statusOf(problem);
  const { title, sentence, remedy } = describe(problem);
  const wantsHtml = accept !== undefined && /text\/html/i.test(accept);
  const body = Buffer.from(
    wantsHtml ? renderPage({ title, paragraphs: [sentence, remedy] }) : `Latchkey: ${sentence}\n${remedy}\n`,
  );
  const headers = [
    'Proxy-Status',
    proxyStatus(problem, describe),
    'Content-Type',
    `text/${wantsHtml ? 'html' : 'plain'}; charset=utf-8`,
    'Content-Length',
    String(body.length),
    'Cache-Control',
    'no-store',
  ];
  if (problem.kind === 'client-sign-in-needed' || problem.kind === 'client-sign-in-refused')
    headers.push('Proxy-Authenticate', 'Basic realm="Latchkey", charset="UTF-8"');
  const retryAfterSeconds = retryAfter(problem);
  if (retryAfterSeconds !== undefined) headers.push('Retry-After', String(retryAfterSeconds));
  return { status, reason: reasonPhrases[status] ?? 'Error', headers, body };
}

/**
 * The whole answer as bytes for a socket that is closed behind it; `Connection: close` and the date are added.
 *
 * @param date of now as IMF-fixdate (RFC 9110, 6.6.1)
 */
export function encodeFailure({ status, reason, headers, body }: FailureAnswer, date: string): Buffer {
  const lines = [...headers, 'Date', date, 'Connection', 'close'];
  const head = encodeResponseHead({ status, reason, minorVersion: 1, headers: lines });
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** An answer of 101 to a request that did not ask for it; its connection ends. */
export function switchedUnasked({ connection }: Answer): UpstreamError {
  connection.destroy();
  return new UpstreamError(
    'broken-answer',
    connection.hop,
    'it switches to a protocol that nobody asked for',
  );
}
