import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../../../shared/error-text';
import type { PreviewLine } from '../../../shared/shell-block';
import type { ShellBlockPlan, ShellBlockProblem } from '../../../shared/shell-block-plan';
import { type Shell, shellBlockLines, type TerminalOptions } from '../../../shared/terminal-commands';
import type { ShellStart } from '../app-ports';
import type { MacCommand } from '../macos/run-mac-command';
import { chooseShellStartPath, ShellStartFile, ShellStartFileError } from './shell-start-file';
import { askZdotdir, userZsh } from './zsh-directory';
import { codeOf } from '../../../shared/error-code';

/** In the place of a pid; `kill` takes it for none. */
const nobody = 'off';

export interface HomeShellStartOptions {
  readonly home: string;
  /** For XDG_CONFIG_HOME, which fish has from where this process has it, and SHELL. */
  readonly env: NodeJS.ProcessEnv;
  /** Asked where it reads its start files from. Default: the user's, else that of macOS. */
  readonly zsh?: MacCommand;
  /** A file of Latchkey's own, which the lines of the block read. */
  readonly recordPath: string;
  readonly pid: number;
}

/**
 * The start files in the user's home.
 *
 * A record says which files may have the block: it is written before the first of them, so that a Latchkey that was killed
 * leaves nothing that the next one does not find, even under another shell. Its first line is the pid for the block's guard.
 */
export class HomeShellStart implements ShellStart {
  readonly #options: HomeShellStartOptions;

  constructor(options: HomeShellStartOptions) {
    this.#options = options;
  }

  async preview(change: 'add' | 'remove', options: TerminalOptions): Promise<ShellBlockPlan> {
    const { shell } = options;
    let path = '';
    try {
      path = await this.#pathFor(shell);
      const recorded = change === 'remove' ? await this.#recorded() : [];
      if (!recorded.includes(path)) path = recorded[0] ?? path;
      const file = new ShellStartFile(path);
      const preview =
        change === 'add' ? await file.previewInsert(this.#lines(options)) : await file.previewRemove();
      const facts = { shell, file: this.#nameOf(path) };
      if (preview.kind === 'edited') {
        return { ...facts, kind: 'refused', problem: this.#edited(path, preview.line) };
      }
      return { ...facts, kind: change, lines: preview.lines.filter(isChange) };
    } catch (error) {
      return { shell, file: this.#nameOf(path), kind: 'refused', problem: this.#refused(path, error) };
    }
  }

  async insert(options: TerminalOptions): Promise<ShellBlockProblem | undefined> {
    let path = this.#options.recordPath;
    try {
      const wanted = await this.#pathFor(options.shell);
      const others = (await this.#recorded()).filter((each) => each !== wanted);
      await this.#record(this.#options.pid, [...others, wanted]);
      const { left, problem } = await this.#removeFrom(others);
      if (left.length < others.length) await this.#record(this.#options.pid, [...left, wanted]);
      path = wanted;
      const outcome = await new ShellStartFile(path).insert(this.#lines(options));
      // The record stays: the lines of a block that the user has changed are to count, too.
      return typeof outcome === 'object' ? this.#edited(path, outcome.line) : problem;
    } catch (error) {
      return this.#refused(path, error);
    }
  }

  async remove(): Promise<ShellBlockProblem | undefined> {
    const { recordPath } = this.#options;
    try {
      const recorded = await this.#recorded();
      if (recorded.length === 0) return undefined;
      const { left, problem } = await this.#removeFrom(recorded);
      if (left.length === 0) await rm(recordPath, { force: true });
      else await this.#record(nobody, left);
      return problem;
    } catch (error) {
      return this.#refused(recordPath, error);
    }
  }

  /** What could not be read or written is left for another time; an edited block is the user's from now on. */
  async #removeFrom(
    paths: readonly string[],
  ): Promise<{ readonly left: readonly string[]; readonly problem: ShellBlockProblem | undefined }> {
    const left: string[] = [];
    let problem: ShellBlockProblem | undefined;
    for (const path of paths) {
      try {
        const outcome = await new ShellStartFile(path).remove();
        if (typeof outcome === 'object') problem ??= this.#edited(path, outcome.line);
      } catch (error) {
        left.push(path);
        problem ??= this.#refused(path, error);
      }
    }
    return { left, problem };
  }

  async #pathFor(shell: Shell): Promise<string> {
    const { home, env, zsh = userZsh(env) } = this.#options;
    const zdotdir = shell === 'zsh' ? await askZdotdir(zsh, home, env) : undefined;
    return chooseShellStartPath(shell, home, zdotdir === undefined ? env : { ...env, ZDOTDIR: zdotdir });
  }

  #lines(options: TerminalOptions): string {
    return shellBlockLines({ ...options, pidFile: this.#options.recordPath });
  }

  /** The files that may have the block. @throws NodeJS.ErrnoException */
  async #recorded(): Promise<readonly string[]> {
    try {
      const [, ...paths] = (await readFile(this.#options.recordPath, 'utf8')).split('\n');
      return paths.filter((path) => path !== '');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  /** @throws NodeJS.ErrnoException */
  async #record(pid: number | typeof nobody, paths: readonly string[]): Promise<void> {
    const { recordPath } = this.#options;
    const draft = `${recordPath}.new`;
    await mkdir(dirname(recordPath), { recursive: true, mode: 0o700 });
    await writeFile(draft, [pid, ...paths, ''].join('\n'), { mode: 0o600, flush: true });
    await rename(draft, recordPath);
  }

  #nameOf(path: string): string {
    const { home } = this.#options;
    return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  }

  #edited(path: string, line: number): ShellBlockProblem {
    return { kind: 'shell-block-edited', file: this.#nameOf(path), line };
  }

  #refused(path: string, error: unknown): ShellBlockProblem {
    return {
      kind: 'shell-file-refused',
      file: this.#nameOf(path),
      why: error instanceof ShellStartFileError ? error.code : 'other',
      detail: messageOf(error),
    };
  }
}

function isChange({ kind }: PreviewLine): boolean {
  return kind !== 'kept';
}
