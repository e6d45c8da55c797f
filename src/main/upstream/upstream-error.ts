import type { Hop } from '../../shared/problem';
import type { SignInMethod } from '../../shared/settings';

/** What can go wrong on the road to a hop; the names follow RFC 9209's error types where it has one. */
export type UpstreamErrorCode =
  | 'name-not-found'
  | 'connection-refused'
  | 'connect-timed-out'
  | 'unreachable'
  /** macOS does not let this program connect to the networks that it is on: it says nothing about the hop. */
  | 'local-network-denied'
  /** TLS, and the certificate is none that this system trusts for that host. The message says why. */
  | 'untrusted-certificate'
  /** The address is one that this client may not reach. */
  | 'forbidden-address'
  /** The address is that of the local proxy itself. */
  | 'loop'
  /** No socket could be made: it says nothing about the hop. */
  | 'out-of-descriptors'
  | 'closed-early'
  | 'silent'
  | 'broken-answer'
  | 'ntlm-not-offered'
  /** The method that the user has chosen cannot be used with this company proxy. */
  | 'method-not-offered'
  | 'bad-challenge'
  | 'server-error'
  | 'credential-refused'
  | 'target-refused'
  | 'logon-pending'
  | 'logon-unclear'
  | 'logon-lost'
  | 'origin-asked'
  | 'other-domain'
  | 'sign-in-paused'
  | 'sign-in-not-asked'
  /** It asks for the sign-in, and the user has not agreed that it gets one. */
  | 'not-agreed'
  | 'aborted';

/** Told of each hop that no connection comes about to: why, and whether that was known before. */
export type OnPassedBy = (error: UpstreamError, isKnown: boolean) => void;

/** A failure between Latchkey and the next hop. The message states facts and holds no secret. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';

  constructor(
    readonly code: UpstreamErrorCode,
    readonly hop: Hop,
    message: string,
    options?: ErrorOptions & {
      readonly offered?: readonly string[];
      readonly retryAfterMs?: number | undefined;
      readonly receivedStatus?: number | undefined;
      readonly domains?: UpstreamError['domains'];
      readonly method?: SignInMethod;
    },
  ) {
    super(message, options);
    this.offered = options?.offered ?? [];
    this.retryAfterMs = options?.retryAfterMs ?? 0;
    this.receivedStatus = options?.receivedStatus;
    this.domains = options?.domains;
    this.method = options?.method;
  }

  /** The same error, and the status that was received all the same. */
  withStatus(receivedStatus: number | undefined): UpstreamError {
    if (receivedStatus === undefined) return this;
    const { code, hop, message, cause } = this;
    return new UpstreamError(code, hop, message, { cause, receivedStatus });
  }

  /** The authentication schemes that were offered instead of NTLM. */
  readonly offered: readonly string[];
  /** When it is worth trying again, for logon-unclear and logon-lost; otherwise 0. */
  readonly retryAfterMs: number;
  /** The status of the final answer, when its status line had come: what followed was wrong, or missing. */
  readonly receivedStatus: number | undefined;
  /** For other-domain: the one that the company proxy names, and the one that it has always named. */
  readonly domains: { readonly named: string; readonly known: string } | undefined;
  /** For method-not-offered: the one that the user has chosen. */
  readonly method: SignInMethod | undefined;
}

const connectFailures: ReadonlySet<UpstreamErrorCode> = new Set([
  'name-not-found',
  'connection-refused',
  'connect-timed-out',
  'unreachable',
  'local-network-denied',
  'untrusted-certificate',
]);

/** Whether no connection came about, so that nothing was sent. */
export function isConnectFailure(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && connectFailures.has(error.code);
}
