import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { shells } from '../../shared/terminal-commands';
import { exitCodes } from '../cli-error';
import { pictureOf } from '../command-picture';
import type { Toolbox } from '../new-command';
import { parseOneOf } from '../option-values';
import { jsonOption } from '../shared-options';
import { noSuchCommand } from '../usage-error';

/** What the command line says of itself. @param program what they are about */
export function ownCommands(
  program: CommandUnknownOpts,
  { command, ending, terminal }: Toolbox,
): CommandUnknownOpts[] {
  const completion = command('completion', {
    summary: 'print the script that completes command lines in a shell',
    examples: [
      ['source <(latchkey completion zsh)', 'in ~/.zshrc, after compinit'],
      ['eval "$(latchkey completion bash)"', 'in ~/.bashrc'],
      ['latchkey completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
  })
    .addArgument(
      new Argument('<shell>', 'whose language it is in')
        .choices(shells)
        .argParser(parseOneOf('the shell', shells)),
    )
    .action(
      ending(async (shell) =>
        (await import('../commands/completion')).completion(shell, pictureOf(program), terminal),
      ),
    );

  const man = command('man', {
    summary: 'print the manual page',
    examples: [['latchkey man > latchkey.1', 'a file; `man ./latchkey.1` shows it']],
  }).action(ending(async () => (await import('../commands/man')).man(pictureOf(program), terminal)));

  const version = command('version', {
    summary: 'print the version',
    examples: [
      ['latchkey version', 'the number alone'],
      ['latchkey version --json', 'with what it runs on, for a report'],
    ],
  })
    .addOption(jsonOption())
    .action(ending(async (options) => (await import('../commands/version')).version(options, terminal)));

  const help = command('help', {
    summary: 'show the help of a command',
    examples: [['latchkey help credential set', 'as `latchkey credential set --help`']],
  })
    .argument('[command...]', 'its name, as `credential set`')
    .action(
      ending(async (names) => {
        let found: CommandUnknownOpts | undefined = program;
        for (const name of names) {
          found = found.commands.find((each) => each.name() === name);
          if (found === undefined) throw noSuchCommand(names.join(' '));
        }
        found.outputHelp();
        return exitCodes.ok;
      }),
    );

  return [completion, man, version, help];
}
