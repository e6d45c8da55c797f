import type { UpdateTrouble } from '../../../shared/updates';

/** What the feed has that is newer. */
export interface Offer {
  readonly version: string;
  /** What is new, a line each. */
  readonly notes: readonly string[];
}

/** Why an update cannot be had; the message is what was said of it. */
export class UpdateError extends Error {
  override readonly name = 'UpdateError';

  constructor(
    readonly why: UpdateTrouble,
    message: string,
  ) {
    super(message);
  }
}

/** Fetches an update and has the system install it. */
export interface Updater {
  /**
   * Asks the feed. Undefined: there is nothing newer.
   *
   * @param port of the local proxy, by which it goes; undefined: by the proxy settings of the system
   * @throws UpdateError
   */
  look(port: number | undefined): Promise<Offer | undefined>;
  /**
   * Loads what the last look has found. Resolves when its signature was found good: from then on it is installed at the next end.
   *
   * @param onShare gets what has come of it, from 0 to 1
   * @throws UpdateError
   */
  load(onShare: (share: number) => void, signal: AbortSignal): Promise<void>;
  /** Ends the app at once and has what was loaded installed; that is then started. @param onFailure gets why it cannot be */
  install(onFailure: (error: unknown) => void): void;
}
