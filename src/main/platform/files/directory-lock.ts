import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from '../macos/process-identity';
import { codeOf } from '../../../shared/error-code';

/** A lock whose owner has not written its name within this time died in between. */
const namelessMs = 2_000;
/** Longer than anybody needs to remove a lock. */
const turnMs = 10_000;
const pollMs = 50;
/** Of a script with twenty services before it. */
const scriptPollMs = 500;

export interface LockWait {
  /** How long another Latchkey may have it: it may be asking its user for a password. */
  readonly waitMs: number;
  /** Calls the wait off. */
  readonly signal?: AbortSignal;
}

/**
 * A lock that a shell script can take as well: a directory, with the number of its owner's process in `pid` and its start in
 * `start`. That of a process that is gone is removed. The restore script also keeps `call` in it, and is waited for without a
 * limit: it asks nobody, and ends what hangs.
 *
 * @returns what releases it; undefined when another Latchkey has had it for all the time
 * @throws NodeJS.ErrnoException when it cannot be made; the AbortError of the signal
 */
export async function takeDirectoryLock(
  path: string,
  owner: ProcessIdentity,
  { waitMs, signal }: LockWait,
): Promise<(() => Promise<void>) | undefined> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  let until = performance.now() + waitMs;
  for (;;) {
    try {
      await mkdir(path, { mode: 0o700 });
      await writeFile(join(path, 'pid'), `${owner.pid}\n`);
      await writeFile(join(path, 'start'), `${owner.startedAt}\n`);
      return () => rm(path, { recursive: true, force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') {
        await rm(path, { recursive: true, force: true });
        throw error;
      }
    }
    if (await breakStale(path)) continue;
    const isOfScript = existsSync(join(path, 'call'));
    if (isOfScript) until = performance.now() + waitMs;
    if (performance.now() > until) return undefined;
    await delay(isOfScript ? scriptPollMs : pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(join(path, 'pid'), 'utf8'));
    const startedAt = (await readFile(join(path, 'start'), 'utf8')).trim();
    if (pid > 0 && startedAt !== '') return !(await isRunning({ pid, startedAt }));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  return isOlder(path, namelessMs);
}

/**
 * Removes a lock whose owner is gone. One process at a time: between one's look and its removal another could have done the
 * same and taken the lock for itself.
 *
 * @returns whether it is worth trying again at once
 */
async function breakStale(path: string): Promise<boolean> {
  if (!(await isStale(path))) return false;
  const turn = `${path}.break`;
  try {
    await mkdir(turn, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // Whoever had its turn may have died in it.
    if (await isOlder(turn, turnMs)) await rm(turn, { recursive: true, force: true });
    return false;
  }
  try {
    const isStill = await isStale(path);
    if (isStill) await rm(path, { recursive: true, force: true });
    return isStill;
  } finally {
    await rm(turn, { recursive: true, force: true });
  }
}

async function isOlder(path: string, ageMs: number): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > ageMs;
  } catch {
    // Gone meanwhile.
    return false;
  }
}
