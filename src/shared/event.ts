import type { Problem } from './problem';
import type { Account, HostPort } from './settings';

/** How a request was routed: through a company proxy, straight to the origin, or answered by Latchkey itself. */
export type RouteTaken =
  | { readonly kind: 'upstream' }
  | { readonly kind: 'direct'; readonly rule: string }
  | { readonly kind: 'local' };

/** What happened below, told upward. Holds no secret: neither hashes nor header values. */
export type EngineEvent =
  | { readonly kind: 'logon-sent'; readonly upstream: HostPort; readonly account: Account }
  | { readonly kind: 'logon-accepted'; readonly upstream: HostPort; readonly account: Account }
  | { readonly kind: 'logon-refused'; readonly upstream: HostPort; readonly account: Account }
  | { readonly kind: 'logon-unanswered'; readonly upstream: HostPort; readonly account: Account }
  | { readonly kind: 'upstream-changed'; readonly upstream: HostPort }
  | {
      readonly kind: 'request-finished';
      readonly method: string;
      readonly target: HostPort | undefined;
      readonly route: RouteTaken | undefined;
      /** The status that the client got; undefined when it got none. */
      readonly status: number | undefined;
      readonly durationMs: number;
      readonly problem: Problem | undefined;
    };
