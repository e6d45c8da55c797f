import { randomUUID } from 'node:crypto';
import {
  access,
  constants,
  lstat,
  mkdir,
  readlink,
  realpath,
  rename,
  stat,
  symlink,
  unlink,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../../../shared/error-text';
import type { CommandLinkProblem, CommandLinkState } from '../../../shared/state';
import type { Shell } from '../../../shared/terminal-commands';
import type { CommandLink } from '../app-ports';
import { codeOf } from '../../../shared/error-code';

export interface PathCommandLinkOptions {
  /** The script of this app. */
  readonly script: string;
  readonly home: string;
  /** What the user's terminals run. */
  readonly shell: Shell;
  /** The folders of the user's PATH, in their order. */
  readonly askPath: () => Promise<readonly string[]>;
  /** Where a link may be made, the best first. Default: those of a Mac that belong to the user, or to Homebrew. */
  readonly folders?: readonly string[];
  /** Gets what goes wrong where nobody waits for it. */
  readonly report: (message: string) => void;
}

const name = 'latchkey';
/** How the script of any copy of the app is called. */
const inAnyApp = /\.app\/Contents\/Resources\/bin\/latchkey$/;

/** What stands where the link would be: `moved` is a link to an app of ours that is there no more. */
type Found =
  | { readonly kind: 'nothing' | 'ours' | 'moved' }
  | { readonly kind: 'foreign'; readonly target: string | undefined };

/**
 * Links the command into a folder of PATH that the user may write to without an administrator. It goes by what is on the disk alone:
 * ours is a link that leads to the script of this app, or to that of an app that has been moved or taken away.
 */
export class PathCommandLink implements CommandLink {
  readonly #options: PathCommandLinkOptions;
  readonly #folders: readonly string[];

  constructor(options: PathCommandLinkOptions) {
    const { home } = options;
    this.#options = options;
    this.#folders = options.folders ?? [
      join(home, '.local', 'bin'),
      join(home, 'bin'),
      '/opt/homebrew/bin',
      '/usr/local/bin',
    ];
  }

  async look(): Promise<CommandLinkState> {
    return this.#lookIn(await this.#path());
  }

  async add(): Promise<CommandLinkState> {
    const state = await this.look();
    if (state.kind !== 'off') return state;
    const path = this.#withHome(state.path);
    try {
      await mkdir(dirname(path), { recursive: true });
      // Whatever has come there meanwhile stays.
      await symlink(this.#options.script, path);
      return { kind: 'on', path: state.path };
    } catch (error) {
      return refusedBy({ kind: 'command-not-linked', path: state.path, detail: messageOf(error) });
    }
  }

  async remove(): Promise<CommandLinkState> {
    const path = await this.#path();
    for (const folder of new Set([...path, ...this.#folders])) {
      const link = join(folder, name);
      if ((await this.#find(link)).kind !== 'ours') continue;
      try {
        await unlink(link);
      } catch (error) {
        const problem = { path: this.#shown(link), detail: messageOf(error) };
        return refusedBy({ kind: 'command-not-linked', ...problem });
      }
    }
    return this.#lookIn(path);
  }

  async mend(): Promise<void> {
    await this.#mendIn(this.#folders);
  }

  /** A trailing slash makes no other folder. */
  async #path(): Promise<readonly string[]> {
    const folders = await this.#options.askPath();
    return [...new Set(folders.map((folder) => resolve(folder)))];
  }

  async #lookIn(path: readonly string[]): Promise<CommandLinkState> {
    await this.#mendIn(path);
    for (const folder of path) {
      const link = join(folder, name);
      const found = await this.#find(link);
      // The first one is what a terminal runs.
      if (found.kind === 'ours') return { kind: 'on', path: this.#shown(link) };
      if (found.kind === 'foreign') {
        const target = found.target === undefined ? undefined : this.#shown(found.target);
        return refusedBy({ kind: 'command-taken', path: this.#shown(link), target });
      }
    }
    if (!this.#isInstalled) return refusedBy({ kind: 'command-app-not-installed' });
    for (const folder of this.#folders) {
      if (path.includes(folder) && (await this.#canHold(folder))) {
        return { kind: 'off', path: this.#shown(join(folder, name)) };
      }
    }
    return refusedBy({ kind: 'command-has-no-folder', ...lineFor(this.#options.shell) });
  }

  async #find(link: string): Promise<Found> {
    let target: string | undefined;
    try {
      const stats = await lstat(link);
      // No shell takes a folder for a command.
      if (stats.isDirectory()) return { kind: 'nothing' };
      target = stats.isSymbolicLink() ? resolve(dirname(link), await readlink(link)) : undefined;
    } catch {
      // Nothing is there, or nothing that this user could run.
      return { kind: 'nothing' };
    }
    if (target === undefined) return { kind: 'foreign', target };
    const [end, script] = await Promise.all([endOf(link), endOf(this.#options.script)]);
    if (end !== undefined) return end === script ? { kind: 'ours' } : { kind: 'foreign', target };
    return inAnyApp.test(target) ? { kind: 'moved' } : { kind: 'foreign', target };
  }

  async #mendIn(folders: readonly string[]): Promise<void> {
    if (!this.#isInstalled) return;
    for (const folder of folders) {
      const link = join(folder, name);
      if ((await this.#find(link)).kind !== 'moved') continue;
      const draft = join(folder, `.${name}-${randomUUID()}`);
      try {
        await symlink(this.#options.script, draft);
        await rename(draft, link);
      } catch (error) {
        this.#options.report(`the command ${link} leads to an app that is gone: ${messageOf(error)}`);
      }
    }
  }

  /** From a disk image, or from where macOS runs what was just downloaded, it is gone with the next start. */
  get #isInstalled(): boolean {
    return !/^\/Volumes\/|\/AppTranslocation\//.test(this.#options.script);
  }

  /** Whether this user may put something there: a folder of his own home is made. */
  async #canHold(folder: string): Promise<boolean> {
    try {
      await access(folder, constants.W_OK);
      return (await stat(folder)).isDirectory();
    } catch (error) {
      const isMissing = codeOf(error) === 'ENOENT';
      return isMissing && folder.startsWith(`${this.#options.home}/`);
    }
  }

  #shown(path: string): string {
    const { home } = this.#options;
    return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  }

  #withHome(path: string): string {
    return path.startsWith('~/') ? join(this.#options.home, path.slice(2)) : path;
  }
}

function refusedBy(problem: CommandLinkProblem): CommandLinkState {
  return { kind: 'refused', problem };
}

/** What is there at the end of all links; undefined: nothing. */
async function endOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}

/** What has each shell look into a folder of the user's own. */
function lineFor(shell: Shell): { readonly folder: string; readonly file: string; readonly line: string } {
  const folder = '~/.local/bin';
  const posixLine = 'export PATH="$HOME/.local/bin:$PATH"';
  switch (shell) {
    case 'zsh':
      return { folder, file: '~/.zshrc', line: posixLine };
    case 'bash':
      return { folder, file: '~/.bash_profile', line: posixLine };
    case 'fish':
      return { folder, file: '~/.config/fish/config.fish', line: 'fish_add_path ~/.local/bin' };
  }
}
