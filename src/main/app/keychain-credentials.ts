import { type Account, formatAccount } from '../../shared/settings';
import type { CredentialBook, Keychain } from '../platform/ports';
import type { Credential } from '../upstream/credential';
import type { CredentialSource, FoundCredentials } from './credential-source';
import { keychainProblem } from './keychain-problem';

const hashDigits = /^[0-9A-F]{32}$/i;

/** The credential as the Keychain keeps it: the NTLMv2 hash, in 32 hexadecimal digits. */
export function keychainCredentials(keychain: Keychain, memory: CredentialBook): CredentialSource {
  const find = async (account: Account): Promise<FoundCredentials> => {
    let digits: string | undefined;
    try {
      digits = await keychain.read(formatAccount(account));
    } catch (error) {
      return { kind: 'trouble', problem: keychainProblem(error) };
    }
    if (digits === undefined) return { kind: 'missing' };
    if (!hashDigits.test(digits)) {
      const detail = `what it holds for ${formatAccount(account)} is not what Latchkey has stored there`;
      return { kind: 'trouble', problem: { kind: 'keychain-failed', detail } };
    }
    const credential: Credential = { account, ntowfv2: Buffer.from(digits, 'hex') };
    const known = await memory.recall(account, credential.ntowfv2);
    const refusedAtMs = known?.outcome === 'refused' ? known.atMs : undefined;
    return { kind: 'found', credentials: [credential], refusedAtMs };
  };
  return {
    find,
    remember: ({ account, ntowfv2 }, outcome) => memory.remember(account, ntowfv2, outcome, Date.now()),
  };
}
