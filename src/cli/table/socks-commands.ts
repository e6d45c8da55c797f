import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Toolbox } from '../new-command';
import { parseSocksName } from '../option-values';
import { whichOption } from '../shared-options';

const socksNameArgument = () =>
  new Argument('<name>', 'of the user, without a colon').argParser(parseSocksName);

/** Who may connect by SOCKS5. */
export function socksCommands({ command, ending, terminal }: Toolbox): CommandUnknownOpts[] {
  const socksUser = command('socks-user', {
    summary: 'say who may connect by SOCKS5, each with a password',
    description:
      'Without a user everybody may whom the access rules let in. The passwords are in the Keychain; those of a cntlm.conf are in that file.',
    examples: [
      ['latchkey socks-user set dave', 'asks for the password'],
      ['latchkey socks-user remove dave', 'no more'],
    ],
  })
    .addCommand(
      command('set', {
        summary: 'let somebody in by SOCKS5, or give another password',
        description: 'Asks for the password, which the Keychain keeps.',
        examples: [
          ['latchkey socks-user set dave', 'asks for it'],
          ['latchkey socks-user set dave < password.txt', 'from a file, whose first line it is'],
        ],
      })
        .addArgument(socksNameArgument())
        .addOption(whichOption())
        .action(
          ending(async (name, options) =>
            (await import('../commands/socks-user')).setSocksUser(name, options, terminal),
          ),
        ),
    )
    .addCommand(
      command('remove', {
        summary: 'let somebody in by SOCKS5 no more',
        examples: [['latchkey socks-user remove dave', 'the password is taken out of the Keychain']],
      })
        .addArgument(socksNameArgument())
        .addOption(whichOption())
        .action(
          ending(async (name, options) =>
            (await import('../commands/socks-user')).removeSocksUser(name, options, terminal),
          ),
        ),
    )
    .addCommand(
      command('list', {
        summary: 'show who may connect by SOCKS5',
        examples: [['latchkey socks-user list', 'a name on each line']],
      })
        .addOption(whichOption())
        .action(
          ending(async (options) =>
            (await import('../commands/socks-user')).listSocksUsers(options, terminal),
          ),
        ),
    );

  return [socksUser];
}
