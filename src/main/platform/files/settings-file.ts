import { type FSWatcher, watch } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../../../shared/error-text';
import { type AppSettings, defaultAppSettings } from '../../../shared/app-settings';
import { appSettingsSchema, settingsVersion } from '../../../shared/app-settings-schema';
import type { AppProblem } from '../../../shared/app-problem';
import { TaskQueue } from '../../../shared/task-queue';
import { DebouncedListeners } from '../debounced-listeners';
import { writeJsonFile } from './json-file';
import { makePrivate } from './make-private';
import type { SettingsStore } from '../ports';
import { codeOf } from '../../../shared/error-code';

/** A lock that is older was left by a process that has died. */
const staleLockMs = 5_000;
const lockRetryMs = 20;
/** An editor writes in several steps. */
const settleMs = 150;

/** What a text means as settings. */
export type SettingsReading =
  | {
      readonly kind: 'good';
      readonly settings: AppSettings;
      readonly extra: Readonly<Record<string, unknown>>;
    }
  /** Of a newer Latchkey: what could be understood of it. */
  | { readonly kind: 'newer'; readonly settings: AppSettings }
  /** What could be understood, and defaults for the rest. */
  | { readonly kind: 'damaged'; readonly settings: AppSettings };

const { shape } = appSettingsSchema.unwrap();

/** Reads the file's text. What an older version did not have yet gets its default. */
export function readSettings(text: string): SettingsReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'damaged', settings: defaultAppSettings };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'damaged', settings: defaultAppSettings };
  }
  const version = 'version' in value ? value.version : undefined;
  if (typeof version === 'number' && version > settingsVersion) {
    return { kind: 'newer', settings: salvage(value) };
  }
  const parsed = appSettingsSchema.safeParse({ ...defaultAppSettings, ...value, version: settingsVersion });
  if (!parsed.success) return { kind: 'damaged', settings: salvage(value) };
  const extra = Object.fromEntries(Object.entries(value).filter(([key]) => !Object.hasOwn(shape, key)));
  return { kind: 'good', settings: parsed.data, extra };
}

/** Each field by itself, the default where it is not to be used. */
function salvage(value: object): AppSettings {
  const good = Object.entries(value).filter(
    ([key, each]) =>
      key !== 'version' &&
      Object.hasOwn(shape, key) &&
      shape[key as keyof typeof shape].safeParse(each).success,
  );
  const found: Partial<AppSettings> = Object.fromEntries(good);
  // Without its users the port would be open to everybody.
  const isOpened = 'socksUsers' in value && found.socksUsers === undefined;
  const parsed = appSettingsSchema.safeParse({
    ...defaultAppSettings,
    ...found,
    ...(isOpened ? { socks: [] } : {}),
  });
  return parsed.success ? parsed.data : defaultAppSettings;
}

/**
 * The settings in a JSON file that only its owner can read.
 *
 * Whoever writes reads the file first, under a lock file, so that of two programs none undoes what the other has changed;
 * an editor knows no lock, so that the text is compared once more right before it is replaced. What stands in the file
 * and is no setting stays there. A damaged file is kept under another name; one of a newer Latchkey is never written.
 */
export class SettingsFile implements SettingsStore {
  readonly path: string;
  readonly #listeners = new DebouncedListeners(settleMs);
  readonly #notices: AppProblem[] = [];
  #settings: AppSettings = defaultAppSettings;
  /** The file as it was last read or written here. */
  #text: string | undefined;
  #isNewer = false;
  readonly #tasks = new TaskQueue();
  #watcher: FSWatcher | undefined;
  #isReading = false;

  private constructor(path: string) {
    this.path = path;
  }

  /** Reads the file, which need not be there yet. What is wrong with it is a notice. */
  static async open(path: string): Promise<SettingsFile> {
    const file = new SettingsFile(path);
    await file.#open();
    return file;
  }

  settings(): AppSettings {
    return this.#settings;
  }

  notices(): readonly AppProblem[] {
    return this.#notices;
  }

