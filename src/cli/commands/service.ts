import { existsSync } from 'node:fs';
import { homedir, networkInterfaces } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { hasMacCommands } from '../../main/platform/macos/has-mac-commands';
import {
  type BackgroundService,
  ServiceError,
  type ServiceState,
} from '../../main/platform/service/background-service';
import { launchdAgent } from '../../main/platform/service/launchd-agent';
import { systemdUnit } from '../../main/platform/service/systemd-unit';
import type { CntlmConf } from '../../main/cntlm/read-cntlm-conf';
import { formatUpstream, type HostPort, type ListenAddress, type Upstream } from '../../shared/settings';
import { readAppSettings } from '../app-settings';
import { CliError, exitCodes } from '../cli-error';
import { ConfFile } from '../conf-file';
import { agreedProxies } from '../pac-agreement';
import { usageError } from '../option-values';
import type { Terminal } from '../terminal';

export interface InstallOptions {
  /** A cntlm.conf; without one: the settings of the app. */
  readonly config?: string | undefined;
  readonly port?: number | undefined;
  /** With `config`: company proxies of its PAC that may get the sign-in. */
  readonly agree?: readonly Upstream[] | undefined;
  readonly systemProxy?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  /** Whether the system listens, and starts it at the first connection. */
  readonly socket?: boolean | undefined;
}

/** `latchkey service install`: has the system start `latchkey run` and keep it running. */
export async function installService(options: InstallOptions, terminal: Terminal): Promise<number> {
  const service = findService(terminal);
  const config = options.config === undefined ? undefined : resolve(options.config);
  if (config === undefined && isForSystem(terminal)) {
    throw usageError(
      'a service of the whole system has no Keychain: give it a cntlm.conf with its hash, with --config FILE',
    );
  }
  // What is wrong with it is said now, and not by a service that nobody sees.
  const conf = config === undefined ? undefined : (await ConfFile.open(config, terminal)).conf;
  const said = options.agree ?? [];
  const agreed =
    config === undefined || conf === undefined ? [] : await agreedProxies({ config, conf, said, terminal });
  const sockets = options.socket === true ? await socketsOf(options.port, conf, terminal) : [];
  const { LATCHKEY_STATE_DIR: stateDirectory } = terminal.env;
  await orExplain(() =>
    service.install({
      command: [...ownCommand(), 'run', ...runArguments({ ...options, agree: agreed }, terminal)],
      config,
      env: stateDirectory === undefined ? {} : { LATCHKEY_STATE_DIR: resolve(stateDirectory) },
      sockets,
    }),
  );
  terminal.out(`Installed: ${service.name}. ${stateLine(await orExplain(() => service.state()))}`);
  terminal.out(`Its log: ${service.logCommand}`);
  return exitCodes.ok;
}

/** `latchkey service remove` */
export async function removeService(terminal: Terminal): Promise<number> {
  const service = findService(terminal);
  const wasThere = await orExplain(() => service.remove());
  terminal.out(wasThere ? `Removed: ${service.name}.` : `There is no ${service.name}.`);
  return exitCodes.ok;
}

/** `latchkey service status`: exit 1 unless it runs, or would at the first connection. */
export async function serviceStatus(
  options: { readonly json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const service = findService(terminal);
  const state = await orExplain(() => service.state());
  if (options.json === true) {
    terminal.out(
      JSON.stringify({ name: service.name, files: service.paths.filter((path) => existsSync(path)), state }),
    );
  } else {
    terminal.out(`${service.name}: ${stateLine(state)}`);
    if (state.kind !== 'absent') terminal.out(`Its log: ${service.logCommand}`);
  }
  return state.kind === 'running' || state.kind === 'waiting' ? exitCodes.ok : exitCodes.failure;
}

function stateLine(state: ServiceState): string {
  switch (state.kind) {
    case 'absent':
      return 'It is not installed.';
    case 'waiting':
      return 'The system listens, and starts it at the first connection.';
    case 'running':
      return `It runs (pid ${state.pid}).`;
    case 'stopped':
      return state.lastExitCode === undefined
        ? 'It does not run.'
        : `It does not run; it ended last with exit code ${state.lastExitCode}.`;
  }
}

/** Root's unit is one of the whole system. */
function isForSystem({ env }: Terminal): boolean {
  return process.getuid?.() === 0 && !hasMacCommands(env, process.platform);
}

/** @throws CliError exit 1 where there is neither launchd nor systemd */
function findService({ env }: Terminal): BackgroundService {
  const home = homedir();
  const uid = process.getuid?.() ?? -1;
  if (hasMacCommands(env, process.platform)) return launchdAgent({ env, home, uid });
  if (process.platform === 'linux') return systemdUnit({ env, home, uid });
  throw new CliError(
    exitCodes.failure,
    'there is neither launchd nor systemd here: start `latchkey run` by what there is',
  );
}

/** @throws CliError exit 1 with what the service manager has said */
async function orExplain<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new CliError(exitCodes.failure, error.message, { cause: error });
  }
}

/** What starts this command line: the packaged app's script, or Node with the bundle. */
function ownCommand(): string[] {
  const script = resolve(process.argv[1] ?? '');
  if (process.versions['electron'] === undefined) return [process.execPath, script];
  // Latchkey.app/Contents/MacOS/Latchkey
  return [join(dirname(dirname(process.execPath)), 'Resources', 'bin', 'latchkey')];
}

/** Those of `run` but for --config, which is the service manager's to give. */
function runArguments(options: InstallOptions, { env }: Terminal): string[] {
  return [
    ...(options.port === undefined ? [] : ['--port', String(options.port)]),
    ...(options.agree ?? []).flatMap((each) => ['--agree', formatUpstream(each)]),
    ...(options.systemProxy === true ? ['--system-proxy'] : []),
    ...(options.verbose === true ? ['--verbose'] : []),
    // systemd has what is printed in its journal.
    ...(hasMacCommands(env, process.platform) ? ['--syslog'] : []),
  ];
}

/** Where the system is to listen: as `run` would. */
async function socketsOf(
  port: number | undefined,
  conf: CntlmConf | undefined,
  terminal: Terminal,
): Promise<HostPort[]> {
  const wanted = port ?? (conf === undefined ? await portOfApp(terminal) : undefined);
  const listen: readonly ListenAddress[] = wanted === undefined ? (conf?.listen ?? []) : [{ port: wanted }];
  const gateway = conf?.gateway ?? false;
  const addresses = Object.values(networkInterfaces()).flatMap((each = []) => each);
  const loopback = addresses.some(({ address }) => address === '::1') ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
  return listen.flatMap(({ host, port: each }) => {
    const isEverywhere = host === '*' || (host === undefined && gateway);
    const hosts = isEverywhere ? ['::'] : host === undefined ? loopback : [host];
    return hosts.map((name) => ({ host: name, port: each }));
  });
}

async function portOfApp(terminal: Terminal): Promise<number> {
  const { reading } = await readAppSettings(terminal);
  return reading?.settings.port ?? 3128;
}
