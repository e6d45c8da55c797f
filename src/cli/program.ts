import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { exitCodes } from './cli-error';
import { toolboxOn } from './new-command';
import { configurationCommands } from './table/configuration-commands';
import { ownCommands } from './table/own-commands';
import { proxyCommands } from './table/proxy-commands';
import { runningCommands } from './table/running-commands';
import { serviceCommands } from './table/service-commands';
import { socksCommands } from './table/socks-commands';
import { updateCommands } from './table/update-commands';
import type { Terminal } from './terminal';

/**
 * Every command with its options, arguments, help and examples: what is parsed, what `help` says, and what completions and the
 * manual are made of. Each loads its own code when it is called, so that none waits for what only another one needs.
 *
 * @param end gets the exit code
 */
export function createProgram(terminal: Terminal, end: (exitCode: number) => void): CommandUnknownOpts {
  const toolbox = toolboxOn(terminal, end);
  const program: CommandUnknownOpts = toolbox
    .command('latchkey', {
      summary: 'signs in to the company proxy (NTLM), so that no other program has to',
      examples: [
        ['latchkey run --config FILE', 'the local proxy; FILE is a cntlm.conf as it stands'],
        ['latchkey status', 'how it is'],
        ['latchkey help credential set', 'all about one command'],
      ],
    })
    .version(__LATCHKEY_VERSION__, '-V, --version', 'print the version')
    // `run` ends in order, and by itself.
    .hook('preAction', (_, called) => {
      if (called.name() !== 'run') terminal.endOnInterrupt();
    });
  const commands = [
    ...proxyCommands(toolbox),
    ...socksCommands(toolbox),
    ...runningCommands(toolbox),
    ...configurationCommands(toolbox),
    ...serviceCommands(toolbox),
    ...updateCommands(toolbox),
    ...ownCommands(program, toolbox),
  ];
  for (const each of commands) program.addCommand(each);
  return program;
}

/** Runs the command that these arguments name. @returns its exit code @throws CliError */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // The parser throws to end a command whose help has been shown.
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode;
  }
  return exitCode;
}
