import { chmod, stat } from 'node:fs/promises';

/**
 * Takes from others the rights to a file or folder of this user that an earlier version, a copy or a backup has left wider than
 * Latchkey makes it. What cannot be done is left: whoever reads the file says what is wrong with it.
 */
export async function makePrivate(path: string): Promise<void> {
  try {
    const { mode, uid } = await stat(path);
    if ((mode & 0o077) !== 0 && uid === process.getuid?.()) await chmod(path, mode & 0o700);
  } catch {
    // Not there, or not ours.
  }
}
