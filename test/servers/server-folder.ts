import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder that servers which drop root's rights can enter as well. */
export function makeServerFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `latchkey-${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}

export function removeServerFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Starts a server in a new folder, which is removed again when that fails. */
export async function inNewServerFolder<T>(name: string, start: (folder: string) => Promise<T>): Promise<T> {
  const folder = makeServerFolder(name);
  try {
    return await start(folder);
  } catch (error) {
    removeServerFolder(folder);
    throw error;
  }
}

/** Squid and nginx give up root's rights by themselves only when they were started with them. */
export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}
