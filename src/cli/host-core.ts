import { createApp } from '../main/app/app';
import { startEngine } from '../main/server/engine';
import { type InheritedPorts, takeInheritedPorts } from '../main/server/inherited-ports';
import { ControlError, type ControlServer, startControlServer } from '../main/control/control-server';
import { messageOf } from '../shared/error-text';
import type { AppCore } from '../shared/app-core';
import type { AppState } from '../shared/state';
import { formatHostPort, type HostPort } from '../shared/settings';
import { exitCodes } from './cli-error';
import { describeAppProblem } from './describe-app-problem';
import { headlessPorts, type OwnPorts } from './headless-ports';
import { reloadLines } from './reload-lines';
import { startError } from './start-error';
import type { Terminal } from './terminal';
import { codeOf } from '../shared/error-code';

export interface HostOptions {
  /** What this run has of its own; the rest is that of every terminal. */
  readonly own: OwnPorts;
  /** Where Latchkey keeps what it has learned. */
  readonly directory: string;
  readonly terminal: Terminal;
  readonly onInternalError: (error: unknown) => void;
  /** Told once the core is there. */
  readonly onCore: (core: AppCore) => void;
}

/**
 * Runs a core until SIGINT or SIGTERM, with the control socket as its face. In a file of its own, which is loaded while a
 * fingerprint of the password is computed on another thread: both take much of the time of a start.
 */
export async function hostCore(options: HostOptions): Promise<number> {
  const { own, directory, terminal, onInternalError, onCore } = options;
  const stopped = terminal.untilStopped();
  const inherited = await takeInheritedPorts(terminal.env, process.pid);
  const core = createApp(
    headlessPorts(terminal, directory, {
      ...own,
      startEngine: (each) => startEngine({ ...each, inherited }),
    }),
  );
  // A SIGHUP that nobody listens to ends the process, while the Mac's settings may be ours: heard from the first change to the last.
  const endHangUp = terminal.onHangUp(() => void reload(core, terminal).catch(onInternalError));
  try {
    onCore(core);
    await attend(core, stopped, options, inherited);
  } finally {
    try {
      await core.close();
    } finally {
      inherited?.close();
      endHangUp();
    }
  }
  return exitCodes.ok;
}

/** Until it is stopped, or something breaks. @throws CliError when it cannot start */
async function attend(
  core: AppCore,
  stopped: Promise<void>,
  options: HostOptions,
  inherited: InheritedPorts | undefined,
): Promise<void> {
  const { terminal } = options;
  let control: ControlServer | undefined;
  let endCrash = (): void => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    void stopped.then(resolve);
    endCrash = terminal.onCrash(reject);
  });
  try {
    await Promise.race([core.ready(), ended]);
    const { connection, addresses } = core.state();
    if (connection.kind === 'failed') throw await startError(connection.problem, terminal);
    for (const unused of inherited?.untaken() ?? []) {
      terminal.err(`latchkey: warning: ${unusedPort(unused.address)}`);
      unused.close();
    }
    control = await openControl(options, core);
    for (const line of serviceLines(core.state())) terminal.err(line);
    for (const address of addresses) terminal.err(`latchkey: listening on ${formatHostPort(address)}`);
    await ended;
  } finally {
    await control?.close();
    endCrash();
  }
}

/** What the unit and the configuration do not agree about. */
function unusedPort(address: HostPort): string {
  return (
    `whoever has started this listens on ${formatHostPort(address)}, which the configuration does not name: nobody is served there; ` +
    '`latchkey service install` makes both agree'
  );
}

async function reload(core: AppCore, terminal: Terminal): Promise<void> {
  const result = await core.run({ kind: 'reload-settings' });
  for (const line of reloadLines(core.state(), result)) terminal.err(`latchkey: ${line}`);
  for (const line of serviceLines(core.state())) terminal.err(line);
}

/** What it listens for besides HTTP, and what it could not listen on. */
function serviceLines({ services, notices }: AppState): string[] {
  const open = services.map(({ kind, address, target }) =>
    kind === 'socks' || target === undefined
      ? `latchkey: SOCKS5 on ${formatHostPort(address)}`
      : `latchkey: a tunnel from ${formatHostPort(address)} to ${formatHostPort(target)}`,
  );
  const unbound = notices.filter(({ kind }) => kind === 'not-listening');
  return [...unbound.map((problem) => describeAppProblem(problem).sentence), ...open];
}

/** A socket that cannot be opened is no reason not to run: only the other commands are missed. */
async function openControl(
  { directory, terminal, onInternalError }: HostOptions,
  core: AppCore,
): Promise<ControlServer | undefined> {
  const { version } = core.state();
  try {
    return await startControlServer({
      stateDirectory: directory,
      host: 'run',
      version,
      core,
      onInternalError,
    });
  } catch (error) {
    if (!(error instanceof ControlError) && codeOf(error) === undefined) throw error;
    terminal.err(`latchkey: warning: ${messageOf(error)}`);
    terminal.err('latchkey: warning: without it, no other command of `latchkey` reaches this one');
    return undefined;
  }
}
