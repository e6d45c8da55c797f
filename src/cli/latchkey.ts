#!/usr/bin/env node
import { CliError, exitCodes } from './cli-error';
import { useCompileCache } from './compile-cache';
import { paintError } from './style';
import { processTerminal } from './terminal';

/** Whoever reads standard output has had enough, as `head` has: what is left is for nobody. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.readerGone);
}

/** The entry file of the command line: turns what a command throws into lines and an exit code. */
async function main(): Promise<number> {
  const terminal = processTerminal();
  process.stdout.on('error', endWithReader);
  const args = process.argv.slice(2);
  // Without loading anything else: scripts ask for it.
  if (args.length === 1 && (args[0] === '--version' || args[0] === 'version')) {
    terminal.out(__LATCHKEY_VERSION__);
    return exitCodes.ok;
  }
  useCompileCache(process.env, process.platform);
  try {
    const { runProgram } = await import('./program');
    return await runProgram(args, terminal);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    for (const line of error.lines) terminal.err(paintError(line, terminal.errStyle));
    return error.exitCode;
  }
}

/** Resolves when all is done; the exit code is in `process.exitCode`. Whoever hosts this in another program than Node waits for it. */
export const ended: Promise<void> = main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    // A bug: tell all that is known of it, for a report.
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`latchkey: internal error: ${trace}\n`);
    process.exitCode = exitCodes.failure;
  },
);
