import { type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { defined } from '../../shared/defined';
import { offNetworks } from '../../shared/settings';
import { CliError } from '../cli-error';
import type { Toolbox } from '../new-command';
import {
  isWaySaid,
  parseDay,
  parseOneOf,
  parsePacSource,
  parsePasswordAge,
  parseWaitSeconds,
  parsePastDay,
  parseSocksPort,
  saidAccount,
  systemProxyWay,
  usageError,
} from '../option-values';
import {
  agreeOption,
  configOption,
  domainOption,
  failOpenOption,
  hashFormatOption,
  jsonOption,
  localDirectOption,
  rulesDirectOption,
  portOption,
  signInOption,
  urlOption,
  userOption,
  whichOption,
} from '../shared-options';

/** The local proxy, its password, and the proxy settings of this Mac. */
export function proxyCommands({ command, ending, terminal }: Toolbox): CommandUnknownOpts[] {
  const run = command('run', {
    summary: 'run the local proxy until Ctrl-C',
    description:
      'The local proxy, without the menu bar: with a cntlm.conf, or with the settings of the app. SIGHUP reads them again; the ' +
      'port and the open tunnels stay.',
    examples: [
      ['latchkey run --config /etc/cntlm.conf', 'on the addresses of the Listen lines'],
      ['latchkey run --config FILE --port 3128 --system-proxy', 'as the proxy of this Mac while it runs'],
      [
        'latchkey run --config FILE --max-password-age 90 --password-set-on 2026-11-02',
        'with a reminder before the password expires',
      ],
      ['latchkey run --pac http://pac.corp.example/proxy.pac', 'by a PAC, with the settings of the app'],
      ['latchkey run --demo', 'in front of a company proxy of its own, to see how it works'],
    ],
  })
    .addOption(configOption())
    .addOption(userOption())
    .addOption(domainOption())
    .addOption(portOption('takes the place of the Listen lines; 0 is any free one'))
    .addOption(
      new Option(
        '--socks <port>',
        'speaks SOCKS5 there as well, in place of the SOCKS5Proxy lines; the users of the file count',
      ).argParser(parseSocksPort),
    )
    .addOption(hashFormatOption())
    .addOption(agreeOption())
    .addOption(
      signInOption(
        'how the account signs in, in place of NTLMv2: all others are weaker, and none is tried by itself; a file serves NT and ' +
          'NTLM2SR with PassNT, NTLM with PassNT and PassLM, LM with PassLM, and all of them with Password',
      ),
    )
    .option(
      '--ntlm-to-basic',
      'each program signs in with Basic, with its user and password of the company, and is signed in to the company proxy with NTLMv2 made ' +
        'of that: NTLMToBasic yes',
    )
    .addOption(
      new Option(
        '--pac <url-or-file>',
        'a PAC that says which company proxy a request goes by: a URL, a file, `mac` for the one of the network settings, or ' +
          '`wpad`; the sign-in goes to the company proxies of the configuration, and of --agree, alone',
      ).argParser(parsePacSource),
    )
    .addOption(
      new Option(
        '--off-network <way>',
        'what is done with requests while no company proxy can be reached; with --config refuse, else as it is set',
      )
        .choices(offNetworks)
        .argParser(parseOneOf('--off-network', offNetworks)),
    )
    .addOption(
      new Option(
        '--off-network-wait <seconds>',
        'how long a request waits for a company proxy, which is --off-network wait',
      ).argParser(parseWaitSeconds),
    )
    .addOption(
      new Option(
        '--max-password-age <days>',
        'reminds 7, 3 and 1 days before the password expires, by what you say of it',
      ).argParser(parsePasswordAge),
    )
    .addOption(
      new Option('--password-set-on <day>', 'when it was changed last, as YYYY-MM-DD').argParser(
        parseDay('--password-set-on'),
      ),
    )
    .option(
      '--system-proxy',
      'makes it the proxy of this Mac while it runs; everything is put back on every way out',
    )
    .addOption(failOpenOption())
    .addOption(localDirectOption())
    .addOption(rulesDirectOption())
    .option(
      '--no-warm-connections',
      'keeps no connections to the company proxy signed in before a program needs them; they make pages with many ' +
        'hosts open faster, and a Mac in Low Power Mode keeps none anyway',
    )
    .option('-v, --verbose', 'a line for every request and every logon, those of its own as well')
    .option('--syslog', 'what goes on is told in the system’s log, by logger(1), and not on standard error')
    .option('--demo', 'a company proxy of its own, and two pages fetched through both')
    .option('--once', 'with --demo: ends after the two pages')
    .action(
      ending(async (options, self) => {
        if (options.demo === true) {
          if (options.config !== undefined || self.getOptionValueSource('hashFormat') === 'cli') {
            throw usageError('--demo brings its own configuration: leave out --config');
          }
          const { runDemo } = await import('../commands/demo');
          return await runDemo({ port: options.port, isOnce: options.once === true }, terminal);
        }
        if (options.offNetworkWait !== undefined && (options.offNetwork ?? 'wait') !== 'wait') {
          throw usageError(`--off-network-wait does nothing with --off-network ${options.offNetwork}`);
        }
        if (options.agree !== undefined && options.config === undefined) {
          throw usageError(
            '--agree goes with --config only; `latchkey agree` changes the settings of the app',
          );
        }
        if (options.once === true) throw usageError('--once goes with --demo only');
        const isSystemProxy = options.systemProxy === true;
        if (!isSystemProxy && isWaySaid(options)) {
          throw usageError('--fail-open, --local-direct and --rules-direct go with --system-proxy only');
        }
        const { port, pac, ntlmToBasic } = options;
        const socks = options.socks === undefined ? undefined : [String(options.socks)];
        const parsed = {
          config: options.config,
          account: saidAccount(options),
          inPlace: defined({ port, socks, pac, ntlmToBasic }),
          hashFormat: options.hashFormat,
          signInMethod: options.signIn,
          agreed: options.agree,
          offNetwork: options.offNetwork,
          offNetworkWaitSeconds: options.offNetworkWait,
          maxPasswordAgeDays: options.maxPasswordAge,
          passwordSetOn: options.passwordSetOn,
          isVerbose: options.verbose === true,
          keepsWarm: options.warmConnections,
          systemProxy: isSystemProxy ? systemProxyWay(options) : undefined,
        };
        const { run: runProxy } = await import('../commands/run');
        if (options.syslog !== true) return await runProxy(parsed, terminal);
        const { withSystemLog } = await import('../system-log');
        const log = withSystemLog(terminal);
        try {
          return await runProxy(parsed, log.terminal);
        } catch (error) {
          // Whoever reads the log should find why it has ended.
          if (error instanceof CliError) for (const line of error.lines) log.terminal.err(line);
          throw error;
        } finally {
          log.close();
        }
      }),
    );

  const credential = command('credential', {
    summary: 'give the running proxy a new password, or tell it when to sign in',
    examples: [
      ['latchkey credential pause', 'before the password is changed: no logon with the old one'],
      ['latchkey credential set', 'the new one: tried with one logon, then in use'],
    ],
  })
    .addCommand(
      command('set', {
        summary: 'put a new password to use',
        description:
          'Asks for the new password, has the running proxy try it with one logon, and puts it to use if it is accepted.',
        examples: [
          ['latchkey credential set', 'asks for it'],
          ['latchkey credential set --set-on 2026-11-02', 'one that was changed on another day'],
          ['latchkey credential set < password.txt', 'from a file, whose first line it is'],
          ['latchkey credential set --sign-in NT', 'with NTLMv1 from now on, and why not'],
        ],
      })
        .addOption(whichOption())
        .addOption(urlOption())
        .addOption(
          new Option(
            '--set-on <day>',
            'the day it was changed, as YYYY-MM-DD, when that is not today',
          ).argParser(parsePastDay('--set-on')),
        )
        .addOption(signInOption('how it signs in from now on, once it is accepted; default: as before'))
        .option('--again', 'also if it was refused before')
        .action(
          ending(async (options) =>
            (await import('../commands/credential')).setCredential(options, terminal),
          ),
        ),
    )
    .addCommand(
      command('retry', {
        summary: 'one more logon with the password that was refused',
        examples: [
          ['latchkey credential retry', 'once the account is no longer locked'],
          ['latchkey credential retry --url https://example.com/', 'with the logon made for this page'],
        ],
      })
        .addOption(whichOption())
        .addOption(urlOption())
        .action(
          ending(async (options) =>
            (await import('../commands/credential')).retryCredential(options, terminal),
          ),
        ),
    )
    .addCommand(
      command('pause', {
        summary: 'no logon while you are changing the password; open tunnels stay',
        examples: [['latchkey credential pause', 'and later `latchkey credential set`']],
      })
        .addOption(whichOption())
        .action(
          ending(async (options) =>
            (await import('../commands/credential')).pauseOrResume('pause', options, terminal),
          ),
        ),
    )
    .addCommand(
      command('resume', {
        summary: 'go on signing in with the same password',
        examples: [['latchkey credential resume', 'when it was not changed after all']],
      })
        .addOption(whichOption())
        .action(
          ending(async (options) =>
            (await import('../commands/credential')).pauseOrResume('resume', options, terminal),
          ),
        ),
    );

  const systemProxy = command('system-proxy', {
    summary: 'make the running proxy the proxy of this Mac, or put everything back',
    examples: [
      ['latchkey system-proxy on', 'every program of this Mac goes through it'],
      ['latchkey system-proxy off', 'the settings are as they were before'],
    ],
  })
    .addCommand(
      command('on', {
        summary: 'make the running proxy the proxy of this Mac',
        description:
          'Everything is put back when it ends, on every way out. Without --fail-open, --local-direct and --rules-direct it is as it was set last.',
        examples: [
          ['latchkey system-proxy on', 'in the settings of every network service'],
          ['latchkey system-proxy on --fail-open', 'through a PAC'],
        ],
      })
        .addOption(whichOption())
        .addOption(failOpenOption())
        .addOption(localDirectOption())
        .addOption(rulesDirectOption())
        .action(
          ending(async (options) => {
            const way = isWaySaid(options) ? systemProxyWay(options) : undefined;
            const how = { port: options.port, way };
            return (await import('../commands/system-proxy')).systemProxy('on', how, terminal);
          }),
        ),
    )
    .addCommand(
      command('off', {
        summary: 'put the proxy settings of this Mac back as they were before',
        examples: [['latchkey system-proxy off', 'the local proxy goes on']],
      })
        .addOption(whichOption())
        .action(
          ending(async (options) =>
            (await import('../commands/system-proxy')).systemProxy('off', options, terminal),
          ),
        ),
    )
    .addCommand(
      command('status', {
        summary: 'say whether this Mac uses the running proxy',
        examples: [['latchkey system-proxy status', 'changes nothing']],
      })
        .addOption(whichOption())
        .addOption(jsonOption())
        .action(
          ending(async (options) =>
            (await import('../commands/system-proxy')).systemProxy('status', options, terminal),
          ),
        ),
    )
    .addCommand(
      command('prove', {
        summary: 'fetch a page as an app and one as curl, and say which way each went',
        description:
          'The app fetches as Safari would, by the proxy settings of this Mac; curl as in a new terminal, with the block of the ' +
          'shell’s start file or else the lines of `latchkey env`. Exit code 1 unless both went through Latchkey.',
        examples: [['latchkey system-proxy prove', 'after it was switched on, say']],
      })
        .addOption(whichOption())
        .addOption(jsonOption())
        .action(
          ending(async (options) => (await import('../commands/prove-way')).proveWay(options, terminal)),
        ),
    );

  const restore = command('restore', {
    summary: 'put back the proxy settings that a Latchkey that was killed has left',
    examples: [['latchkey restore', 'as they were before it']],
  })
    .addOption(portOption('the port of the one that was killed'))
    .action(ending(async (options) => (await import('../commands/restore')).restore(options, terminal)));

  return [run, credential, systemProxy, restore];
}
