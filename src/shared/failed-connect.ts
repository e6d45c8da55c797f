/** A TCP connection that did not come about. */
export interface FailedConnect {
  /** The name of the error, as `EHOSTUNREACH`. */
  readonly errno: string;
  /** The IP address that was tried, if it came to that. */
  readonly address: string | undefined;
  /** How long it took once the name was resolved, in milliseconds. */
  readonly afterMs: number;
}

/** Whether it is this Mac itself that forbids a connection, so that its failure says nothing about the other end. */
export type IsForbiddenByMac = (failed: FailedConnect) => boolean;
