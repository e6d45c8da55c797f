import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10;

/** The processor time that a process has used, in milliseconds: user and system, its ended children included. */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name in parentheses may hold blanks: what follows it is counted from field 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks = 0, systemTicks = 0, childUserTicks = 0, childSystemTicks = 0] = fields
    .slice(11, 15)
    .map(Number);
  return (userTicks + systemTicks + childUserTicks + childSystemTicks) * tickMs;
}

/** The memory that a process holds, in MiB. */
export function residentMib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Number(kib) / 1024;
}
