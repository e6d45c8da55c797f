import { chmod, lstat, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { type ConnectionOptions, ControlConnection } from './control-connection';
import { controlFolder, controlSocketName, controlSockets } from './control-sockets';
import { isAlive } from './is-alive';
import { codeOf } from '../../shared/error-code';

export interface ControlServerOptions extends ConnectionOptions {
  /** Where Latchkey keeps what it has learned. */
  readonly stateDirectory: string;
}

export interface ControlServer {
  /** Answers the clients that still wait, ends all, and removes the socket. */
  close(): Promise<void>;
}

/** The socket cannot be opened; the message is a sentence that says why, and what to do. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

const maxClients = 32;
/** What every system takes: sockaddr_un has 104 bytes on macOS and 108 on Linux, the last one a NUL. */
const maxPathBytes = 103;

/**
 * Lets the command line talk to a core: listens on a unix socket in a folder that only its user can enter.
 *
 * @throws ControlError when the path is too long or in use, or its folder could be somebody else's
 * @throws NodeJS.ErrnoException
 */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { stateDirectory, host } = options;
  const folder = controlFolder(stateDirectory);
  const path = join(folder, controlSocketName(host, process.pid));
  // The path at which it is made is the longest.
  if (Buffer.byteLength(join(folder, 'new-123456', 's')) > maxPathBytes) {
    throw new ControlError(
      `${folder}: the path of a socket has at most ${maxPathBytes} bytes; choose a shorter LATCHKEY_STATE_DIR`,
    );
  }
  await ensurePrivate(folder);
  await ensureFree(path);
  await removeDead(folder, path);
  const clients = new Set<ControlConnection>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const client = new ControlConnection(socket, options);
    clients.add(client);
    void client.ended.then(() => clients.delete(client));
  });
  server.maxConnections = maxClients;
  const isOwn = await listen(server, path);
  server.on('error', options.onInternalError);
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const stopped = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    // Another process may have replaced it, if this one was stopped for long.
    if (await isOwn()) await rm(path, { force: true });
    for (const client of clients) client.dismiss();
    await Promise.all([stopped, ...[...clients].map(({ ended }) => ended)]);
  };
  return { close: () => (closed ??= close()) };
}

/** The folder is what keeps others out, also where the mode of a socket is not looked at. */
async function ensurePrivate(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const parent = await stat(dirname(folder));
  if (parent.uid !== process.getuid?.()) {
    throw new ControlError(
      `${dirname(folder)} belongs to another user; choose a folder of your own with LATCHKEY_STATE_DIR`,
    );
  }
  if ((parent.mode & 0o022) !== 0) {
    throw new ControlError(
      `others may write into ${dirname(folder)}, and could take the place of Latchkey there; close it with \`chmod go-w\``,
    );
  }
  const found = await lstat(folder);
  // Whoever follows a link changes the rights of what it leads to.
  if (!found.isDirectory()) throw new ControlError(`${folder} is in the way and is no folder; move it away`);
  const { uid, mode } = found;
  if (uid !== process.getuid?.()) throw new ControlError(`${folder} belongs to another user; remove it`);
  if ((mode & 0o777) !== 0o700) await chmod(folder, 0o700);
}

/** A socket whose process has died stays behind; `listen` replaces it. */
async function ensureFree(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isSocket()) {
      throw new ControlError(`${path} is in the way and is no socket; move it away`);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (await isAlive(path))
    throw new ControlError(`${path} is in use by another Latchkey; quit that one first`);
}

/** What processes have left that died: each `latchkey run` has a name of its own, which nobody else would take. */
async function removeDead(folder: string, own: string): Promise<void> {
  for (const path of await controlSockets(folder)) {
    if (path !== own && !(await isAlive(path).catch(() => true))) await rm(path, { force: true });
  }
}

/**
 * Makes the socket in a new directory that only its owner may enter, gives it its mode and moves it into place: with
 * `listen` alone anybody whom the umask lets could connect before its mode is set. Moving also replaces a dead socket in
 * one step.
 *
 * @returns whether the socket at the path is still the one that was made
 */
async function listen(server: Server, path: string): Promise<() => Promise<boolean>> {
  const nursery = await mkdtemp(join(dirname(path), 'new-'));
  const born = join(nursery, 's');
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(born, () => {
        server.off('error', reject);
        resolve();
      });
    });
    await chmod(born, 0o600);
    const { dev, ino } = await lstat(born);
    await rename(born, path);
    return async () => {
      try {
        const there = await lstat(path);
        return there.dev === dev && there.ino === ino;
      } catch {
        return false;
      }
    };
  } catch (error) {
    server.close();
    throw error;
  } finally {
    await rm(nursery, { recursive: true, force: true });
  }
}
