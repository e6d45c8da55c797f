import { basename } from 'node:path';
import type { HostPort } from '../shared/settings';
import { type Shell, shellEnvironment, shellEnvironmentOff, shells } from '../shared/shell-environment';
import { CliError, exitCodes } from './cli-error';
import { findControlSocket } from './control-socket';
import { parseOptions, parsePort } from './options';
import { stateDirectory } from './state-directory';
import { askForStatus } from './status';
import { clientAddress } from './system-proxy-switch';
import type { Terminal } from './terminal';

const usualPort = 3128;

/** `latchkey env`: the lines that make the programs of a terminal use the local proxy, for `eval`. */
export async function environment(args: string[], terminal: Terminal): Promise<number> {
  const { values } = parseOptions('env', args, {
    shell: { type: 'string' },
    off: { type: 'boolean' },
    port: { type: 'string', short: 'p' },
  });
  const shell = parseShell(values.shell, terminal.env['SHELL']);
  const lines =
    values.off === true
      ? shellEnvironmentOff(shell)
      : shellEnvironment(shell, await findAddress(values.port, terminal));
  for (const line of lines) terminal.out(line);
  return exitCodes.ok;
}

function parseShell(text: string | undefined, loginShell: string | undefined): Shell {
  const shell = shells.find((each) => each === (text ?? basename(loginShell ?? '')));
  // What zsh reads every shell of that kind can read.
  if (shell !== undefined || text === undefined) return shell ?? 'zsh';
  throw new CliError(exitCodes.badConfiguration, `--shell is ${shells.join(', ')}, not '${text}'`);
}

/** Where the running proxy listens, or where it usually does. */
async function findAddress(port: string | undefined, terminal: Terminal): Promise<HostPort> {
  if (port !== undefined) return { host: '127.0.0.1', port: parsePort(port) };
  try {
    const path = await findControlSocket(stateDirectory(terminal.env, process.platform), undefined);
    return clientAddress((await askForStatus(path)).state.addresses);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { host: '127.0.0.1', port: usualPort };
  }
}
