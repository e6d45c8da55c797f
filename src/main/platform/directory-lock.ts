import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from './process-identity';

/** A lock whose owner has not written its name within this time died in between. */
const namelessMs = 2_000;
const pollMs = 50;

/**
 * A lock that a shell script can take as well: a directory, with the number of its owner's process in `pid` and its start in
 * `start`. That of a process that is gone is removed.
 *
 * @returns what releases it; undefined when somebody else has had it for all the time
 * @throws NodeJS.ErrnoException when it cannot be made
 */
export async function takeDirectoryLock(
  path: string,
  owner: ProcessIdentity,
  waitMs: number,
): Promise<(() => Promise<void>) | undefined> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const until = performance.now() + waitMs;
  for (;;) {
    try {
      await mkdir(path, { mode: 0o700 });
      await writeFile(join(path, 'pid'), `${owner.pid}\n`);
      await writeFile(join(path, 'start'), `${owner.startedAt}\n`);
      return () => rm(path, { recursive: true, force: true });
    } catch (error) {
      if (!isCode(error, 'EEXIST')) {
        await rm(path, { recursive: true, force: true });
        throw error;
      }
    }
    if (await isStale(path)) await remove(path, owner);
    else if (performance.now() > until) return undefined;
    else await delay(pollMs);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function isStale(path: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(join(path, 'pid'), 'utf8'));
    const startedAt = (await readFile(join(path, 'start'), 'utf8')).trim();
    if (pid > 0 && startedAt !== '') return !(await isRunning({ pid, startedAt }));
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
  try {
    return Date.now() - (await stat(path)).mtimeMs > namelessMs;
  } catch {
    // Released meanwhile.
    return false;
  }
}

/** Of several who do this at a time one succeeds: a directory is moved away once. */
async function remove(path: string, { pid }: ProcessIdentity): Promise<void> {
  const aside = `${path}.${pid}`;
  try {
    await rm(aside, { recursive: true, force: true });
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}
