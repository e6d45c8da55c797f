import { readdir, stat } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ControlHost } from '../../shared/control';
import { codeOf } from '../../shared/error-code';

// Node's fs/promises would be loaded for nothing else where nobody runs.
const namesIn = promisify(readdir);
const factsOf = promisify(stat);

/** The folder with the control sockets of all that run for one user. */
export function controlFolder(stateDirectory: string): string {
  return join(stateDirectory, 'control');
}

/** The socket of the app, of which there is one, or of one `latchkey run`, of which there may be several. */
export function controlSocketName(host: ControlHost, pid: number): string {
  return host === 'app' ? 'app.sock' : `run-${pid}.sock`;
}

/**
 * The sockets that lie in the folder, whether or not anybody answers.
 *
 * @throws NodeJS.ErrnoException; Error when the folder is another user's, who would be told the passwords that are typed
 */
export async function controlSockets(folder: string): Promise<string[]> {
  try {
    const { uid } = await factsOf(folder);
    if (uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
    const names = await namesIn(folder);
    return names
      .filter((name) => /^(?:app|run-\d+)\.sock$/.test(name))
      .toSorted()
      .map((name) => join(folder, name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Whether such an error of `connect` says that there is no socket, or that the process behind it is gone. */
export function isNobodyThere(error: unknown): boolean {
  const code = codeOf(error);
  // A file that is no socket is ENOTSOCK on macOS, and ECONNREFUSED like a dead socket on Linux.
  return code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK';
}
