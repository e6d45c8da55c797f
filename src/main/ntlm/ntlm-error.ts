/** What is wrong with a message that came from the network. */
export type NtlmErrorCode =
  | 'not-ntlm'
  | 'wrong-type'
  | 'truncated'
  | 'bad-length'
  | 'bad-text'
  | 'not-agreed';

/** A message that cannot be used. The text states facts and holds nothing of the message. */
export class NtlmError extends Error {
  override readonly name = 'NtlmError';

  constructor(
    readonly code: NtlmErrorCode,
    message: string,
  ) {
    super(message);
  }
}
