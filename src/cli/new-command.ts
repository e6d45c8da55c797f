import {
  type Argument,
  Command,
  type CommanderError,
  type CommandUnknownOpts,
  type Option,
} from '@commander-js/extra-typings';
import { eitherOf } from './option-values';
import { styleWith } from './style';
import type { Terminal } from './terminal';
import { explainMistake } from './usage-error';

/** One way to call a command, and what it is for. */
export type Example = readonly [call: string, purpose: string];

export interface CommandText {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What the help says besides. */
  readonly description?: string;
  readonly examples?: readonly Example[];
}

const texts = new WeakMap<CommandUnknownOpts, CommandText>();

/** What a command was made with. */
export function textOf(command: CommandUnknownOpts): CommandText {
  return texts.get(command) ?? { summary: command.summary() };
}

/** A command that speaks as Latchkey does: help on standard output, a mistake as a `CliError`. */
function newCommand<const Name extends string>(name: Name, text: CommandText, terminal: Terminal) {
  const command = new Command(name)
    .summary(text.summary)
    .description([asSentence(text.summary), text.description ?? ''].join('\n').trimEnd())
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .configureHelp({
      subcommandTerm: (each) => [each.name(), ...each.registeredArguments.map(termOf)].join(' '),
      optionDescription: describe,
      argumentDescription: describe,
      styleTitle: bold,
    })
    .configureOutput({
      writeOut: (lines) => terminal.out(lines.trimEnd()),
      writeErr: (lines) => terminal.err(lines.trimEnd()),
      getOutHasColors: () => terminal.outStyle.isColored,
      getErrHasColors: () => terminal.errStyle.isColored,
      getOutHelpWidth: () => widthOf(terminal),
      getErrHelpWidth: () => widthOf(terminal),
      // What is wrong is thrown, and said by whoever catches it.
      outputError: () => undefined,
    })
    .addHelpText('after', () => examplesText(text.examples ?? []));
  texts.set(command, text);
  return command.exitOverride((error: CommanderError) => {
    throw error.exitCode === 0 ? error : explainMistake(error, command);
  });
}

/** The parser takes it out again where there are no colours. */
const { bold } = styleWith(true);

/** Longer lines are hard to read. */
function widthOf({ outWidth = 80 }: Terminal): number {
  return Math.min(outWidth, 100);
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function termOf(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** What an option or an argument is, and what it can be; a default that can be said is text. */
function describe({
  description,
  argChoices = [],
  defaultValue,
  defaultValueDescription,
}: Option | Argument): string {
  const byDefault = defaultValueDescription ?? (typeof defaultValue === 'string' ? defaultValue : undefined);
  const facts = [eitherOf(argChoices), byDefault === undefined ? '' : `default ${byDefault}`].filter(Boolean);
  return facts.length === 0 ? description : `${description} (${facts.join('; ')})`;
}

/** What the table is made with. @param end gets the exit code of the command that was called */
export function toolboxOn(terminal: Terminal, end: (exitCode: number) => void) {
  return {
    terminal,
    command: <const Name extends string>(name: Name, text: CommandText) => newCommand(name, text, terminal),
    /** What a command does, with its exit code handed on. */
    ending:
      <Parameters extends unknown[]>(action: (...parameters: Parameters) => Promise<number>) =>
      async (...parameters: Parameters): Promise<void> => {
        end(await action(...parameters));
      },
  };
}

export type Toolbox = ReturnType<typeof toolboxOn>;

function examplesText(examples: readonly Example[]): string {
  if (examples.length === 0) return '';
  return [
    '',
    bold('Examples:'),
    ...examples.flatMap(([call, purpose]) => [`  # ${purpose}`, `  ${call}`]),
  ].join('\n');
}
