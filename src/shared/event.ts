import type { TraceStep } from './activity';
import type { CalendarDay } from './calendar-day';
import type { CredentialStanding, Reachability } from './engine-state';
import type { KerberosTrouble } from './kerberos';
import type { Problem } from './problem';
import type { RouteTaken } from './route-taken';
import type { Account, HostPort, SignInMethod, Upstream } from './settings';

/**
 * Why a logon is made: for a request; to prove the credential anew with a URL that is known to work; to tell a forbidden
 * URL from a dead password; because the answer to another one is slow, or was lost; to try a credential before it is put
 * to use; or to have a connection ready before somebody needs it.
 */
export type LogonReason =
  | 'request'
  | 'proof'
  | 'second-opinion'
  | 'slow-answer'
  | 'lost-answer'
  | 'check'
  | 'spare';

/** Why what is known of the network is forgotten. */
export type EpochReason = 'network-changed' | 'woke';

/** Bytes to a client (down) and from it (up). */
export interface ByteCount {
  readonly down: number;
  readonly up: number;
}

/** What happened below, told upward. Holds no secret: neither hashes nor header values. */
export type EngineEvent =
  | {
      readonly kind: 'logon-sent';
      readonly upstream: HostPort;
      readonly account: Account;
      readonly reason: LogonReason;
    }
  | {
      readonly kind: 'logon-accepted';
      readonly upstream: HostPort;
      readonly account: Account;
      readonly method: SignInMethod;
    }
  | { readonly kind: 'logon-refused'; readonly upstream: HostPort; readonly account: Account }
  | { readonly kind: 'logon-unanswered'; readonly upstream: HostPort; readonly account: Account }
  | {
      readonly kind: 'credential-standing';
      readonly account: Account;
      readonly standing: CredentialStanding;
    }
  /** Another credential has been checked and has taken over. */
  | { readonly kind: 'credential-changed'; readonly account: Account }
  | { readonly kind: 'sign-in-paused'; readonly isPaused: boolean }
  /** The company proxy answers 407 for a URL of this host although it has accepted the credential since. */
  | { readonly kind: 'target-refused'; readonly account: Account; readonly host: string }
  /** By the maximum age that the user has set; nobody was asked. */
  | {
      readonly kind: 'password-expiring';
      readonly account: Account;
      readonly maxAgeDays: number;
      readonly expiresOn: CalendarDay;
      /** 0 on the day itself, negative after it. */
      readonly daysLeft: number;
    }
  /** A ticket has signed in a connection, or could not be used for that: NTLM is, then. Told when it changes. */
  | {
      readonly kind: 'kerberos';
      readonly upstream: HostPort;
      readonly trouble: KerberosTrouble | undefined;
    }
  /** The PAC names a company proxy to which the user has not agreed: it gets no sign-in. Told once. */
  | { readonly kind: 'proxy-not-agreed'; readonly upstream: Upstream }
  | { readonly kind: 'upstream-down'; readonly upstream: HostPort; readonly problem: Problem }
  | { readonly kind: 'upstream-up'; readonly upstream: HostPort }
  /** New connections go there from now on. */
  | { readonly kind: 'upstream-changed'; readonly upstream: HostPort }
  | { readonly kind: 'reachability'; readonly reachability: Reachability }
  /** No connection can be made or taken for want of file descriptors. Told once, and again only after it has been over. */
  | { readonly kind: 'out-of-descriptors' }
  | { readonly kind: 'network-epoch'; readonly reason: EpochReason }
  | {
      readonly kind: 'request-finished';
      /** Grows by one with each request. */
      readonly id: number;
      readonly method: string;
      readonly target: HostPort | undefined;
      readonly route: RouteTaken | undefined;
      /** The status that the client got; undefined when it got none. */
      readonly status: number | undefined;
      readonly durationMs: number;
      readonly problem: Problem | undefined;
      /** Bytes to the client and from it, heads included; undefined when a tunnel was opened: its end tells them. */
      readonly bytes: ByteCount | undefined;
      readonly trace: readonly TraceStep[];
    }
  /** A request of Latchkey's own has ended, which keeps a connection to the company proxy ready. */
  | {
      readonly kind: 'own-request';
      readonly upstream: HostPort;
      readonly method: string;
      readonly target: HostPort | undefined;
      /** Whether a connection was signed in with it, rather than used lest it grows old. */
      readonly hasLogon: boolean;
      /** Undefined when there was no answer to it. */
      readonly status: number | undefined;
      readonly durationMs: number;
    }
  /** The tunnel that the request with this id has opened. `durationMs` counts from the request's arrival. */
  | {
      readonly kind: 'tunnel-ended';
      readonly id: number;
      readonly durationMs: number;
      readonly bytes: ByteCount;
    };
