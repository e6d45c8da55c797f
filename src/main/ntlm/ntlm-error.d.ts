/** What is wrong with a message that came from the network. */
export type NtlmErrorCode = 'not-ntlm' | 'wrong-type' | 'truncated' | 'bad-length' | 'bad-text';
/** A message that cannot be used. The text states facts and holds nothing of the message. */
export declare class NtlmError extends Error {
  readonly code: NtlmErrorCode;
  readonly name = 'NtlmError';
  constructor(code: NtlmErrorCode, message: string);
}
