import { chmod, lstat, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { CliError, codeOf, exitCodes } from './cli-error';
import { type ControlAnswer, type ControlCommand, parseControlCommand } from './control-command';
import { isAlive } from './control-socket';

export interface ControlServerOptions {
  /** See `controlSocketPath`. */
  readonly path: string;
  /** Does what a command says, unless the client has left before it began. A rejection is a bug. */
  readonly handle: (command: ControlCommand, clientLeft: AbortSignal) => Promise<ControlAnswer>;
  /** Gets what must not happen; the client is told no details. */
  readonly onInternalError: (error: unknown) => void;
  /** How long a client may take to say its line, and to take its answer. Default 5 s. */
  readonly clientMs?: number;
}

export interface ControlServer {
  /** Answers the clients that still wait, ends all, and removes the socket. */
  close(): Promise<void>;
}

const maxLineBytes = 65_536;
const maxClients = 16;
/** What every system takes: sockaddr_un has 104 bytes on macOS and 108 on Linux, the last one a NUL. */
const maxPathBytes = 103;

/**
 * Listens on a unix socket for one line of JSON per client, answers with one line, and ends the connection.
 *
 * @throws CliError exit 1 when the path is too long or in use, or the directory is open to others
 * @throws NodeJS.ErrnoException
 */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { path } = options;
  if (Buffer.byteLength(path) > maxPathBytes) {
    throw new CliError(
      exitCodes.failure,
      `${path}: a socket's path has at most ${maxPathBytes} bytes; choose a shorter LATCHKEY_STATE_DIR`,
    );
  }
  await ensurePrivate(dirname(path));
  await ensureFree(path);
  const clients = new Set<Client>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const client = new Client(socket, options);
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

/** The directory is what keeps others out, also where the mode of a socket is not looked at. */
async function ensurePrivate(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(directory);
  if (uid !== process.getuid?.()) {
    throw new CliError(
      exitCodes.failure,
      `${directory} belongs to another user; choose a directory of your own with LATCHKEY_STATE_DIR`,
    );
  }
  if ((mode & 0o022) !== 0) {
    throw new CliError(
      exitCodes.failure,
      `others may write into ${directory}, and could take the place of Latchkey there; close it with \`chmod go-w\``,
    );
  }
}

/** A socket whose process has died stays behind; `listen` replaces it. */
async function ensureFree(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isSocket()) {
      throw new CliError(exitCodes.failure, `${path} is in the way and is no socket; move it away`);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (await isAlive(path)) {
    throw new CliError(exitCodes.failure, `${path} is in use by another \`latchkey run\`; stop it first`);
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
  // Shorter than the final name: its path has the same limit.
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

/** One client, from its connection to its end. */
class Client {
  /** Resolves when the connection is closed. */
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  readonly #options: ControlServerOptions;
  readonly #left = new AbortController();
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #state: 'reading' | 'working' | 'answered' = 'reading';
  #deadline: NodeJS.Timeout;

  constructor(socket: Socket, options: ControlServerOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#deadline = this.#startDeadline();
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.once('end', () => {
      if (this.#state !== 'reading') {
        this.#left.abort();
        return;
      }
      if (this.#length === 0) socket.end();
      else this.#fail('the line is not complete');
    });
    // A client that is gone needs no answer.
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      socket.once('close', () => {
        clearTimeout(this.#deadline);
        this.#left.abort();
        resolve();
      });
    });
  }

  /** Ends it; who still waits is told. */
  dismiss(): void {
    if (this.#state === 'working') this.#answer({ kind: 'failed', message: 'Latchkey is stopping.' });
    else if (this.#state === 'reading') this.#socket.destroy();
  }

  #startDeadline(): NodeJS.Timeout {
    return setTimeout(() => this.#socket.destroy(), this.#options.clientMs ?? 5_000);
  }

  #read(chunk: Buffer): void {
    // What comes behind the line is read and dropped.
    if (this.#state !== 'reading') return;
    const end = chunk.indexOf(0x0a);
    const piece = end === -1 ? chunk : chunk.subarray(0, end);
    this.#length += piece.length;
    if (this.#length > maxLineBytes) {
      this.#fail(`a line has at most ${maxLineBytes} bytes`);
      return;
    }
    this.#chunks.push(piece);
    if (end !== -1) void this.#work(Buffer.concat(this.#chunks.splice(0)).toString());
  }

  async #work(line: string): Promise<void> {
    this.#state = 'working';
    // A command may take as long as a logon does; the client has its own time-out.
    clearTimeout(this.#deadline);
    const command = parseLine(line);
    if (command === undefined) {
      this.#fail('the running `latchkey` does not know this command; is it of another version?');
      return;
    }
    try {
      this.#answer(await this.#options.handle(command, this.#left.signal));
    } catch (error) {
      this.#options.onInternalError(error);
      this.#fail('Latchkey made a mistake; what it has printed says more.');
    }
  }

  #fail(message: string): void {
    this.#answer({ kind: 'failed', message });
  }

  #answer(answer: ControlAnswer): void {
    if (this.#state === 'answered') return;
    this.#state = 'answered';
    clearTimeout(this.#deadline);
    if (this.#socket.destroyed) return;
    this.#deadline = this.#startDeadline();
    this.#socket.write(`${JSON.stringify(answer)}\n`);
    this.#socket.destroySoon();
  }
}

function parseLine(line: string): ControlCommand | undefined {
  try {
    return parseControlCommand(JSON.parse(line));
  } catch {
    return undefined;
  }
}
