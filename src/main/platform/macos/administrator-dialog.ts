import { macLocale } from './mac-locale';
import { type MacCommand, runMacCommand } from './run-mac-command';

/** What became of the question for an administrator's password. */
export type DialogOutcome =
  /** The commands were run; what each of them did has to be looked at. */
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly detail: string };

/** errAuthorizationCanceled and userCanceledErr, in what osascript prints whatever the language. */
const cancelled = /\(-128\)/;

/** An argument of a shell command: within single quotes nothing has a meaning but a single quote. */
export function quoteForShell(argument: string): string {
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

/** A string of AppleScript. */
export function quoteForAppleScript(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}

/** The AppleScript that runs these commands as root, after one question for an administrator's password. */
export function administratorScript(commands: readonly (readonly string[])[], prompt: string): string {
  // One that fails must not stop the others, and what they did is read back anyway.
  const lines = commands.map((command) => command.map(quoteForShell).join(' '));
  // The shell of AppleScript has an environment of its own.
  const batch = [`export LC_ALL=${macLocale.LC_ALL}`, ...lines, 'true'].join('; ');
  return `do shell script ${quoteForAppleScript(batch)} with administrator privileges with prompt ${quoteForAppleScript(prompt)}`;
}

/**
 * Runs commands as root, after one question for an administrator's password. Only ever on a click.
 *
 * @param osascript its time-out is that of the person who is asked
 * @param commands program and arguments each; no secret, as every user can see the arguments of a process
 */
export async function runAsAdministrator(
  osascript: MacCommand,
  commands: readonly (readonly string[])[],
  prompt: string,
  signal?: AbortSignal,
): Promise<DialogOutcome> {
  const result = await runMacCommand(osascript, ['-e', administratorScript(commands, prompt)], signal);
  switch (result.kind) {
    case 'missing':
      return { kind: 'failed', detail: result.detail };
    case 'stopped':
      return { kind: 'failed', detail: 'the question for the password was not answered in time' };
    case 'ended':
      break;
  }
  if (result.exitCode === 0) return { kind: 'done' };
  if (cancelled.test(result.stderr)) return { kind: 'cancelled' };
  const [line = ''] = result.stderr.split('\n', 1);
  return { kind: 'failed', detail: line.replace(/^[\d:]+ execution error: /, '').trim() };
}
