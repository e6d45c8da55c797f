import type { CommandUnknownOpts, CommanderError } from '@commander-js/extra-typings';
import { CliError, exitCodes } from './cli-error';
import { eitherOf, usageError } from './option-values';

/** How a command is called, without the program's name: `credential set`. */
export function pathOf(command: CommandUnknownOpts): string {
  const parents: string[] = [];
  for (let each = command; each.parent !== null; each = each.parent) parents.unshift(each.name());
  return parents.join(' ');
}

/** What the parser finds wrong in a command line, in the words of Latchkey. */
export function explainMistake(error: CommanderError, command: CommandUnknownOpts): CliError {
  const path = pathOf(command);
  // The parser says which one in its message alone: error: unknown option '--prot' (Did you mean --port?)
  const [, named = ''] = /'([^']*)'/.exec(error.message) ?? [];
  const [, meant] = /\(Did you mean (?:one of )?(.*)\?\)/.exec(error.message) ?? [];
  const suggestion = meant === undefined ? '' : `; did you mean ${eitherOf(meant.split(', '))}?`;
  const help =
    path === ''
      ? '`latchkey help` lists the commands'
      : `\`latchkey help ${path}\` shows the options of \`${path}\``;
  switch (error.code) {
    case 'commander.unknownCommand':
      if (path !== '') return usageError(`${whatFollows(command)}, not '${named}'${suggestion}`);
      return suggestion === ''
        ? noSuchCommand(named)
        : usageError(`there is no command \`${named}\`${suggestion}`);
    case 'commander.help':
      // The help stands above it, and is enough where it lists all commands.
      return path === '' ? new CliError(exitCodes.badConfiguration, []) : usageError(whatFollows(command));
    case 'commander.excessArguments':
      return usageError(
        `Unexpected argument '${command.args[command.registeredArguments.length] ?? ''}'; ${help}`,
      );
    case 'commander.unknownOption':
      return usageError(`Unknown option '${named}'${suggestion === '' ? `; ${help}` : suggestion}`);
    case 'commander.optionMissingArgument':
      return usageError(`${optionName(named)} stands without a value; ${help}`);
    case 'commander.missingMandatoryOptionValue':
      return usageError(`\`${path}\` needs ${optionName(named)}; ${help}`);
    case 'commander.missingArgument':
      return usageError(`which ${named}? \`latchkey ${path} ${named.toUpperCase()}\`; ${help}`);
    default:
      return usageError(error.message.replace(/^error: /, ''));
  }
}

export function noSuchCommand(name: string): CliError {
  return usageError(`there is no command \`${name}\`; \`latchkey help\` lists them`);
}

/** `--port` of `-p, --port <port>`. */
function optionName(flags: string): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

function whatFollows(command: CommandUnknownOpts): string {
  return `\`${pathOf(command)}\` is followed by ${eitherOf(command.commands.map((each) => each.name()))}`;
}
