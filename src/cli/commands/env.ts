import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import { noProxyReaders, noProxyVariable } from '../../shared/no-proxy-variable';
import type { HostPort } from '../../shared/settings';
import { type Shell, shellAt, terminalCommands, terminalOffCommands } from '../../shared/terminal-commands';
import { exitCodes } from '../cli-error';
import { findRunning, listensOn, oneOf } from '../running';
import { clientAddress } from '../terminal-system-proxy';
import type { Terminal } from '../terminal';

export interface EnvOptions {
  /** Without it: the user's own shell. */
  readonly shell?: Shell | undefined;
  /** Where the local proxy listens; without it, it is looked for. */
  readonly port?: number | undefined;
  /** The lines that take it back. */
  readonly off?: boolean | undefined;
}

/** `latchkey env`: prints the lines that send a terminal's programs to the local proxy, or take that back. */
export async function env(options: EnvOptions, terminal: Terminal): Promise<number> {
  // Every shell but fish reads what bash reads, as sh and dash do.
  const shell = options.shell ?? shellAt(terminal.env['SHELL'], 'bash');
  if (options.off === true) {
    terminal.out(terminalOffCommands(shell).trimEnd());
    return exitCodes.ok;
  }
  const { address, noProxy } = await findProxy(options.port, terminal);
  for (const warning of noProxyWarnings(noProxy)) terminal.err(`latchkey: warning: ${warning}`);
  terminal.out(terminalCommands({ shell, address, noProxy }).trimEnd());
  return exitCodes.ok;
}

/** What programs are not told of the rules. What they send to the local proxy all the same, it sends direct. */
function noProxyWarnings(rules: readonly string[]): string[] {
  const { gaps } = noProxyVariable(rules);
  const unsaid = gaps.filter(({ readers }) => readers.length === noProxyReaders.length);
  const lines = noProxyReaders.map((reader) => {
    const lost = gaps.filter((gap) => !unsaid.includes(gap) && gap.readers.includes(reader));
    return { who: reader as string, lost };
  });
  return [{ who: 'no_proxy', lost: unsaid }, ...lines]
    .filter(({ lost }) => lost.length > 0)
    .map(({ who, lost }) =>
      who === 'no_proxy'
        ? `no_proxy cannot say ${lost.map(({ rule }) => rule).join(', ')}`
        : `${who} does not understand what no_proxy says of ${lost.map(({ rule }) => rule).join(', ')}`,
    );
}

/**
 * Where the local proxy listens, and what goes past it: as the Latchkey that runs says, else as the app is set. A port that the
 * user gives need not be listened on yet.
 *
 * @throws CliError exit 1 when several run and none is chosen
 */
async function findProxy(
  port: number | undefined,
  terminal: Terminal,
): Promise<{ readonly address: HostPort; readonly noProxy: readonly string[] }> {
  const running = await findRunning(terminal);
  try {
    const chosen = port === undefined ? oneOf(running) : running.find((each) => listensOn(each, port));
    if (chosen !== undefined) {
      const { settings, addresses } = await chosen.client.state();
      const address = clientAddress(addresses) ?? { host: '127.0.0.1', port: settings.port };
      return { address: port === undefined ? address : { ...address, port }, noProxy: settings.noProxy };
    }
  } finally {
    for (const { client } of running) client.close();
  }
  const settings = await settingsOf(terminal);
  return { address: { host: '127.0.0.1', port: port ?? settings.port }, noProxy: settings.noProxy };
}

async function settingsOf(terminal: Terminal): Promise<AppSettings> {
  // zod comes with it.
  const { readAppSettings } = await import('../app-settings');
  const { path, reading } = await readAppSettings(terminal);
  if (reading?.kind === 'damaged') {
    terminal.err(`latchkey: warning: ${path} is damaged; what cannot be read of it has its default`);
  }
  return reading?.settings ?? defaultAppSettings;
}
