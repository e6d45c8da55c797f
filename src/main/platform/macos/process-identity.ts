import { runMacCommand } from './run-mac-command';
import { codeOf } from '../../../shared/error-code';

/** A process: its number alone may be somebody else's by now. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as `LC_ALL=C TZ=UTC0 ps -o lstart=` prints it. */
  readonly startedAt: string;
}

const psTimeoutMs = 5_000;

/** When a process started; undefined when there is none of this number. */
export async function startOf(pid: number): Promise<string | undefined> {
  const ps = { file: '/bin/ps', timeoutMs: psTimeoutMs, env: { LC_ALL: 'C', TZ: 'UTC0' } };
  const result = await runMacCommand(ps, ['-o', 'lstart=', '-p', String(pid)]);
  if (result.kind !== 'ended' || result.exitCode !== 0) return undefined;
  const startedAt = result.stdout.trim().replace(/\s+/g, ' ');
  return startedAt === '' ? undefined : startedAt;
}

/** This process. */
export async function identifyProcess(pid: number = process.pid): Promise<ProcessIdentity> {
  return { pid, startedAt: (await startOf(pid)) ?? '' };
}

export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.startedAt === other.startedAt;
}

/** Whether a process still runs, and is the same one. */
export async function isRunning({ pid, startedAt }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is one, of another user.
    if (codeOf(error) !== 'EPERM') return false;
  }
  return (await startOf(pid)) === startedAt;
}
