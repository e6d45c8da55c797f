import type { Shell } from '../../shared/terminal-commands';
import { exitCodes } from '../cli-error';
import type { CommandPicture } from '../command-picture';
import { bashCompletion } from '../completion/bash';
import { fishCompletion } from '../completion/fish';
import { zshCompletion } from '../completion/zsh';
import type { Terminal } from '../terminal';

const scripts: Readonly<Record<Shell, (program: CommandPicture) => string>> = {
  zsh: zshCompletion,
  bash: bashCompletion,
  fish: fishCompletion,
};

/** `latchkey completion`: prints the script that completes its command lines in a shell. */
export async function completion(shell: Shell, program: CommandPicture, terminal: Terminal): Promise<number> {
  terminal.out(scripts[shell](program).trimEnd());
  return exitCodes.ok;
}
