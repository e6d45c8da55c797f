import { execFile } from 'node:child_process';
import { macEnvironment } from './mac-locale';
import { basename, join } from 'node:path';

/** A program, run as it is and never by a shell. */
export interface MacCommand {
  readonly file: string;
  /** Then it is killed. */
  readonly timeoutMs: number;
  /** Added to this process's environment and the locale of `macEnvironment`. */
  readonly env?: NodeJS.ProcessEnv;
}

/** How a command came to its end. */
export type MacCommandResult =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  /** It did not end in time, or whoever asked gave up, and it was killed. */
  | { readonly kind: 'stopped' }
  /** It did not start. */
  | { readonly kind: 'missing'; readonly detail: string };

/** One of macOS's commands, by its path, or what stands in for it. */
export function macCommand(env: NodeJS.ProcessEnv, path: string, timeoutMs: number): MacCommand {
  const folder = env['LATCHKEY_MAC_COMMANDS'];
  return { file: folder ? join(folder, basename(path)) : path, timeoutMs };
}

const maxOutputBytes = 4 * 1024 * 1024;

/** Runs one of macOS's commands to its end, or to the end of its time. Never rejects. */
export function runMacCommand(
  { file, timeoutMs, env = {} }: MacCommand,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<MacCommandResult> {
  if (signal?.aborted === true) return Promise.resolve({ kind: 'stopped' });
  return new Promise((resolve) => {
    const child = execFile(
      file,
      [...args],
      {
        encoding: 'utf8',
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: maxOutputBytes,
        env: { ...macEnvironment(), ...env },
      },
      (error, stdout, stderr) => {
        signal?.removeEventListener('abort', stop);
        if (error === null) resolve({ kind: 'ended', exitCode: 0, stdout, stderr });
        else if (typeof error.code === 'number')
          resolve({ kind: 'ended', exitCode: error.code, stdout, stderr });
        else if (error.killed === true || error.signal) resolve({ kind: 'stopped' });
        else resolve({ kind: 'missing', detail: error.message });
      },
    );
    const stop = (): void => {
      child.kill('SIGKILL');
    };
    signal?.addEventListener('abort', stop, { once: true });
    child.stdin?.on('error', () => undefined).end();
  });
}
