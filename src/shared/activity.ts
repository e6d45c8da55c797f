import type { Problem } from './problem';
import type { RouteTaken } from './route-taken';
import type { HostPort } from './settings';

/** One thing that was decided or found out on the way of a request. */
export type TraceStep =
  | { readonly kind: 'rule'; readonly rule: string | undefined; readonly atMs: number }
  /** What the PAC has answered; undefined where it has none, and `detail` says why. */
  | {
      readonly kind: 'pac';
      readonly answer: string | undefined;
      /** The line of the script on which it was returned, where that is known. */
      readonly line?: number;
      readonly detail?: string;
      readonly atMs: number;
    }
  | {
      readonly kind: 'route';
      readonly route: 'upstream' | 'direct' | 'local' | 'refused';
      readonly atMs: number;
    }
  /** No company proxy could be reached: it waits for one. */
  | { readonly kind: 'held'; readonly atMs: number }
  /** No connection to this one: found out now, or known from before. */
  | {
      readonly kind: 'passed-by';
      readonly hop: HostPort;
      readonly why: PassedByReason;
      readonly isKnown: boolean;
      readonly atMs: number;
    }
  | { readonly kind: 'upstream'; readonly upstream: HostPort; readonly atMs: number }
  | { readonly kind: 'sign-in'; readonly hasLogon: boolean; readonly atMs: number }
  | { readonly kind: 'answer'; readonly status: number | undefined; readonly atMs: number };

export type PassedByReason =
  | 'name-not-found'
  | 'connection-refused'
  | 'connect-timed-out'
  | 'unreachable'
  | 'other';

/** What Latchkey has asked for itself, so that connections to a company proxy are ready: many requests are one row. */
export interface OwnRequests {
  readonly count: number;
  /** How many of them have signed in a connection. */
  readonly logonCount: number;
  /** Milliseconds since 1970 at which the first of them ended. */
  readonly sinceMs: number;
}

/** A request in the activity list. Holds the host and port asked for, no path and no header. */
export interface ActivityRow {
  /** Grows by one with each row. */
  readonly id: number;
  /**
   * The first row of the same thing, whose place this one takes, and that of each that came between: of a tunnel which has
   * ended, of requests of Latchkey's own to which more have come.
   */
  readonly replaces?: number;
  /** Of Latchkey's own requests; the rest of the row is what the newest of them was like. */
  readonly own?: OwnRequests;
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

/** A failed request worth a row on the status screen, for as long as what it met is not known to be over. */
export interface LastProblem {
  /** The row of the activity list. */
  readonly id: number;
  readonly target: string;
  readonly atMs: number;
  readonly problem: Problem;
  /** The rule by which it went direct. */
  readonly rule?: string;
}
