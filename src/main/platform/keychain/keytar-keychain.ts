import { KeychainError, type KeychainErrorCode } from './keychain-error';
import { askKeychainState } from './keychain-state';
import { TaskQueue } from '../../../shared/task-queue';
import type { Keychain } from '../ports';
import type { MacCommand } from '../macos/run-mac-command';

/** The part of keytar that is used. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

export interface KeytarKeychainOptions {
  /** Under which the entries are kept. */
  readonly service?: string;
  readonly platform?: NodeJS.Platform;
  /** How keytar is loaded. */
  readonly load?: () => Promise<Keytar>;
  /** macOS's command for the Keychain. */
  readonly security?: MacCommand;
}

/** A Keychain that may keep its answer for as long as macOS asks the user. */
export interface KeytarKeychain extends Keychain {
  /** Whether an answer is due: a thread waits for it, and keeps the process from ending. */
  readonly isWaiting: boolean;
}

/** The user may be looking at macOS's question for the Keychain's password. */
const securityTimeoutMs = 60_000;

/**
 * What the Security framework in English and libsecret say, through keytar; there are no codes. In other languages keytar passes
 * the text of that language, or `An unknown error occurred.` where it has an umlaut.
 */
const texts: readonly (readonly [RegExp, KeychainErrorCode])[] = [
  // errSecInteractionNotAllowed, and a locked collection of the Secret Service.
  [/interaction is not allowed|locked collection|is locked/i, 'locked'],
  // errSecAuthFailed after Deny, and errSecUserCanceled.
  [/passphrase you entered is not correct|user cancell?ed|dismissed/i, 'denied'],
  // errSecNoSuchKeychain, errSecNotAvailable, and no Secret Service on the bus.
  [/keychain could not be found|no keychain is available|d-?bus|secrets was not provided/i, 'absent'],
];

/** keytar is optional: where it could not be built, importing it fails. */
async function importKeytar(): Promise<Keytar> {
  const { default: keytar } = await import('keytar');
  return keytar;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split('\n', 1)[0]?.trim() || error.name : 'unknown error';
}

function notBuilt(platform: NodeJS.Platform, cause: unknown): KeychainError {
  const before = platform === 'darwin' ? '' : 'install libsecret-1-dev, then ';
  // npm removes an optional package that could not be built, so there is nothing left to rebuild.
  const remedy = `${before}run \`npm ci\` in Latchkey's folder`;
  const message = `keytar, which asks the Keychain, was not built or cannot be loaded: ${remedy}`;
  return new KeychainError('not-built', message, { cause });
}

const macRemedies: Readonly<Partial<Record<KeychainErrorCode, string>>> = {
  locked: 'it is locked: unlock it in Keychain Access, or with `security unlock-keychain`',
  denied: 'this program was not given access: choose Always Allow when macOS asks',
};

/**
 * The Keychain through keytar, which is loaded on first use. One call after the other: the user is not asked two things at
 * once, and whoever reads what is being read already shares the answer.
 */
export function keytarKeychain({
  service = 'Latchkey',
  platform = process.platform,
  load = importKeytar,
  security = { file: '/usr/bin/security', timeoutMs: securityTimeoutMs },
}: KeytarKeychainOptions = {}): KeytarKeychain {
  const isMac = platform === 'darwin';
  const codeOf = async (reason: string): Promise<KeychainErrorCode> => {
    const known = texts.find(([pattern]) => pattern.test(reason))?.[1];
    if (known !== undefined || !isMac) return known ?? 'failed';
    const state = await askKeychainState(security);
    // It is the entry that was kept from us.
    return state === 'open' ? 'denied' : (state ?? 'failed');
  };
  const calls = new TaskQueue();
  const reads = new Map<string, Promise<string | undefined>>();
  let waiting = 0;
  const use = <T>(action: (keytar: Keytar) => Promise<T>): Promise<T> => {
    waiting += 1;
    return calls.run(() => attempt(action)).finally(() => (waiting -= 1));
  };
  const attempt = async <T>(action: (keytar: Keytar) => Promise<T>): Promise<T> => {
    let keytar: Keytar;
    try {
      keytar = await load();
    } catch (error) {
      throw notBuilt(platform, error);
    }
    try {
      return await action(keytar);
    } catch (error) {
      const reason = reasonOf(error);
      const code = await codeOf(reason);
      const why = (isMac ? macRemedies[code] : undefined) ?? reason;
      throw new KeychainError(code, `the Keychain cannot be used: ${why}`, { cause: error });
    }
  };
  return {
    get isWaiting() {
      return waiting > 0;
    },
    read: (account) => {
      const read =
        reads.get(account) ??
        use(async (keytar) => (await keytar.getPassword(service, account)) ?? undefined).finally(() =>
          reads.delete(account),
        );
      reads.set(account, read);
      return read;
    },
    write: (account, secret) => use((keytar) => keytar.setPassword(service, account, secret)),
    remove: (account) => use((keytar) => keytar.deletePassword(service, account)),
  };
}
