import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Toolbox } from '../new-command';
import { jsonOption, whichOption } from '../shared-options';

/** The update of the app in the menu bar. */
export function updateCommands({ command, ending, terminal }: Toolbox): CommandUnknownOpts[] {
  const update = command('update', {
    summary: 'look for an update of the app, and have it installed',
    description:
      'Of the packaged app in the menu bar, where its build has a feed. `latchkey run` has none: it is updated by what it was installed with.',
    examples: [
      ['latchkey update check', 'asks, and loads what is newer'],
      ['latchkey update install', 'as soon as nothing is carried'],
    ],
  })
    .addCommand(
      command('check', {
        summary: 'ask the feed now, and load what it has',
        description: 'What is newer is loaded meanwhile; `status` tells how far it is.',
        examples: [['latchkey update check', 'through the local proxy, while it runs']],
      })
        .addOption(whichOption())
        .action(
          ending(async (options) => (await import('../commands/update')).checkUpdate(options, terminal)),
        ),
    )
    .addCommand(
      command('install', {
        summary: 'install what is ready, as soon as nothing is carried',
        description:
          'Latchkey ends and comes up again, with the port, the switch and the proxy settings as they were. Tunnels that are open are cut: ' +
          'with --now at once, else when nothing has been carried for some seconds.',
        examples: [
          ['latchkey update install', 'when it is quiet'],
          ['latchkey update install --now', 'cuts the tunnels that are open'],
          ['latchkey update install --cancel', 'waits for quiet no more'],
        ],
      })
        .option('--now', 'waits for nothing')
        .option('--cancel', 'does not install it by itself after all')
        .addOption(whichOption())
        .action(
          ending(async (options) => (await import('../commands/update')).installUpdate(options, terminal)),
        ),
    )
    .addCommand(
      command('status', {
        summary: 'say how far an update is',
        examples: [['latchkey update status --json', 'for a program']],
      })
        .addOption(whichOption())
        .addOption(jsonOption())
        .action(
          ending(async (options) => (await import('../commands/update')).updateStatus(options, terminal)),
        ),
    );
  return [update];
}
