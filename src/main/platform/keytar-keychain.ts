import { KeychainError } from './keychain-error';
import type { Keychain } from './ports';

/** The part of keytar that is used. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

/** keytar is optional: where it could not be built, importing it fails. */
async function importKeytar(): Promise<Keytar> {
  const { default: keytar } = await import('keytar');
  return keytar;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n', 1)[0]?.trim() || error.name : 'unknown error';
}

/**
 * The Keychain through keytar, which is loaded on first use.
 *
 * @param service under which the entries are kept
 * @param load how keytar is loaded
 */
export function keytarKeychain(service = 'Latchkey', load: () => Promise<Keytar> = importKeytar): Keychain {
  const use = async <T>(action: (keytar: Keytar) => Promise<T>): Promise<T> => {
    let keytar: Keytar;
    try {
      keytar = await load();
    } catch (error) {
      const remedy = 'on Linux install libsecret-1-dev and run `npm ci` again';
      throw new KeychainError('absent', `keytar, which reads the Keychain, is not installed: ${remedy}`, {
        cause: error,
      });
    }
    try {
      return await action(keytar);
    } catch (error) {
      throw new KeychainError('refused', `the Keychain cannot be used: ${reasonOf(error)}`, { cause: error });
    }
  };
  return {
    read: (account) => use(async (keytar) => (await keytar.getPassword(service, account)) ?? undefined),
    write: (account, secret) => use((keytar) => keytar.setPassword(service, account, secret)),
    remove: (account) => use((keytar) => keytar.deletePassword(service, account)),
  };
}
