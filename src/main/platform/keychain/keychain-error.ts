/**
 * Why a secret cannot be read or stored. `not-built`: keytar, which asks the Keychain, is not there; `absent`: there is no
 * Keychain; `locked`: nobody has opened it; `denied`: this program was not given access; `failed`: any other reason.
 */
export type KeychainErrorCode = 'not-built' | 'absent' | 'locked' | 'denied' | 'failed';

/** A secret cannot be read or stored. The message says why and holds no secret. */
export class KeychainError extends Error {
  override readonly name = 'KeychainError';

  constructor(
    readonly code: KeychainErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
