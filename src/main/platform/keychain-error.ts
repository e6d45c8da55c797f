/** Why a secret cannot be read or stored. `absent`: keytar or its service is not there; `refused`: it said no. */
export class KeychainError extends Error {
  override readonly name = 'KeychainError';

  constructor(
    readonly code: 'absent' | 'refused',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
