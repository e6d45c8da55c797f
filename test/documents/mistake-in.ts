import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { CliError } from '../../src/cli/cli-error';
import { createProgram } from '../../src/cli/program';
import { fakeTerminal } from '../fake-terminal';

/** What may be missing where a command line is only mentioned: `run --pac`, `import`. */
const unfinished: ReadonlySet<string> = new Set([
  'commander.help',
  'commander.missingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.optionMissingArgument',
]);

/** The table of the program, whose commands do nothing. */
const idleProgram = createProgram(fakeTerminal({}), () => undefined);
makeIdle(idleProgram);

function makeIdle(command: CommandUnknownOpts): void {
  command.exitOverride((error) => {
    throw error;
  });
  if (command.commands.length === 0) command.action(() => undefined);
  for (const each of command.commands) makeIdle(each);
}

/**
 * What the program's own table finds wrong in these arguments; undefined where it takes them.
 *
 * @param isMention whether values and arguments may be left out
 */
export function mistakeIn(args: readonly string[], isMention = false): string | undefined {
  try {
    idleProgram.parse(args, { from: 'user' });
    return undefined;
  } catch (error) {
    if (error instanceof CliError) return error.message;
    if (!(error instanceof CommanderError)) throw error;
    const isFine = error.exitCode === 0 || (isMention && unfinished.has(error.code));
    return isFine ? undefined : error.message;
  }
}

/** Every option of the table as it is typed, `--port` and `-p`. */
export function optionNames(): ReadonlySet<string> {
  const names = (command: CommandUnknownOpts): string[] => [
    ...command.options.flatMap(({ short, long }) => [short ?? '', long ?? '']),
    ...command.commands.flatMap(names),
  ];
  return new Set(['-h', '--help', ...names(idleProgram)].filter(Boolean));
}

/** The words that a command line can begin with. */
export function commandNames(): ReadonlySet<string> {
  return new Set(idleProgram.commands.map((command) => command.name()));
}

/** Those that another word follows, as `credential`. */
export function commandGroups(): ReadonlySet<string> {
  return new Set(
    idleProgram.commands.filter(({ commands }) => commands.length > 0).map((command) => command.name()),
  );
}
