import type { AppProblem } from '../../shared/state';
import { KeychainError } from '../platform/keychain-error';

/** What the Security framework and libsecret say, through keytar; there are no codes. */
const texts: readonly (readonly [RegExp, AppProblem['kind'] & `keychain-${string}`])[] = [
  // errSecInteractionNotAllowed, and a locked collection of the Secret Service.
  [/interaction is not allowed|locked collection|is locked/i, 'keychain-locked'],
  // errSecAuthFailed after Deny, and errSecUserCanceled.
  [/passphrase you entered is not correct|user cancell?ed|dismissed/i, 'keychain-denied'],
  // errSecNoSuchKeychain, errSecNotAvailable, and no Secret Service on the bus.
  [
    /keychain could not be found|no keychain is available|d-?bus|secrets was not provided/i,
    'keychain-absent',
  ],
];

/** Why the Keychain did not do what was asked. @throws what is no KeychainError: a bug */
export function keychainProblem(error: unknown): AppProblem {
  if (!(error instanceof KeychainError)) throw error;
  if (error.code === 'absent') return { kind: 'keychain-absent' };
  const kind = texts.find(([pattern]) => pattern.test(error.message))?.[1];
  if (kind === undefined || kind === 'keychain-failed') {
    return { kind: 'keychain-failed', detail: error.message };
  }
  return { kind };
}
