import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { activityOf, groupMib, processorMs, residentMib } from './process-meter';

const children: ChildProcess[] = [];

/** Runs a script in a process group of its own, until it has written something; then it is silent. */
async function run(script: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

afterEach(() => {
  for (const { pid } of children.splice(0)) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
});

const busyMs = 300;
const burn = `
  for (let used = 0; used < ${busyMs * 1_000};) {
    for (let at = 0; at < 1e6; at += 1);
    const { user, system } = process.cpuUsage();
    used = user + system;
  }`;
const idle = 'setInterval(() => undefined, 1e6)';
const done = "process.stdout.write('done')";

describe.skipIf(process.platform !== 'linux')('what a process has used', () => {
  it('is its processor time', async () => {
    const pid = await run(`${burn} ${done}; ${idle}`);
    // Linux counts in steps of 10 ms.
    expect(processorMs(pid)).toBeGreaterThanOrEqual(busyMs - 20);
    expect(activityOf(pid).processorMs).toBeGreaterThanOrEqual(busyMs - 20);
  });

  it('is that of its children too, of those that have ended and those that have not', async () => {
    const child = (script: string): string => `['-e', ${JSON.stringify(script)}], { stdio: 'inherit' }`;
    const pid = await run(`
      const { spawn, spawnSync } = require('node:child_process');
      spawnSync(process.execPath, ${child(burn)});
      spawn(process.execPath, ${child(`${burn} ${done}; ${idle}`)});`);
    expect(processorMs(pid)).toBeGreaterThanOrEqual(2 * (busyMs - 20));
    expect(groupMib(pid)).toBeGreaterThan(residentMib(pid) * 1.5);
  });

  it('counts how often it was woken', async () => {
    const pid = await run(`let at = 0; setInterval(() => { if ((at += 1) === 50) ${done}; }, 1)`);
    expect(activityOf(pid).wakeUps).toBeGreaterThanOrEqual(50);
  });

  it('is nothing once it has gone', () => {
    expect(processorMs(2 ** 22 + 1)).toBe(0);
  });
});
