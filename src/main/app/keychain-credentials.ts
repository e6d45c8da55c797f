import { type Account, formatAccount, type SignInMethod } from '../../shared/settings';
import type { CredentialBook, Keychain } from '../platform/ports';
import { markOf } from '../upstream/credential';
import type { CredentialSource, FoundCredentials } from './credential-source';
import { keychainProblem } from './keychain-problem';
import { decodeSecret } from './stored-secret';

/** The credential as the Keychain keeps it; see `encodeSecret`. There is one for an account: that of another method is none. */
export function keychainCredentials(keychain: Keychain, memory: CredentialBook): CredentialSource {
  const find = async (account: Account, method: SignInMethod): Promise<FoundCredentials> => {
    let text: string | undefined;
    try {
      text = await keychain.read(formatAccount(account));
    } catch (error) {
      return { kind: 'trouble', problem: keychainProblem(error) };
    }
    if (text === undefined) return { kind: 'missing' };
    const credential = decodeSecret(text, account);
    if (credential === undefined) {
      const detail = `what it holds for ${formatAccount(account)} is not what Latchkey has stored there`;
      return { kind: 'trouble', problem: { kind: 'keychain-failed', detail } };
    }
    if (credential.method !== method) return { kind: 'missing' };
    const known = await memory.recall(account, markOf(credential));
    const refusedAtMs = known?.outcome === 'refused' ? known.atMs : undefined;
    return { kind: 'found', credentials: [credential], refusedAtMs };
  };
  return {
    find,
    remember: (credential, outcome) =>
      memory.remember(credential.account, markOf(credential), outcome, Date.now()),
  };
}
