import { controlFolder, controlSockets, isNobodyThere } from '../main/control/control-sockets';
import { messageOf } from '../shared/error-text';
import { type HostPort, formatHostPort } from '../shared/settings';
import { CliError, exitCodes } from './cli-error';
import type { ControlClient } from './control-client';
import { stateDirectory } from './state-directory';
import type { Terminal } from './terminal';

/** What to do when there is nobody to talk to. */
const startItFirst = 'open the app, or start `latchkey run`';

/** What each command takes that asks the Latchkey which runs. */
export interface WhichOptions {
  /** Which one, when several are running. */
  readonly port?: number | undefined;
}

/** One Latchkey that runs, as a command finds it. */
export interface Running {
  readonly client: ControlClient;
  readonly addresses: readonly HostPort[];
}

/** What a Latchkey that runs is called. */
export function nameOf({ client: { hello } }: Running): string {
  return hello.host === 'app' ? 'Latchkey in the menu bar' : `\`latchkey run\` (process ${hello.pid})`;
}

/**
 * All that run for this user; whoever calls closes them. What does not answer, or is of a version that cannot be understood, is
 * told by the error that `problems` gets.
 */
export async function findRunning(terminal: Terminal, problems: unknown[] = []): Promise<Running[]> {
  const directory = stateDirectory(terminal.env, process.platform);
  let paths: string[];
  try {
    paths = await controlSockets(controlFolder(directory));
  } catch (error) {
    throw new CliError(exitCodes.failure, `${directory} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (paths.length === 0) return [];
  const { ControlClient } = await import('./control-client');
  const found = await Promise.all(
    paths.map(async (path): Promise<Running | undefined> => {
      let client: ControlClient | undefined;
      try {
        client = await ControlClient.connect(path, __LATCHKEY_VERSION__);
        const { addresses } = await client.state();
        return { client, addresses };
      } catch (error) {
        client?.close();
        if (!isNobodyThere(error)) problems.push(error);
        return undefined;
      }
    }),
  );
  return found.filter((each) => each !== undefined);
}

/**
 * Talks to the Latchkey that runs: the only one, or the one that listens on a port.
 *
 * @throws CliError exit 1 when none runs, when several do and none is chosen, and for whatever goes wrong
 */
export async function withRunning<T>(
  terminal: Terminal,
  port: number | undefined,
  action: (client: ControlClient) => Promise<T>,
): Promise<T> {
  const problems: unknown[] = [];
  const running = await findRunning(terminal, problems);
  try {
    const chosen = port === undefined ? oneOf(running) : running.find((each) => listensOn(each, port));
    if (chosen === undefined) throw noneRuns(running, port, problems);
    return await action(chosen.client);
  } finally {
    for (const { client } of running) client.close();
  }
}

/** Whether one of its addresses has this port. */
export function listensOn({ addresses }: Running, port: number): boolean {
  return addresses.some((address) => address.port === port);
}

/** The only one that runs; undefined when none does. @throws CliError exit 1 when there are several */
export function oneOf(running: readonly Running[]): Running | undefined {
  if (running.length > 1) throw severalRun(running);
  return running[0];
}

function noneRuns(
  running: readonly Running[],
  port: number | undefined,
  problems: readonly unknown[],
): Error {
  const [problem] = problems;
  if (problem instanceof Error) {
    return problem instanceof CliError
      ? problem
      : new CliError(exitCodes.failure, messageOf(problem), { cause: problem });
  }
  if (running.length === 0)
    return new CliError(exitCodes.failure, `Latchkey is not running: ${startItFirst}`);
  return new CliError(
    exitCodes.failure,
    `no Latchkey listens on port ${port ?? 0}; there is ${running.map(describeRunning).join(', ')}`,
  );
}

function severalRun(running: readonly Running[]): CliError {
  return new CliError(
    exitCodes.failure,
    `several are running: ${running.map(describeRunning).join(', ')}; choose one with --port`,
  );
}

function describeRunning(running: Running): string {
  const { addresses } = running;
  const where = addresses.length === 0 ? 'turned off' : `on ${addresses.map(formatHostPort).join(' and ')}`;
  return `${nameOf(running)}, ${where}`;
}
