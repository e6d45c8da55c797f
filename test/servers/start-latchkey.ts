import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inNewServerFolder, removeServerFolder } from './server-folder';
import { startProcess } from './start-process';

export interface LatchkeyOptions {
  /** The text of a cntlm.conf. */
  readonly config: string;
  /** Whether it keeps connections ready. Default: not, so that each logon is one that a test has asked for. */
  readonly keepsWarm?: boolean;
  /** More arguments for `latchkey run`. */
  readonly args?: readonly string[];
  /** Default 0: a free one. */
  readonly port?: number;
  /** Where it keeps what it has learned. Default: a folder that is removed afterwards. */
  readonly stateDirectory?: string;
  /** Added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments for Node itself. */
  readonly nodeArguments?: readonly string[];
}

export interface Latchkey {
  readonly port: number;
  readonly pid: number;
  /** From its start until it said that it listens, in milliseconds. */
  readonly readyAfterMs: number;
  /** What it has printed. */
  readonly output: () => string;
  /** SIGTERM; resolves with the exit code. */
  readonly close: () => Promise<number | null>;
}

const builtFile = 'out/cli/latchkey.cjs';
const readyLine = /^latchkey: listening on 127\.0\.0\.1:(\d+)$/m;

/**
 * Starts the built command line, from the working directory `npm run build` was called in.
 *
 * @throws Error with its output when it does not come up
 */
export async function startLatchkey(options: LatchkeyOptions): Promise<Latchkey> {
  const program = resolve(builtFile);
  if (!existsSync(program)) throw new Error(`${builtFile} is not there: npm run build`);
  return inNewServerFolder('run', async (folder) => {
    const configFile = join(folder, 'cntlm.conf');
    writeFileSync(configFile, options.config, { mode: 0o600 });
    const server = await startProcess({
      name: 'latchkey',
      command: process.execPath,
      args: [
        ...(options.nodeArguments ?? []),
        program,
        'run',
        '--config',
        configFile,
        '--port',
        String(options.port ?? 0),
        ...(options.keepsWarm === true ? [] : ['--no-warm-connections']),
        ...(options.args ?? []),
      ],
      env: { ...options.env, LATCHKEY_STATE_DIR: options.stateDirectory ?? join(folder, 'state') },
      isReady: (output) => Promise.resolve(readyLine.test(output)),
    });
    return {
      port: Number(readyLine.exec(server.output())?.[1]),
      pid: server.pid,
      readyAfterMs: server.readyAfterMs,
      output: server.output,
      close: async () => {
        const exitCode = await server.stop();
        removeServerFolder(folder);
        return exitCode;
      },
    };
  });
}
