import { fileURLToPath } from 'node:url';
import { type CommandOptions, type CommandResult, runCommand } from './run-command';

const script = fileURLToPath(new URL('with-secret-service.sh', import.meta.url));

/**
 * Runs a command in a D-Bus session of its own, with a Secret Service (gnome-keyring) that is unlocked, empty and gone
 * afterwards. Its exit code is 125 when the Secret Service does not come up.
 */
export function runWithSecretService(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return runCommand('bash', [script, command, ...args], options);
}
