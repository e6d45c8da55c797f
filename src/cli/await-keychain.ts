import { defaultKeychainWaitMs } from '../main/app/keychain-wait';
import type { Terminal } from './terminal';

/** Waits for the Keychain for as long as it takes, and says so when that may be because macOS asks the user. */
export async function awaitKeychain<T>(
  answer: Promise<T>,
  terminal: Pick<Terminal, 'err'>,
  waitMs = defaultKeychainWaitMs,
): Promise<T> {
  const timer = setTimeout(() => {
    terminal.err('latchkey: the Keychain has not answered yet: macOS may be asking you');
  }, waitMs);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}
