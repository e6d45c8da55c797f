import { join } from 'node:path';
import type { ManagedSettingsStore } from '../main/platform/managed/managed-settings';
import { openManagedSettings } from '../main/platform/managed/open-managed-settings';
import type { SettingsStore } from '../main/platform/ports';
import type { AppSettings } from '../shared/app-settings';
import { type ManagedSettings, withManaged } from '../shared/managed';
import type { AppProblem } from '../shared/app-problem';
import { type Terminal, warnOn } from './terminal';

/** The settings of the app, with what the command line says on top of them, which is never written; but what is managed stays. */
class AppRunSettings implements SettingsStore {
  readonly #file: ManagedSettingsStore;
  #said: Partial<AppSettings>;
  /** Both together, and what of the file they were made of: they are asked for several times for each request. */
  #together: { readonly of: AppSettings; readonly settings: AppSettings } | undefined;

  constructor(file: ManagedSettingsStore, said: Partial<AppSettings>) {
    this.#file = file;
    this.#said = said;
  }

  get path(): string {
    return this.#file.path;
  }

  settings(): AppSettings {
    const of = this.#file.settings();
    if (this.#together?.of !== of)
      this.#together = { of, settings: withManaged({ ...of, ...this.#said }, this.managed()) };
    return this.#together.settings;
  }

  managed(): ManagedSettings {
    return this.#file.managed();
  }

  whyNot(before: AppSettings, after: AppSettings): AppProblem | undefined {
    return this.#file.whyNot(before, after);
  }

  notices(): readonly AppProblem[] {
    return this.#file.notices();
  }

  /** What the command line says is changed for as long as this runs, the rest in the file. */
  update(change: (settings: AppSettings) => AppSettings): Promise<AppProblem | undefined> {
    const next = change(this.settings());
    const keys = Object.keys(this.#said);
    const managed = this.managed().settings;
    const changed = Object.entries(next).filter(([key]) => keys.includes(key) && !(key in managed));
    this.#said = { ...this.#said, ...Object.fromEntries(changed) };
    this.#together = undefined;
    return this.#file.update((settings) => {
      const written = change({ ...settings, ...this.#said });
      const kept = Object.entries(settings).filter(([key]) => keys.includes(key));
      return { ...written, ...Object.fromEntries(kept) };
    });
  }

  reload(): Promise<AppProblem | undefined> {
    return this.#file.reload();
  }

  subscribe(listener: () => void): () => void {
    return this.#file.subscribe(listener);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Opens the settings of the app for `latchkey run`. The caller closes them. */
export async function openAppSettings(
  directory: string,
  said: Partial<AppSettings>,
  terminal: Pick<Terminal, 'env' | 'err'>,
): Promise<SettingsStore> {
  const system = { env: terminal.env, platform: process.platform, onProblem: warnOn(terminal) };
  return new AppRunSettings(await openManagedSettings(join(directory, 'settings.json'), system), said);
}
