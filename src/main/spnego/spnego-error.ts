/** What is wrong with a token that came from the network. */
export type SpnegoErrorCode = 'truncated' | 'bad-length' | 'unexpected-tag' | 'not-spnego' | 'bad-value';

/** A token that cannot be used. The text states facts and holds nothing of the token. */
export class SpnegoError extends Error {
  override readonly name = 'SpnegoError';

  constructor(
    readonly code: SpnegoErrorCode,
    message: string,
  ) {
    super(message);
  }
}
