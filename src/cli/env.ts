import { basename } from 'node:path';
import { type AppSettings, defaultAppSettings } from '../shared/app-settings';
import type { HostPort } from '../shared/settings';
import { environmentLines, environmentOffLines, type Shell, shells } from '../shared/terminal-commands';
import { readAppSettings } from './app-settings';
import { CliError, exitCodes } from './cli-error';
import { controlSocketPath, runningPorts, severalRun } from './control-socket';
import { parseOptions, parsePort } from './options';
import { stateDirectory } from './state-directory';
import { askForStatus } from './status';
import type { Terminal } from './terminal';

/** `latchkey env`: prints the lines that send a terminal's programs to the local proxy, or take that back. */
export async function env(args: string[], terminal: Terminal): Promise<number> {
  const { values } = parseOptions('env', args, {
    shell: { type: 'string', short: 's' },
    port: { type: 'string', short: 'p' },
    off: { type: 'boolean' },
  });
  const shell = parseShell(values.shell, terminal.env['SHELL']);
  const port = values.port === undefined ? undefined : parseFixedPort(values.port);
  if (values.off === true) {
    terminal.out(environmentOffLines(shell).trimEnd());
    return exitCodes.ok;
  }
  const settings = await settingsOf(terminal);
  const address = await findAddress(port, settings.port, terminal);
  terminal.out(environmentLines({ shell, address, noProxy: settings.noProxy }).trimEnd());
  return exitCodes.ok;
}

/** Without the option: the user's own shell. Every other than fish reads what bash reads, as sh and dash do. */
function parseShell(option: string | undefined, userShell: string | undefined): Shell {
  const name = option ?? basename(userShell ?? '');
  const shell = shells.find((each) => each === name);
  if (shell !== undefined) return shell;
  if (option === undefined) return 'bash';
  throw new CliError(exitCodes.badConfiguration, `--shell is zsh, bash or fish, not '${option}'`);
}

function parseFixedPort(text: string): number {
  const port = parsePort(text);
  if (port !== 0) return port;
  throw new CliError(
    exitCodes.badConfiguration,
    '--port is the port that the local proxy listens on, from 1 to 65535',
  );
}

async function settingsOf(terminal: Terminal): Promise<AppSettings> {
  const { path, reading } = await readAppSettings(terminal);
  if (reading?.kind === 'damaged') {
    terminal.err(`latchkey: warning: ${path} is damaged; what cannot be read of it has its default`);
  }
  return reading?.settings ?? defaultAppSettings;
}

/**
 * Where the local proxy listens. A port that the user gives need not be listened on yet.
 *
 * @throws CliError exit 1 when several run and none is chosen, or the one that runs does not answer
 */
async function findAddress(port: number | undefined, appPort: number, terminal: Terminal): Promise<HostPort> {
  const loopback = '127.0.0.1';
  if (port !== undefined) return { host: loopback, port };
  const directory = stateDirectory(terminal.env, process.platform);
  const running = await runningPorts(directory);
  const [first] = running;
  if (first === undefined) return { host: loopback, port: appPort };
  if (running.length > 1) throw severalRun(running);
  const { addresses } = (await askForStatus(controlSocketPath(directory, first))).state;
  const address = addresses.find(({ host }) => host === loopback) ?? addresses[0];
  // Listening on every address of either kind takes connections to this one.
  const isAnywhere = address === undefined || ['0.0.0.0', '::'].includes(address.host);
  return isAnywhere ? { host: loopback, port: first } : address;
}
