import type { RouteTaken } from './event';
import type { Problem } from './problem';
import type { HostPort } from './settings';

/** One thing that was decided or found out on the way of a request. */
export type TraceStep =
  | { readonly kind: 'rule'; readonly rule: string | undefined; readonly atMs: number }
  | {
      readonly kind: 'route';
      readonly route: 'upstream' | 'direct' | 'local' | 'refused';
      readonly atMs: number;
    }
  | { readonly kind: 'upstream'; readonly upstream: HostPort; readonly atMs: number }
  | { readonly kind: 'sign-in'; readonly hasLogon: boolean; readonly atMs: number }
  | { readonly kind: 'answer'; readonly status: number | undefined; readonly atMs: number };

/** A request in the activity list. Holds the host and port asked for, no path and no header. */
export interface ActivityRow {
  /** Grows by one with each row. */
  readonly id: number;
  /** The row of the same request that this one takes the place of: that of a tunnel which has ended. */
  readonly replaces?: number;
  readonly method: string;
  readonly target: HostPort | undefined;
  readonly route: RouteTaken | undefined;
  /** The status that the client got; undefined when it got none. */
  readonly status: number | undefined;
  /** Milliseconds since 1970 at which it ended. */
  readonly endedMs: number;
  readonly durationMs: number;
  /** Bytes to the client and from it; undefined while a tunnel is open. */
  readonly downBytes: number | undefined;
  readonly upBytes: number | undefined;
  readonly problem: Problem | undefined;
  /** What was decided and why, in order; `atMs` counts from the arrival of the request. */
  readonly trace: readonly TraceStep[];
}
