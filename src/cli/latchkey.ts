#!/usr/bin/env node
import { check } from './check';
import { CliError, exitCodes } from './cli-error';
import { credential } from './credential';
import { env } from './env';
import { exportConf } from './export-conf';
import { hash } from './hash';
import { importConf } from './import-conf';
import { run } from './run';
import { status } from './status';
import { restore, systemProxy } from './system-proxy';
import { processTerminal } from './terminal';
import { usage } from './usage';

/** The entry file of the command line: picks the command, and turns what it throws into a line and an exit code. */
async function main(): Promise<number> {
  const terminal = processTerminal();
  const [command, ...args] = process.argv.slice(2);
  try {
    switch (command) {
      case 'run':
        return await run(args, terminal);
      case 'hash':
        return await hash(args, terminal);
      case 'check':
        return await check(args, terminal);
      case 'credential':
        return await credential(args, terminal);
      case 'status':
        return await status(args, terminal);
      case 'system-proxy':
        return await systemProxy(args, terminal);
      case 'restore':
        return await restore(args, terminal);
      case 'env':
        return await env(args, terminal);
      case 'import':
        return await importConf(args, terminal);
      case 'export':
        return await exportConf(args, terminal);
      case '--version':
        terminal.out(__LATCHKEY_VERSION__);
        return exitCodes.ok;
      case '--help':
      case '-h':
      case 'help':
        terminal.out(usage);
        return exitCodes.ok;
      case undefined:
        terminal.err(usage);
        return exitCodes.badConfiguration;
      default:
        terminal.err(`latchkey: there is no command \`${command}\`; \`latchkey --help\` lists them`);
        return exitCodes.badConfiguration;
    }
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    for (const line of error.lines) terminal.err(line);
    return error.exitCode;
  }
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    // A bug: tell all that is known of it, for a report.
    process.stderr.write(
      `latchkey: internal error: ${error instanceof Error ? (error.stack ?? error.message) : ''}\n`,
    );
    process.exitCode = exitCodes.failure;
  },
);
