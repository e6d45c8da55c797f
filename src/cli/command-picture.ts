import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { type Example, textOf } from './new-command';
import { pathOf } from './usage-error';

/** A value that a user gives: what it is called, and what it can be. */
export interface ValuePicture {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
  /** The words that it is one of; none where it is free. */
  readonly choices: readonly string[];
  readonly isFile: boolean;
}

export interface OptionPicture {
  /** As they are typed: `-p` and `--port`. */
  readonly names: readonly string[];
  readonly value: ValuePicture | undefined;
  readonly description: string;
}

/** A command of the table as completions and the manual need it. */
export interface CommandPicture {
  /** How it is called: `credential set`; empty for the program itself. */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly options: readonly OptionPicture[];
  readonly arguments: readonly ValuePicture[];
  readonly commands: readonly CommandPicture[];
  readonly examples: readonly Example[];
}

/** What the table says, without the parser. A value that is called `file` is one, and so is `command`. */
export function pictureOf(command: CommandUnknownOpts): CommandPicture {
  const help = command.createHelp();
  const { summary, description = '', examples = [] } = textOf(command);
  return {
    path: pathOf(command),
    name: command.name(),
    summary,
    description,
    options: help.visibleOptions(command).map((option) => ({
      names: [option.short, option.long].filter((name) => name !== undefined),
      value: valueOf(/[<[]([\w-]+)[\]>]/.exec(option.flags)?.[1], option.required, option.argChoices),
      description: help.optionDescription(option),
    })),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      isRequired: argument.required,
      isVariadic: argument.variadic,
      choices: argument.name() === 'command' ? namesOfAll(command) : (argument.argChoices ?? []),
      isFile: argument.name() === 'file',
    })),
    commands: command.commands.map(pictureOf),
    examples,
  };
}

/** The commands of the program that this one belongs to. */
function namesOfAll(command: CommandUnknownOpts): string[] {
  return (command.parent ?? command).commands.map((each) => each.name());
}

function valueOf(
  name: string | undefined,
  isRequired: boolean,
  choices: readonly string[] = [],
): ValuePicture | undefined {
  if (name === undefined) return undefined;
  return { name, isRequired, isVariadic: false, choices, isFile: name === 'file' };
}

/** A command and all below it. */
export function withAllBelow(command: CommandPicture): CommandPicture[] {
  return [command, ...command.commands.flatMap(withAllBelow)];
}
