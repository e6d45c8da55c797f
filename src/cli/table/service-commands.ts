import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { Toolbox } from '../new-command';
import { parseFixedPort } from '../option-values';
import { agreeOption, configOption, jsonOption } from '../shared-options';

/** `latchkey run` as a service of the system. */
export function serviceCommands({ command, ending, terminal }: Toolbox): CommandUnknownOpts[] {
  const service = command('service', {
    summary: 'have the system start `latchkey run` and keep it running',
    description:
      'On a Mac a launchd agent of yours, on Linux a unit of systemd: of yours, or, called by root, of the whole system. For whom ' +
      'the app opens at login, nothing of this is needed.',
    examples: [
      ['latchkey service install --config ~/cntlm.conf', 'from now on, and at each login'],
      ['latchkey service status', 'whether it runs'],
      ['latchkey service remove', 'no more'],
    ],
  })
    .addCommand(
      command('install', {
        summary: 'install it and start it; one that is there is replaced',
        description:
          'Without --config it runs the settings of the app. Its password is in the file as a hash, or in your Keychain ' +
          '(`latchkey hash --save`).',
        examples: [
          ['latchkey service install --config /etc/cntlm.conf', 'with a cntlm.conf as it stands'],
          [
            'latchkey service install --config FILE --socket',
            'systemd listens, and starts it when somebody asks',
          ],
        ],
      })
        .addOption(configOption())
        .addOption(
          new Option('-p, --port <port>', 'takes the place of the Listen lines').argParser(parseFixedPort),
        )
        .addOption(agreeOption())
        .option('--system-proxy', 'makes it the proxy of this Mac while it runs')
        .option('--socket', 'has systemd listen, which starts it at the first connection')
        .option('-v, --verbose', 'a line in its log for every request and every logon')
        .action(
          ending(async (options) => (await import('../commands/service')).installService(options, terminal)),
        ),
    )
    .addCommand(
      command('remove', {
        summary: 'stop it and remove what `install` has written',
        examples: [['latchkey service remove', 'its settings and its password stay']],
      }).action(ending(async () => (await import('../commands/service')).removeService(terminal))),
    )
    .addCommand(
      command('status', {
        summary: 'say whether it is installed and runs',
        description: 'Exit code 1 unless it runs, or would at the first connection.',
        examples: [['latchkey service status --json', 'for a program']],
      })
        .addOption(jsonOption())
        .action(
          ending(async (options) => (await import('../commands/service')).serviceStatus(options, terminal)),
        ),
    );
  return [service];
}
