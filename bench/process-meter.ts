import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10;

/** The fields of /proc/PID/stat from the third on; undefined when there is no such process. */
function statOf(pid: number): readonly string[] | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  // The name in parentheses may hold blanks: what follows it is counted from field 3.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** What is in a file of /proc; a process may be gone when it is read. */
function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

/** The processes of a group, as its leader was started in a group of its own. */
function groupOf(leader: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    const group = /^\d+$/.test(name) ? statOf(Number(name))?.[2] : undefined;
    return Number(group) === leader ? [Number(name)] : [];
  });
}

/** The processor time that a process and its group have used, in milliseconds: user and system, ended ones included. */
export function processorMs(leader: number): number {
  let ticks = 0;
  for (const pid of groupOf(leader)) {
    const fields = statOf(pid)?.slice(11, 15) ?? [];
    ticks += fields.map(Number).reduce((sum, one) => sum + one, 0);
  }
  return ticks * tickMs;
}

/** The memory that a process and its group hold, in MiB. */
export function groupMib(leader: number): number {
  return groupOf(leader).reduce((sum, pid) => sum + residentMib(pid), 0);
}

/** The memory that a process holds, in MiB. */
export function residentMib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Number(kib) / 1024;
}

/** What the threads of a process and its group have done so far. */
export interface Activity {
  /** Finer than `processorMs`, but without threads that have ended. */
  readonly processorMs: number;
  /** How often one has given up the processor by itself: once for each time that it was woken. */
  readonly wakeUps: number;
}

export function activityOf(leader: number): Activity {
  let nanoseconds = 0;
  let wakeUps = 0;
  for (const pid of groupOf(leader)) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const folder = `/proc/${pid}/task/${thread}`;
      nanoseconds += Number(readOrUndefined(`${folder}/schedstat`)?.split(' ', 1)[0] ?? 0);
      const status = readOrUndefined(`${folder}/status`) ?? '';
      wakeUps += Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
    }
  }
  return { processorMs: nanoseconds / 1e6, wakeUps };
}
