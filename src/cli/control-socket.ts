import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { CliError, codeOf, exitCodes, messageOf } from './cli-error';

/** What to do when there is nobody to talk to. */
export const startItFirst = 'start it first with `latchkey run --config FILE`';

const probeMs = 2_000;

/** The control socket of the proxy that listens on this port. */
export function controlSocketPath(stateDirectory: string, port: number): string {
  return join(stateDirectory, `control-${port}.sock`);
}

/** Whether such an error of `connect` says that there is no socket, or that the process behind it is gone. */
export function isNobodyThere(error: unknown): boolean {
  // A file that is no socket is ENOTSOCK on macOS, and ECONNREFUSED like a dead socket on Linux.
  return ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'].includes(codeOf(error) ?? '');
}

/** Whether a process answers on a control socket. @throws NodeJS.ErrnoException when that cannot be told */
export function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    // A process that is too busy to accept is alive all the same.
    socket.setTimeout(probeMs, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      if (isNobodyThere(error)) resolve(false);
      else if (codeOf(error) === 'EAGAIN') resolve(true);
      else reject(error);
    });
  });
}

async function portsIn(stateDirectory: string): Promise<number[]> {
  let names: string[];
  try {
    names = await readdir(stateDirectory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new CliError(exitCodes.failure, `${stateDirectory} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return names
    .flatMap((name) => /^control-(\d{1,5})\.sock$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((one, other) => one - other);
}

/** The ports of all that run, in ascending order. @throws CliError exit 1 when the directory cannot be read */
export async function runningPorts(stateDirectory: string): Promise<readonly number[]> {
  const alive: number[] = [];
  for (const each of await portsIn(stateDirectory)) {
    // One that cannot be asked, as of another user, is not ours.
    if (await isAlive(controlSocketPath(stateDirectory, each)).catch(() => false)) alive.push(each);
  }
  return alive;
}

/** What is wrong when one of several was meant. */
export function severalRun(ports: readonly number[]): CliError {
  return new CliError(
    exitCodes.failure,
    `several \`latchkey run\` are running, on the ports ${ports.join(', ')}; choose one with --port`,
  );
}

/**
 * The control socket of the proxy on a port, or of the only one that runs.
 *
 * @throws CliError exit 1 when none runs, or several do and no port is given
 */
export async function findControlSocket(stateDirectory: string, port: number | undefined): Promise<string> {
  // Whether it is alive shows when it is used.
  if (port !== undefined) return controlSocketPath(stateDirectory, port);
  const alive = await runningPorts(stateDirectory);
  const [first] = alive;
  if (first === undefined) {
    throw new CliError(exitCodes.failure, `no \`latchkey run\` is running; ${startItFirst}`);
  }
  if (alive.length > 1) throw severalRun(alive);
  return controlSocketPath(stateDirectory, first);
}
