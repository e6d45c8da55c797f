import { exitCodes } from '../cli-error';
import { type CommandPicture, type OptionPicture, type ValuePicture, withAllBelow } from '../command-picture';
import type { Terminal } from '../terminal';

/** `latchkey man`: prints the manual page. */
export async function man(program: CommandPicture, terminal: Terminal): Promise<number> {
  terminal.out(manualPage(program).trimEnd());
  return exitCodes.ok;
}

function manualPage(program: CommandPicture): string {
  const commands = withAllBelow(program).filter(
    ({ commands: below, path }) => below.length === 0 && path !== '',
  );
  return [
    `.TH LATCHKEY 1 "" "Latchkey ${__LATCHKEY_VERSION__}" "User Commands"`,
    '.SH NAME',
    `latchkey \\- ${escaped(program.summary)}`,
    '.SH SYNOPSIS',
    '.B latchkey',
    '.I command',
    '[\\fIoptions\\fR]',
    '.SH COMMANDS',
    ...commands.flatMap(sectionOf),
    '.SH EXIT STATUS',
    ...exitStatus.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, escaped(meaning)]),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, meaning]) => ['.TP', `.B ${name}`, escaped(meaning)]),
    '.SH EXAMPLES',
    ...program.examples.flatMap(exampleOf),
    '',
  ].join('\n');
}

const exitStatus = [
  ['0', 'done'],
  ['1', 'failed; standard error says why'],
  ['2', 'a mistake in the options or in the configuration'],
  ['3', 'the port is in use'],
  ['130', 'ended with Ctrl-C'],
] as const;

const environment = [
  ['NO_COLOR', 'if it is set and not empty, nothing is in colour'],
  ['FORCE_COLOR', 'if it is set and not 0, colours also where standard output is no terminal'],
  ['SHELL', 'the language of `latchkey env` without --shell'],
] as const;

function sectionOf({
  path,
  summary,
  description,
  options,
  arguments: values,
  examples,
}: CommandPicture): string[] {
  const synopsis = ['latchkey', path, '[options]', ...values.map(termOf)].join(' ');
  return [
    `.SS "${escaped(synopsis)}"`,
    escaped(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
    ...(description === '' ? [] : [escaped(description)]),
    // Every one has it.
    ...options.filter(({ names }) => !names.includes('--help')).flatMap(optionOf),
    ...examples.flatMap(exampleOf),
  ];
}

function optionOf({ names, value, description }: OptionPicture): string[] {
  const spelled = names.map((name) => `\\fB${escaped(name)}\\fR`).join(', ');
  return [
    '.TP',
    value === undefined ? spelled : `${spelled} \\fI${escaped(value.name)}\\fR`,
    escaped(description),
  ];
}

function exampleOf([call, purpose]: readonly [call: string, purpose: string]): string[] {
  return ['.PP', `${escaped(purpose)}:`, '.PP', '.RS 4', '.nf', escaped(call), '.fi', '.RE'];
}

function termOf({ name, isRequired, isVariadic }: ValuePicture): string {
  const term = isVariadic ? `${name}...` : name;
  return isRequired ? term : `[${term}]`;
}

/** Text as roff takes it: nothing in it is a request, a dash is one that can be copied, and all of it is ASCII. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('~', '\\(ti')
    .replace(
      /[^\n -~]/gu,
      (character) => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/^\./gm, '\\&.');
}
