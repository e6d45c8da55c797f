/**
 * - `script`: it does not parse, has no `FindProxyForURL`, or has thrown
 * - `overran`: it took longer than a lookup may, and was ended
 * - `broken`: it has brought the engine down, as by calls that nest without an end
 * - `closed`: nobody asks it any more
 * - `late-name`: it waits for the addresses of a name; it can be asked again once they are known
 */
export type PacErrorCode = 'script' | 'overran' | 'broken' | 'closed' | 'late-name';

/** Why a PAC has given no answer. */
export class PacError extends Error {
  override readonly name = 'PacError';

  /**
   * @param message on one line, without the name of the file
   * @param line of the script, from 1; undefined where none is to blame
   * @param said what it had told by `alert` and `console` before that
   */
  constructor(
    readonly code: PacErrorCode,
    message: string,
    readonly line?: number,
    readonly said: readonly string[] = [],
  ) {
    super(message);
  }
}

/** A script was given up for now, as the addresses of a name were late. */
export class LateNameError extends PacError {
  /** @param lateName empty: the addresses of this machine */
  constructor(readonly lateName: string) {
    super('late-name', `the addresses of ${lateName || 'this computer'} are not known yet`);
  }
}
