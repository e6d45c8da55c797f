import { basename } from 'node:path';
import { type MacCommand, runMacCommand } from '../macos/run-mac-command';

/** A start file may do as it likes; nobody waits for it longer than this. */
const timeoutMs = 5_000;

/** The user's zsh, or the one that every Mac has. */
export function userZsh({ SHELL: shell = '' }: NodeJS.ProcessEnv): MacCommand {
  return { file: basename(shell) === 'zsh' ? shell : '/bin/zsh', timeoutMs };
}

/**
 * Where zsh reads .zshrc from: what ZDOTDIR is once it has read /etc/zshenv and ~/.zshenv, which every zsh does. These set it
 * as a rule, and an app that the Finder has opened knows nothing of that. Zsh is asked, as only it can read them: what is in
 * them are commands. It runs nothing else of the user's, without a terminal, and what they print is not taken for the answer.
 *
 * @returns empty where it is not set; undefined when zsh gives no answer
 */
export async function askZdotdir(
  zsh: MacCommand,
  home: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const question = String.raw`builtin printf '\0%s\0' "$ZDOTDIR"`;
  const result = await runMacCommand({ ...zsh, env: { ...env, HOME: home } }, ['-c', question]);
  if (result.kind !== 'ended') return undefined;
  return [...result.stdout.matchAll(/\0([^\0]*)\0/g)].at(-1)?.[1];
}
