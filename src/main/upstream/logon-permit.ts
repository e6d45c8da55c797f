import type { LogonReason } from '../../shared/event';
import type { Credential } from './credential';
import type { Trial } from './trial';

/** The right to send one type 3 message. Of the methods that tell its outcome the first that is called counts. */
export interface LogonPermit {
  readonly credential: Credential;
  readonly reason: LogonReason;
  /** What the logon must be made with; undefined: with the request itself. */
  readonly trial: Trial | undefined;
  /** Whether its URL has worked before, with whatever credential. */
  readonly isOnKnownUrl: boolean;
  /**
   * Whether type 3 may still be sent, to be asked right before: meanwhile the credential may have been refused or replaced,
   * the sign-in paused, or the network changed.
   */
  isDue(): boolean;
  /**
   * Type 3 is about to be sent.
   *
   * @param legMs how long the company proxy took for its challenge
   */
  sending(legMs: number): void;
  accepted(): void;
  /** @param isLasting whether that is worth remembering beyond this network; default: it is */
  refused(isLasting?: boolean): void;
  /**
   * The logon was sent and its outcome will never be known.
   *
   * @param isItsFault whether whoever should have answered may be to blame; default: he may
   */
  unanswered(isItsFault?: boolean): void;
  /** No logon was needed after all. */
  unused(): void;
}