  update(change: (settings: AppSettings) => AppSettings): Promise<AppProblem | undefined> {
    return this.#tasks.run(async () => {
      if (this.#isNewer) {
        this.#settings = change(this.#settings);
        return {
          kind: 'settings-not-saved',
          detail: `${this.path} was written by a newer Latchkey and is left alone`,
        };
      }
      try {
        await this.#write(change);
        return undefined;
      } catch (error) {
        this.#settings = change(this.#settings);
        return { kind: 'settings-not-saved', detail: messageOf(error) };
      }
    });
  }

  reload(): Promise<AppProblem | undefined> {
    return this.#tasks.run(async () => {
      try {
        const text = await readText(this.path);
        if (text === undefined || text === this.#text || this.#isNewer) return undefined;
        const reading = readSettings(text);
        if (reading.kind !== 'good') {
          const detail =
            reading.kind === 'newer' ? 'a newer Latchkey has written it' : 'it is not what Latchkey writes';
          return { kind: 'file-unreadable', file: this.path, detail };
        }
        this.#text = text;
        this.#settings = reading.settings;
        return undefined;
      } catch (error) {
        return { kind: 'file-unreadable', file: this.path, detail: messageOf(error) };
      }
    });
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#watcher?.close();
    this.#listeners.clear();
    await this.#tasks.idle();
  }

  async #open(): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      for (const path of [dirname(this.path), this.path]) await makePrivate(path);
      const text = await readText(this.path);
      if (text !== undefined) await this.#take(text);
    } catch (error) {
      this.#notices.push({ kind: 'file-unreadable', file: this.path, detail: messageOf(error) });
    }
    try {
      // The folder, as the file itself is replaced at each write.
      this.#watcher = watch(dirname(this.path), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(this.path)) void this.#look();
      });
      this.#watcher.on('error', () => undefined);
    } catch {
      // Hand edits are noticed at the next write, then.
    }
  }

  async #take(text: string): Promise<void> {
    const reading = readSettings(text);
    this.#settings = reading.settings;
    this.#text = text;
    if (reading.kind === 'newer') {
      this.#isNewer = true;
      this.#notices.push({
        kind: 'settings-not-saved',
        detail: `${this.path} was written by a newer Latchkey and is left alone`,
      });
    } else if (reading.kind === 'damaged') {
      await this.#setAside();
    }
  }

  /** Keeps a damaged file under a name that says so. */
  async #setAside(): Promise<void> {
    const folder = dirname(this.path);
    const name = basename(this.path, '.json');
    let number = 1;
    while (await exists(join(folder, `${name}.damaged-${number}.json`))) number += 1;
    const keptAs = join(folder, `${name}.damaged-${number}.json`);
    await rename(this.path, keptAs);
    this.#text = undefined;
    this.#notices.push({ kind: 'settings-damaged', keptAs });
  }

  /** Somebody has touched the file. */
  async #look(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    await pause(settleMs, undefined, { ref: false });
    this.#isReading = false;
    await this.#tasks.run(async () => {
      const text = await readText(this.path).catch(() => undefined);
      if (text === undefined || text === this.#text || this.#isNewer) return;
      const reading = readSettings(text);
      // It may be half written, or half thought through: it is left alone until something is to be saved.
      if (reading.kind !== 'good') return;
      this.#text = text;
      this.#settings = reading.settings;
      this.#listeners.trigger();
    });
  }

  async #write(change: (settings: AppSettings) => AppSettings): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const unlock = await lock(`${this.path}.lock`);
    try {
      let text: string | undefined;
      let next: AppSettings;
      let extra: Readonly<Record<string, unknown>>;
      do {
        text = await readText(this.path);
        const reading = text === undefined ? undefined : readSettings(text);
        if (reading?.kind === 'newer') {
          this.#isNewer = true;
          throw new Error('it was written by a newer Latchkey meanwhile');
        }
        if (reading?.kind === 'damaged') {
          await this.#setAside();
          text = undefined;
        }
        const isOther = text !== this.#text;
        next = change(reading?.kind === 'good' && isOther ? reading.settings : this.#settings);
        extra = reading?.kind === 'good' ? reading.extra : {};
      } while ((await readText(this.path)) !== text);
      const value = { ...next, ...extra };
      await writeJsonFile(this.path, value);
      this.#settings = next;
      this.#text = `${JSON.stringify(value, undefined, 2)}\n`;
    } finally {
      await unlock();
    }
  }
}

/** Takes a lock file. Returns what gives it back. @throws NodeJS.ErrnoException */
async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > staleLockMs) await rm(path, { force: true });
    else await pause(lockRetryMs);
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
