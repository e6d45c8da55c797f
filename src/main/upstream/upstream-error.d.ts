import type { Hop } from '../../shared/problem';
/** What can go wrong on the road to a hop; the names follow RFC 9209's error types where it has one. */
export type UpstreamErrorCode =
  | 'name-not-found'
  | 'connection-refused'
  | 'connect-timed-out'
  | 'unreachable'
  | 'closed-early'
  | 'silent'
  | 'broken-answer'
  | 'ntlm-not-offered'
  | 'bad-challenge'
  | 'credential-refused'
  | 'logon-pending'
  | 'aborted';
/** A failure between Latchkey and the next hop. The message states facts and holds no secret. */
export declare class UpstreamError extends Error {
  readonly code: UpstreamErrorCode;
  readonly hop: Hop;
  readonly name = 'UpstreamError';
  constructor(
    code: UpstreamErrorCode,
    hop: Hop,
    message: string,
    options?: ErrorOptions & {
      readonly offered?: readonly string[];
    },
  );
  /** The authentication schemes that were offered instead of NTLM. */
  readonly offered: readonly string[];
}
