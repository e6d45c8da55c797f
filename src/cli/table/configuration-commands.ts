import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { shells } from '../../shared/terminal-commands';
import { confTargets } from '../../shared/conf-export';
import type { Toolbox } from '../new-command';
import { addText, parseFixedPort, parseOneOf, parsePacUrl, parseTime, usageError } from '../option-values';
import { jsonOption, signInOption } from '../shared-options';

/** What is done with configurations and settings, whether a local proxy runs or not. */
export function configurationCommands({ command, ending, terminal }: Toolbox): CommandUnknownOpts[] {
  const env = command('env', {
    summary: 'print the lines that send a terminal’s programs to the local proxy',
    description:
      'The same lines as the app copies: http_proxy, https_proxy, all_proxy, no_proxy, and what git, npm, pip and Java look at. The port is that of the running proxy, else that of the app’s ' +
      'settings, else 3128.',
    examples: [
      ['eval "$(latchkey env)"', 'in zsh and bash'],
      ['latchkey env --shell fish | source', 'in fish'],
      ['eval "$(latchkey env --off)"', 'and back'],
    ],
  })
    .addOption(
      new Option('-s, --shell <shell>', 'whose language they are in, when that is not your own shell')
        .choices(shells)
        .argParser(parseOneOf('--shell', shells)),
    )
    .addOption(new Option('-p, --port <port>', 'where the local proxy listens').argParser(parseFixedPort))
    .option('--off', 'the lines that take that back')
    .action(ending(async (options) => (await import('../commands/env')).env(options, terminal)));

  const hash = command('hash', {
    summary: 'ask for the password and print its PassNTLMv2 line',
    description: 'The hash belongs to domain and user together: with another of either it is another.',
    examples: [
      [
        'latchkey hash --domain CORP --user alice --inverted',
        'the line for a cntlm.conf, as `run` reads it first',
      ],
      [
        'latchkey hash --domain CORP --user alice',
        'the same for cntlm 0.94, and for `run --hash-format plain`',
      ],
      ['latchkey hash --domain CORP --user alice --save', 'in the Keychain, where `run` and `check` find it'],
    ],
  })
    .addOption(
      new Option('-u, --user <user>', 'the name of the account')
        .argParser((text) => {
          if (text !== '') return text;
          throw usageError('`hash` needs --user, and --domain unless the user is user@realm');
        })
        .makeOptionMandatory(),
    )
    .option('-d, --domain <domain>', 'its Windows domain, unless the user is user@realm')
    .addOption(signInOption('what it is for: PassNT, PassLM or both in place of PassNTLMv2'))
    .option(
      '--inverted',
      'as cntlm up to 0.92.3 reads it, and `run` and `check` without --hash-format try first',
    )
    .option(
      '--save',
      'stores the hash in the Keychain, where `run` and `check` find it when the file has none',
    )
    .action(
      ending(async (options) => {
        if (options.inverted === true && options.save === true) {
          throw usageError('--inverted is for a cntlm.conf; the Keychain holds the plain hash');
        }
        return (await import('../commands/hash')).hash(options, terminal);
      }),
    );

  const importConf = command('import', {
    summary: 'say what is wrong in a cntlm.conf, and what set-up would take over',
    description: 'Line by line. Changes nothing.',
    examples: [
      ['latchkey import /etc/cntlm.conf', 'before the app is set up with it'],
      ['latchkey import cntlm.conf --json', 'for a program'],
    ],
  })
    .argument('<file>', 'a cntlm.conf')
    .addOption(jsonOption())
    .action(
      ending(async (file, options) =>
        (await import('../commands/import')).importConf(file, options, terminal),
      ),
    );

  const exportConf = command('export', {
    summary: 'print the settings of the app as a cntlm.conf',
    description:
      'Without a password, and without a hash unless you ask for it. What cntlm has no words for is told.',
    examples: [
      ['latchkey export > cntlm.conf', 'into a file'],
      [
        'latchkey export --for 0.94 --with-hash > cntlm.conf',
        'complete; the file becomes yours alone (0600)',
      ],
    ],
  })
    .addOption(
      new Option(
        '--for <version>',
        'the cntlm that will read it: up to 0.92.3 a hash is written in another way',
      )
        .choices(confTargets)
        .argParser(parseOneOf('--for', confTargets))
        .default('0.92.3' as const),
    )
    .option(
      '--with-hash',
      'the NTLMv2 hash as well, and the passwords of SOCKS5, from the Keychain: whoever reads them can sign in as you',
    )
    .action(ending(async (options) => (await import('../commands/export')).exportConf(options, terminal)));

  const pac = command('pac', {
    summary: 'print what a PAC answers for each URL',
    description:
      'One line for each, in their order: the text that its FindProxyForURL returns, null where it returns none, or its error with ' +
      'the line. The script runs once for all, so that what it keeps stays. The time zone is that of TZ.',
    examples: [
      ['latchkey pac proxy.pac https://example.com/', 'a file'],
      [
        'latchkey pac http://wpad/wpad.dat http://a.corp.example/ http://b.example/',
        'as the company hands it out',
      ],
      [
        'latchkey pac proxy.pac --resolve a.corp.example=10.1.2.3 --my-ip 10.9.8.7 http://a.corp.example/',
        'as if on the company network',
      ],
      ['latchkey pac proxy.pac --now 2026-12-24T18:00 http://example.com/', 'at another time'],
    ],
  })
    .argument('<file-or-url>', 'a PAC; a URL is fetched without a proxy')
    .argument('<url...>', 'the addresses that it is asked for')
    .option(
      '--resolve <name=address>',
      'what a name resolves to, as often as needed; then no DNS is asked for any name',
      addText,
    )
    .option('--my-ip <address>', 'what the script takes for this Mac’s address, as often as needed', addText)
    .addOption(
      new Option('--now <time>', 'what the script takes for the time, as YYYY-MM-DDTHH:MM').argParser(
        parseTime,
      ),
    )
    .addOption(jsonOption())
    .action(
      ending(async (place, urls, options) =>
        (await import('../commands/pac')).pac(place, urls.map(parsePacUrl), options, terminal),
      ),
    );

  return [env, hash, importConf, exportConf, pac];
}
