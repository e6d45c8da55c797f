import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { serverEnvironment } from './search-path';

export interface ServerProcess {
  readonly pid: number;
  /** How long it took from its start until it could be used, in milliseconds. */
  readonly readyAfterMs: number;
  /** Everything that it has written on standard output and standard error so far, the last 256 KiB of it. */
  readonly output: () => string;
  /** Asks it to end, then kills what is left of its process group. Resolves with its exit code. */
  readonly stop: () => Promise<number | null>;
}

export interface ServerProcessOptions {
  /** For error messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** True as soon as the server can be used. */
  readonly isReady: (output: string) => Promise<boolean>;
  /** What asks it to end in order. Default SIGTERM. */
  readonly endSignal?: NodeJS.Signals;
  /** How often that is looked at, in milliseconds, beside each time when it has written something. Default 25. */
  readonly pollMs?: number;
  /** A file whose last lines belong into the error when the server does not come up. */
  readonly logFile?: string;
}

/** For what never comes; a test whose server has to end sooner says so itself. */
const readyWithinMs = 120_000;
const stopWithinMs = 50_000;
const defaultPollMs = 25;
const keptOutput = 262_144;
const tailLines = 20;

/** Process groups that still run: killed when this process ends without having closed them. */
const runningGroups = new Set<number>();
process.once('exit', () => {
  for (const pid of runningGroups) killGroup(pid);
});

/**
 * Starts a server in a process group of its own and waits until it can be used.
 *
 * @throws Error with the end of the server's output and log when it ends or is not ready in time
 */
export async function startProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const startMs = performance.now();
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...serverEnvironment(), ...options.env },
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-keptOutput);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output += `\n${error.message}`;
      resolve(null);
    });
    child.once('exit', resolve);
  });
  const { pid } = child;
  // At once: later the number may be that of another process. What is left of the group has no leader any more.
  child.once('exit', () => {
    if (pid === undefined) return;
    killGroup(pid);
    runningGroups.delete(pid);
  });
  if (pid !== undefined) runningGroups.add(pid);
  const stop = async (): Promise<number | null> => {
    if (pid === undefined) return ended;
    if (!hasEnded(child)) child.kill(options.endSignal ?? 'SIGTERM');
    await Promise.race([ended, delay(stopWithinMs, undefined, { ref: false })]);
    if (!hasEnded(child)) killGroup(pid);
    return ended;
  };
  if (
    pid === undefined ||
    !(await becomesReady(child, options.pollMs ?? defaultPollMs, () => options.isReady(output)))
  ) {
    await stop();
    const log = options.logFile === undefined ? '' : tailOf(options.logFile);
    throw new Error(`${options.name} did not come up\n${lastLines(output)}\n${log}`);
  }
  return { pid, readyAfterMs: performance.now() - startMs, output: () => output, stop };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function becomesReady(
  child: ChildProcess,
  pollMs: number,
  isReady: () => Promise<boolean>,
): Promise<boolean> {
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline && !hasEnded(child)) {
    // Asked again afterwards: the port may be answered by someone else while this server fails to bind it.
    if ((await isReady()) && !hasEnded(child)) return true;
    await nextLook(child, pollMs);
  }
  return false;
}

/** The next time at which it may have become ready. */
function nextLook({ stdout }: ChildProcess, pollMs: number): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      stdout?.off('data', settle);
      resolve();
    };
    const timer = setTimeout(settle, pollMs);
    stdout?.once('data', settle);
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // No process is left in the group, which is what was wanted.
  }
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-tailLines).join('\n');
}

function tailOf(file: string): string {
  try {
    return lastLines(readFileSync(file, 'utf8'));
  } catch {
    return `(${file} was not written)`;
  }
}
