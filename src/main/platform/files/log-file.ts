import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { logLine } from '../../../shared/log-line';
import { makePrivate } from './make-private';
import type { LogFile } from '../ports';
import { codeOf } from '../../../shared/error-code';

const defaultMaxBytes = 512 * 1024;
/** So many older files are kept, `.1` the newest of them. */
const olderFiles = 3;

/**
 * A log in one file, which only its owner can read. When it grows too large it is renamed to `.1`, and those before it move on;
 * the oldest is dropped. A disk that cannot be written to costs lines and nothing else.
 *
 * @param nowMs the clock on the wall
 */
export function openLogFile(path: string, nowMs: () => number, maxBytes = defaultMaxBytes): LogFile {
  let lastWrite: Promise<void> = Promise.resolve();
  let unwritten: string[] = [];
  let bytes: number | undefined;
  /** Oldest first. */
  const older = Array.from({ length: olderFiles }, (_, index) => `${path}.${olderFiles - index}`);
  const rotate = async (): Promise<void> => {
    for (const [index, to] of older.entries()) await renameIfThere(older[index + 1] ?? path, to);
  };
  const writeAll = async (): Promise<void> => {
    if (unwritten.length === 0) return;
    const text = unwritten.join('');
    unwritten = [];
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      if (bytes === undefined) {
        await makePrivate(path);
        bytes = await sizeOf(path);
      }
      if (bytes > 0 && bytes + Buffer.byteLength(text) > maxBytes) {
        await rotate();
        bytes = 0;
      }
      await appendFile(path, text, { mode: 0o600 });
      bytes += Buffer.byteLength(text);
    } catch {
      // Nowhere to tell: this is the log.
      bytes = undefined;
    }
  };
  return {
    path,
    write: (level, line) => {
      unwritten.push(`${logLine(nowMs(), level, line)}\n`);
      if (unwritten.length === 1) lastWrite = lastWrite.then(writeAll);
    },
    tail: async (maxLines) => {
      await lastWrite;
      const newestFirst: string[] = [];
      for (const each of [path, ...older.toReversed()]) {
        if (newestFirst.length >= maxLines) break;
        // One that is not there, or cannot be read, has no lines.
        const text = await readFile(each, 'utf8').catch(() => '');
        newestFirst.push(...text.split('\n').slice(0, -1).toReversed());
      }
      return newestFirst.slice(0, maxLines).toReversed();
    },
    close: () => lastWrite,
  };
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
