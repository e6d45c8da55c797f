import { randomBytes } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makePrivate } from './make-private';
import { codeOf } from '../../../shared/error-code';

/** An object of JSON, of whose fields nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a JSON file, and closes it to others; undefined when there is none. @throws SyntaxError, NodeJS.ErrnoException */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
    await makePrivate(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text);
}

/** Gives a file that is of no use another name. Resolves with that. @throws NodeJS.ErrnoException */
export async function setAsideJsonFile(path: string): Promise<string> {
  let number = 1;
  while (await exists(`${path}.damaged-${number}`)) number += 1;
  const aside = `${path}.damaged-${number}`;
  await rename(path, aside);
  return aside;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Replaces a JSON file as one step, readable by its owner alone: after a crash the old or the new one is there.
 *
 * @throws NodeJS.ErrnoException
 */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(4).toString('hex')}.new`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(value, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
