import { Argument, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { CommandText, Toolbox } from '../new-command';
import { logLevels } from '../../shared/log-line';
import {
  parseCount,
  parseIpAddress,
  parseOneOf,
  parseUpstream,
  parseUrl,
  saidAccount,
  saidMethod,
} from '../option-values';
import {
  agreeOption,
  configOption,
  domainOption,
  hashFormatOption,
  jsonOption,
  signInOption,
  userOption,
  whichOption,
} from '../shared-options';

const lastOption = <Flags extends string>(flags: Flags) =>
  new Option(flags, 'so many of the newest ones').argParser(parseCount).default(20, '20');

/** What can be asked of the Latchkey that runs, the app or `latchkey run`. */
export function runningCommands({ command, ending, terminal }: Toolbox): CommandUnknownOpts[] {
  const status = command('status', {
    summary: 'say how Latchkey is: the app, or `latchkey run`',
    description: 'Company proxy, account, password, and the logons of today.',
    examples: [
      ['latchkey status', 'of the one that runs'],
      ['latchkey status --json', 'for a script'],
    ],
  })
    .addOption(whichOption())
    .addOption(jsonOption())
    .action(ending(async (options) => (await import('../commands/status')).status(options, terminal)));

  const turn = (action: 'on' | 'off', text: CommandText) =>
    command(action, text)
      .addOption(whichOption())
      .action(
        ending(async (options) => (await import('../commands/switch')).turn(action, options, terminal)),
      );
  const on = turn('on', {
    summary: 'turn the local proxy on',
    examples: [['latchkey on', 'as the large switch of the app']],
  });
  const off = turn('off', {
    summary: 'turn the local proxy off',
    description: 'It listens no more, and the proxy settings of this Mac are as they were before it.',
    examples: [['latchkey off', 'as the large switch of the app']],
  });

  const reload = command('reload', {
    summary: 'read the settings again from their file',
    description: 'A cntlm.conf is read again at a SIGHUP as well. The port and the open tunnels stay.',
    examples: [['latchkey reload', 'after an edit']],
  })
    .addOption(whichOption())
    .action(ending(async (options) => (await import('../commands/switch')).reload(options, terminal)));

  const check = command('check', {
    summary: 'find out where it fails, with at most one logon',
    description: 'The doctor: name, port, schemes, challenge, one logon, one page.',
    examples: [
      ['latchkey check', 'of what runs, with one logon'],
      ['latchkey check --config /etc/cntlm.conf', 'of a configuration that need not run'],
      ['latchkey check --config FILE --dry-run', 'without a logon'],
      ['latchkey check --config FILE https://example.com/', 'with a page of your choice'],
    ],
  })
    .addArgument(
      new Argument('[url]', 'the page that is fetched at the end')
        .argParser(parseUrl)
        .default(new URL('http://example.com/'), 'http://example.com/'),
    )
    .addOption(configOption())
    .addOption(userOption())
    .addOption(domainOption())
    .addOption(agreeOption())
    .addOption(hashFormatOption())
    .addOption(signInOption('with --config: how its account signs in, in place of NTLMv2'))
    .addOption(whichOption())
    .option('--dry-run', 'no logon')
    .addOption(jsonOption())
    .action(
      ending(async (url, options) =>
        (await import('../commands/check')).check(
          { ...options, account: saidAccount(options), signInMethod: saidMethod(options), url },
          terminal,
        ),
      ),
    );

  const access = command('access', {
    summary: 'say whether a machine may connect',
    description:
      'The access rules go by the address that a machine connects from. The first rule that fits decides.',
    examples: [['latchkey access 10.1.9.20', 'let in or turned away, and by which rule']],
  })
    .addArgument(new Argument('<address>', 'of the machine, IPv4 or IPv6').argParser(parseIpAddress))
    .addOption(whichOption())
    .addOption(jsonOption())
    .action(
      ending(async (address, options) =>
        (await import('../commands/access')).access(address, options, terminal),
      ),
    );

  const activity = command('activity', {
    summary: 'show the requests that were made',
    examples: [
      ['latchkey activity', 'the newest twenty'],
      ['latchkey activity --follow --last 0', 'each new one, until Ctrl-C'],
      ['latchkey activity --today', 'what has happened: networks, sleep, logons, who took the proxy setting'],
      ['latchkey activity --hosts --last 3', 'the hosts with the most traffic of today'],
      [
        'latchkey activity --covered-by "*.example.org"',
        'how many requests of today that rule would send direct',
      ],
    ],
  })
    .addOption(whichOption())
    .addOption(lastOption('--last <rows>'))
    .option('-f, --follow', 'goes on with each new one, until Ctrl-C')
    .addOption(new Option('--hosts', 'the hosts of today instead, the most bytes first').conflicts('follow'))
    .addOption(new Option('--today', 'what has happened today instead').conflicts(['follow', 'hosts']))
    .addOption(
      new Option(
        '--covered-by <rule>',
        'instead, how many requests of today a rule of the no-proxy list covers',
      ).conflicts(['follow', 'hosts', 'today']),
    )
    .addOption(jsonOption())
    .action(
      ending(async (options) => {
        const { coveredBy } = options;
        if (coveredBy === undefined && options.hosts !== true && options.today !== true)
          return (await import('../commands/activity')).activity(options, terminal);
        const day = await import('../commands/activity-day');
        if (coveredBy !== undefined) return day.activityCovered({ ...options, coveredBy }, terminal);
        return options.today === true
          ? day.activityToday(options, terminal)
          : day.activityHosts(options, terminal);
      }),
    );

  const log = command('log', {
    summary: 'show the log',
    examples: [
      ['latchkey log', 'the newest twenty lines'],
      ['latchkey log --follow', 'and each new one, until Ctrl-C'],
      ['latchkey log --level warning', 'what went wrong'],
      ['latchkey settings set logLevel debug', 'from now on every request and every logon as well'],
    ],
  })
    .addOption(whichOption())
    .addOption(lastOption('--lines <lines>'))
    .addOption(
      new Option('--level <level>', 'only lines that matter as much')
        .choices(logLevels)
        .argParser(parseOneOf('--level', logLevels)),
    )
    .option('-f, --follow', 'goes on with each new one, until Ctrl-C')
    .action(ending(async (options) => (await import('../commands/log')).log(options, terminal)));

  const settings = command('settings', {
    summary: 'show and change the settings',
    examples: [
      ['latchkey settings get', 'all of them'],
      ['latchkey settings set noProxy "localhost, *.corp.example"', 'a list'],
    ],
  })
    .addCommand(
      command('get', {
        summary: 'show all settings, or one',
        examples: [
          ['latchkey settings get', 'all'],
          ['latchkey settings get port', 'one'],
        ],
      })
        .argument('[name]', 'as `settings get` shows it')
        .addOption(whichOption())
        .addOption(jsonOption())
        .action(
          ending(async (name, options) =>
            (await import('../commands/settings')).getSettings(name, options, terminal),
          ),
        ),
    )
    .addCommand(
      command('set', {
        summary: 'change one setting, as the panel does',
        description:
          'Values are numbers, on and off, words, or lists with commas between; `none` empties what can be empty.',
        examples: [
          ['latchkey settings set port 3129', 'open tunnels stay'],
          ['latchkey settings set maxPasswordAgeDays none', 'no reminder'],
        ],
      })
        .argument('<name>', 'as `settings get` shows it')
        .argument('<value>', 'its new value')
        .addOption(whichOption())
        .action(
          ending(async (name, value, options) =>
            (await import('../commands/settings')).setSetting(name, value, options, terminal),
          ),
        ),
    );

  const agree = command('agree', {
    summary: 'say which company proxies that the PAC names may get the sign-in',
    description:
      'Without an address it shows those that wait for an answer. They get no sign-in until you agree.',
    examples: [
      ['latchkey agree', 'which ones wait'],
      ['latchkey agree proxy2.corp.example:8080', 'this one may'],
      ['latchkey agree --not proxy2.corp.example:8080', 'and this one never'],
    ],
  })
    .addArgument(
      new Argument('[address]', 'host:port, or https://host:port of one that speaks TLS').argParser(
        parseUpstream,
      ),
    )
    .option('--not', 'it gets no sign-in, and nobody is asked again')
    .addOption(whichOption())
    .action(
      ending(async (address, options) =>
        (await import('../commands/agree')).agree(address, options, terminal),
      ),
    );

  const report = command('report', {
    summary: 'print what whoever helps needs to know, without a secret',
    examples: [['latchkey report > report.txt', 'into a file']],
  })
    .addOption(whichOption())
    .action(ending(async (options) => (await import('../commands/report')).report(options, terminal)));

  return [status, on, off, check, settings, agree, reload, access, activity, log, report];
}
