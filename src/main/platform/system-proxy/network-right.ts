import { type MacCommand, runMacCommand } from '../macos/run-mac-command';

export interface NetworkRightCommands {
  readonly id: MacCommand;
  readonly security: MacCommand;
}

/**
 * Whether macOS will ask for an administrator's password before it lets this user change network settings: standard users
 * always, administrators where "Require an administrator password to access system-wide settings" is on. A hint, to be
 * said before the click; what counts is what networksetup answers.
 *
 * @returns undefined when it cannot be told
 */
export async function asksForPassword(
  { id, security }: NetworkRightCommands,
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  const groups = await runMacCommand(id, ['-Gn'], signal);
  if (groups.kind !== 'ended' || groups.exitCode !== 0) return undefined;
  if (!groups.stdout.trim().split(' ').includes('admin')) return true;
  const right = await runMacCommand(
    security,
    ['authorizationdb', 'read', 'system.preferences.network'],
    signal,
  );
  if (right.kind !== 'ended' || right.exitCode !== 0) return undefined;
  const shared = /<key>shared<\/key>\s*<(true|false)\/>/.exec(right.stdout)?.[1];
  return shared === undefined ? undefined : shared === 'false';
}
