/** The time that a hop is given, in milliseconds. */
export interface HopTimeouts {
  /** Name resolution and TCP connection together. */
  readonly connectMs: number;
  /** From the end of a request that asks only for a challenge to the end of the answer's head. */
  readonly challengeMs: number;
  /** From the end of a request to the end of the answer's head. Default: none, as origins may think for as long as they like. */
  readonly answerMs?: number;
  /** Silence in the middle of a message, in either direction. Default: none; TCP keep-alive finds a peer that is gone. */
  readonly idleMs?: number;
  /** A URL that takes longer is not signed in with before somebody needs a connection. Default: 500. */
  readonly quickMs?: number;
}

export const defaultHopTimeouts: HopTimeouts = {
  connectMs: 10_000,
  challengeMs: 30_000,
};
