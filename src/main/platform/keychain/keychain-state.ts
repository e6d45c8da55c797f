import { type MacCommand, runMacCommand } from '../macos/run-mac-command';

export type KeychainState = 'open' | 'locked' | 'absent';

/** The exit code of `security` for an error of the Security framework: the low byte of its OSStatus. */
function exitCodeOf(status: number): number {
  return status & 0xff;
}

const states: ReadonlyMap<number, KeychainState> = new Map([
  [0, 'open'],
  // errSecInteractionNotAllowed: locked, and there is nobody at the screen who could be asked, as over ssh.
  [exitCodeOf(-25_308), 'locked'],
  // errSecAuthFailed and errSecUserCanceled: what became of macOS's question for the Keychain's password.
  [exitCodeOf(-25_293), 'locked'],
  [exitCodeOf(-128), 'locked'],
  // errSecNoSuchKeychain, errSecNotAvailable, errSecNoDefaultKeychain.
  [exitCodeOf(-25_294), 'absent'],
  [exitCodeOf(-25_291), 'absent'],
  [exitCodeOf(-25_307), 'absent'],
]);

/**
 * How it is with the user's default Keychain, by exit codes, which are the same in every language. What is asked for are
 * its settings: no entry and no secret is touched. Where it is locked and the user is there, macOS may ask for its password;
 * as long as that question stands it is locked.
 *
 * @returns undefined when it cannot be told
 */
export async function askKeychainState(security: MacCommand): Promise<KeychainState | undefined> {
  const result = await runMacCommand(security, ['show-keychain-info']);
  if (result.kind === 'stopped') return 'locked';
  return result.kind === 'ended' ? states.get(result.exitCode) : undefined;
}
