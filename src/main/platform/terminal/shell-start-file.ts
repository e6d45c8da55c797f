import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { copyFile, mkdir, open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  insertShellBlock,
  type PreviewLine,
  previewShellBlock,
  removeShellBlock,
  type ShellBlockChange,
} from '../../../shared/shell-block';
import type { Shell } from '../../../shared/terminal-commands';
import { codeOf } from '../../../shared/error-code';

/** As many as the system follows itself. */
const maxLinks = 32;
/** How often a file may change under our hands. */
const maxAttempts = 5;

/** Says why a start file is left alone, and what to do. */
export class ShellStartFileError extends Error {
  override readonly name = 'ShellStartFileError';

  constructor(
    readonly code: 'not-a-file' | 'not-yours' | 'read-only' | 'link-loop' | 'busy',
    message: string,
  ) {
    super(message);
  }
}

export type ShellBlockOutcome = 'unchanged' | 'changed' | Extract<ShellBlockChange, { kind: 'edited' }>;

export type ShellBlockPreview =
  | { readonly kind: 'lines'; readonly lines: readonly PreviewLine[] }
  | Extract<ShellBlockChange, { kind: 'edited' }>;

/** What is at a path: the file behind all links, which need not be there. */
interface Snapshot {
  readonly target: string;
  readonly stats: Stats | undefined;
  /** One character for each byte, so that no encoding loses one. */
  readonly text: string | undefined;
}

/**
 * The start files that a new terminal on macOS reads, best first; a block may be in any of them.
 *
 * @param home the user's home folder
 * @param env for ZDOTDIR and XDG_CONFIG_HOME
 */
export function shellStartPaths(shell: Shell, home: string, env: NodeJS.ProcessEnv): readonly string[] {
  switch (shell) {
    case 'zsh':
      return ['.zshrc', '.zprofile'].map((name) => resolve(home, env['ZDOTDIR'] || home, name));
    case 'bash':
      // Terminal opens login shells; they read the first of these that exists, so a new .bash_profile could hide another.
      return ['.bash_profile', '.bash_login', '.profile'].map((name) => join(home, name));
    case 'fish':
      return [join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'fish', 'config.fish')];
  }
}

/** The start file that a block goes into: the first that exists, else the first. */
export async function chooseShellStartPath(
  shell: Shell,
  home: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const paths = shellStartPaths(shell, home, env);
  const [first = ''] = paths;
  for (const path of paths) {
    if ((await statsOf(path)) !== undefined) return path;
  }
  return first;
}

/**
 * The managed block in one start file of a shell. Symbolic links are followed and stay; the file is replaced as one step
 * and keeps its mode. Each call reads the file anew.
 */
export class ShellStartFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** What `insert` would change. Writes nothing. @throws ShellStartFileError, NodeJS.ErrnoException, RangeError */
  previewInsert(body: string): Promise<ShellBlockPreview> {
    return this.#preview((text) => insertShellBlock(text, bytesOf(body)));
  }

  /** What `remove` would change. Writes nothing. @throws ShellStartFileError, NodeJS.ErrnoException */
  previewRemove(): Promise<ShellBlockPreview> {
    return this.#preview(removeShellBlock);
  }

  /** Puts the block in, in place of an older one. @throws ShellStartFileError, NodeJS.ErrnoException, RangeError */
  insert(body: string): Promise<ShellBlockOutcome> {
    return this.#apply((text) => insertShellBlock(text, bytesOf(body)));
  }

  /** Takes the block out, and the file if it was made for it. @throws ShellStartFileError, NodeJS.ErrnoException */
  remove(): Promise<ShellBlockOutcome> {
    return this.#apply(removeShellBlock);
  }

  async #preview(plan: (text: string | undefined) => ShellBlockChange): Promise<ShellBlockPreview> {
    const { text } = await look(this.path);
    const change = plan(text);
    if (change.kind === 'edited') return change;
    if (change.kind === 'unchanged') return { kind: 'lines', lines: [] };
    const lines = previewShellBlock(text, change.text).map(
      ({ kind, line, text: bytes }): PreviewLine => ({ kind, line, text: readable(bytes) }),
    );
    return { kind: 'lines', lines };
  }

  async #apply(plan: (text: string | undefined) => ShellBlockChange): Promise<ShellBlockOutcome> {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const snapshot = await look(this.path);
      const change = plan(snapshot.text);
      if (change.kind === 'edited') return change;
      if (change.kind === 'unchanged') return 'unchanged';
      const isDone = await replace(snapshot, change.text, async () => {
        const now = await look(this.path);
        return now.target === snapshot.target && now.text === snapshot.text;
      });
      if (isDone) return 'changed';
    }
    throw new ShellStartFileError('busy', `${this.path} is being changed by another program; try again`);
  }
}

function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function readable(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** @throws ShellStartFileError for what is no file of the user that may be written */
async function look(path: string): Promise<Snapshot> {
  const target = await behindLinks(path);
  const stats = await statsOf(target);
  if (stats === undefined) return { target, stats, text: undefined };
  // A pipe would keep us waiting for ever.
  if (!stats.isFile()) throw new ShellStartFileError('not-a-file', `${path} is not a file; move it away`);
  if (process.getuid !== undefined && stats.uid !== process.getuid()) {
    throw new ShellStartFileError(
      'not-yours',
      `${path} belongs to another user; make it yours, or add the lines yourself`,
    );
  }
  if ((stats.mode & 0o200) === 0) {
    throw new ShellStartFileError(
      'read-only',
      `${path} is read-only; allow writing, or add the lines yourself`,
    );
  }
  return { target, stats, text: await readFile(target, 'latin1') };
}

/** The path of the file itself. A link may lead to a file that is not there yet. */
async function behindLinks(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < maxLinks; links += 1) {
    try {
      return await realpath(target);
    } catch (error) {
      if (codeOf(error) === 'ELOOP') break;
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    let next: string;
    try {
      next = await readlink(target);
    } catch (error) {
      // Nothing is there, or a file has come since.
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EINVAL') return target;
      throw error;
    }
    // A relative link counts from the folder that it is in, which may be reached over a link, too.
    target = resolve(await realpath(dirname(target)), next);
  }
  throw new ShellStartFileError('link-loop', `${path} is a link that leads to itself; repair it`);
}

/**
 * Replaces the file, or removes it, unless it is no longer as it was read.
 *
 * @returns whether that was done
 */
async function replace(
  { target, stats }: Snapshot,
  text: string | undefined,
  isStill: () => Promise<boolean>,
): Promise<boolean> {
  if (text === undefined) {
    if (!(await isStill())) return false;
    await rm(target);
    return true;
  }
  const draft = `${target}.${randomBytes(4).toString('hex')}.new`;
  try {
    if (stats === undefined) await mkdir(dirname(target), { recursive: true });
    // A copy has what the file has besides its bytes, on macOS also its extended attributes and access list.
    else await copyFile(target, draft, constants.COPYFILE_EXCL);
    const file = await open(draft, stats === undefined ? 'wx' : 'r+', 0o644);
    try {
      await file.truncate();
      await file.writeFile(text, 'latin1');
      if (stats !== undefined) await file.chmod(stats.mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    const isDone = await isStill();
    if (isDone) await rename(draft, target);
    return isDone;
  } finally {
    // After the rename there is none.
    await rm(draft, { force: true });
  }
}

async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
