import { readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { TaskQueue } from '../../../shared/task-queue';
import { hasMacCommands } from '../macos/has-mac-commands';
import { macCommand, runMacCommand } from '../macos/run-mac-command';
import { isFields } from '../files/json-file';
import { type ManagedReading, readManaged } from './read-managed';

export interface ManagedSourceOptions {
  /** LATCHKEY_MAC_COMMANDS in it names a folder with stand-ins for macOS's commands, LATCHKEY_MANAGED one for where profiles are. */
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Told of a file that cannot be read. */
  readonly onProblem: (message: string) => void;
}

/** Where managed settings come from. */
export interface ManagedSource {
  /** The files that they were read from; empty where nothing is managed. */
  files(): readonly string[];
  /** As they were last read. */
  reading(): ManagedReading;
  /** Reads them again where they have changed. Never rejects. @returns whether they have */
  refresh(): Promise<boolean>;
  /** Tells of changes. Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** The preferences domain of the app: its bundle identifier. */
const domain = 'app.latchkey.mac';
/** A profile comes or goes once in months; nobody waits for it. */
const lookEveryMs = 60_000;
const plutilTimeoutMs = 10_000;
const nothing = readManaged({});

/**
 * A configuration profile, as cfprefsd lays it down for every user of a Mac and for one of them, who comes before all: Electron can ask for
 * the values of its domain, but not whether somebody has forced them, and the command line cannot ask at all. On another
 * system an administrator's /etc/latchkey/managed.json.
 */
export async function openManagedSource(options: ManagedSourceOptions): Promise<ManagedSource> {
  const source = new FileManagedSource(options);
  await source.refresh();
  return source;
}

class FileManagedSource implements ManagedSource {
  readonly #options: ManagedSourceOptions;
  readonly #places: readonly string[];
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  readonly #tasks = new TaskQueue();
  #stamp = '';
  #files: readonly string[] = [];
  #reading = nothing;

  constructor(options: ManagedSourceOptions) {
    this.#options = options;
    this.#places = placesOf(options);
    this.#timer = setInterval(() => {
      void this.refresh().then((hasChanged) => {
        if (hasChanged) for (const listener of this.#listeners) listener();
      });
    }, lookEveryMs).unref();
  }

  files(): readonly string[] {
    return this.#files;
  }

  reading(): ManagedReading {
    return this.#reading;
  }

  /** One after the other: the files as they are now are read last. */
  refresh(): Promise<boolean> {
    return this.#tasks.run(() => this.#refresh());
  }

  async #refresh(): Promise<boolean> {
    const stamps = await Promise.all(this.#places.map(stampOf));
    const stamp = stamps.join('\n');
    if (stamp === this.#stamp) return false;
    this.#stamp = stamp;
    const files = this.#places.filter((_, index) => stamps[index] !== '');
    // The first that says something counts.
    const values = await Promise.all(files.map((file) => this.#read(file)));
    this.#files = files;
    this.#reading = readManaged(Object.assign({}, ...values.toReversed()) as unknown);
    return true;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  /** The dictionary in a file; an empty one when it cannot be read, which is told. */
  async #read(file: string): Promise<object> {
    const { env, onProblem } = this.#options;
    try {
      const text = file.endsWith('.plist') ? await jsonOfPlist(env, file) : await readFile(file, 'utf8');
      const value: unknown = JSON.parse(text);
      if (isFields(value)) return value;
      throw new Error('it holds no dictionary');
    } catch (error) {
      onProblem(
        `the managed settings in ${file} are not used: ${error instanceof Error ? error.message : ''}`,
      );
      return {};
    }
  }
}

/** The files that may be there, the one that counts first. */
function placesOf({ env, platform }: ManagedSourceOptions): string[] {
  if (!hasMacCommands(env, platform)) return [env['LATCHKEY_MANAGED'] || '/etc/latchkey/managed.json'];
  const folder = env['LATCHKEY_MANAGED'] || '/Library/Managed Preferences';
  return [join(folder, userInfo().username, `${domain}.plist`), join(folder, `${domain}.plist`)];
}

/** Changes with the file; empty when there is none. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${path} ${mtimeMs} ${size} ${ino}`;
  } catch {
    return '';
  }
}

/** A property list, binary as a rule, as JSON. @throws Error with what plutil says */
async function jsonOfPlist(env: NodeJS.ProcessEnv, file: string): Promise<string> {
  const plutil = macCommand(env, '/usr/bin/plutil', plutilTimeoutMs);
  const result = await runMacCommand(plutil, ['-convert', 'json', '-o', '-', file]);
  if (result.kind !== 'ended') throw new Error('plutil does not answer');
  if (result.exitCode !== 0)
    throw new Error((result.stderr.trim() || result.stdout.trim()).split('\n', 1)[0]);
  return result.stdout;
}
