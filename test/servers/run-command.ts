import { spawn } from 'node:child_process';
import { serverEnvironment } from './search-path';

export interface CommandOptions {
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Its standard input; empty by default. */
  readonly input?: string;
}

export interface CommandResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const endWithinMs = 600_000;

/**
 * Runs a command to its end.
 *
 * @throws Error when there is no such program
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { env = {}, input = '' }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'pipe',
      env: { ...serverEnvironment(), ...env },
      timeout: endWithinMs,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
    // A command that ends without having read its input is no failure of this function.
    child.stdin.on('error', () => child.stdin.destroy());
    child.stdin.end(input);
  });
}
