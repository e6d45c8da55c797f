import { mkdirSync, statSync } from 'node:fs';
import nodeModule from 'node:module';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { codeOf } from '../shared/error-code';

/** Absent before Node 22.1. */
type EnableCompileCache = (folder: string) => unknown;

/** Where each system keeps what can be made again. */
export function cacheDirectory(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Latchkey');
  const base = env['XDG_CACHE_HOME'];
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'latchkey');
}

/**
 * Has Node keep the compiled code of what is loaded from now on, and use it at the next start. What lies there is run: so it
 * is done only in a folder that nobody else may write to, and under `sudo` not in that of the user who has called it.
 *
 * A start without it is slower, and nothing else; so nothing here fails.
 */
export function useCompileCache(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  enable: EnableCompileCache | undefined = (
    nodeModule as Partial<Record<'enableCompileCache', EnableCompileCache>>
  ).enableCompileCache,
): void {
  if (enable === undefined) return;
  const folder = cacheDirectory(env, platform);
  try {
    if (isPrivate(folder) && isPrivate(dirname(folder))) enable(folder);
  } catch {
    // No home, no room, no right: then there is no cache.
  }
}

/** Whether a folder can be written to by this user alone; one that is not there is made, if its parent is so. */
function isPrivate(folder: string): boolean {
  try {
    const { uid, mode } = statSync(folder);
    return uid === process.getuid?.() && (mode & 0o022) === 0;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || !isPrivate(dirname(folder))) return false;
  }
  mkdirSync(folder, { mode: 0o700 });
  return true;
}
