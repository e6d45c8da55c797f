import type { AppProblem } from '../../shared/app-problem';
import { KeychainError } from '../platform/keychain/keychain-error';

/** Why the Keychain did not do what was asked. @throws what is no KeychainError: a bug */
export function keychainProblem(error: unknown): AppProblem {
  if (!(error instanceof KeychainError)) throw error;
  const { code, message: detail } = error;
  return code === 'failed' ? { kind: 'keychain-failed', detail } : { kind: `keychain-${code}` };
}
