import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makePrivate } from './make-private';
import type { LogFile } from './ports';

const defaultMaxBytes = 512 * 1024;

/**
 * A log in one file, which only its owner can read. When it grows too large it is renamed to `.1`, in place of the one
 * before. A disk that cannot be written to costs lines and nothing else.
 *
 * @param nowMs the clock on the wall
 */
export function openLogFile(path: string, nowMs: () => number, maxBytes = defaultMaxBytes): LogFile {
  let lastWrite: Promise<void> = Promise.resolve();
  let unwritten: string[] = [];
  let bytes: number | undefined;
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
        await rename(path, `${path}.1`);
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
    write: (line) => {
      unwritten.push(`${new Date(nowMs()).toISOString()} ${line.replace(/\s+/g, ' ')}\n`);
      if (unwritten.length === 1) lastWrite = lastWrite.then(writeAll);
    },
    close: () => lastWrite,
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
