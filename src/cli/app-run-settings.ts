import { join } from 'node:path';
import { SettingsFile } from '../main/platform/files/settings-file';
import type { SettingsStore } from '../main/platform/ports';
import type { AppSettings } from '../shared/app-settings';
import type { AppProblem } from '../shared/state';

/** The settings of the app, with what the command line says on top of them, which is never written. */
class AppRunSettings implements SettingsStore {
  readonly #file: SettingsFile;
  #said: Partial<AppSettings>;
  /** Both together, and what of the file they were made of: they are asked for several times for each request. */
  #together: { readonly of: AppSettings; readonly settings: AppSettings } | undefined;

  constructor(file: SettingsFile, said: Partial<AppSettings>) {
    this.#file = file;
    this.#said = said;
  }

  get path(): string {
    return this.#file.path;
  }

  settings(): AppSettings {
    const of = this.#file.settings();
    if (this.#together?.of !== of) this.#together = { of, settings: { ...of, ...this.#said } };
    return this.#together.settings;
  }

  notices(): readonly AppProblem[] {
    return this.#file.notices();
  }

  /** What the command line says is changed for as long as this runs, the rest in the file. */
  update(change: (settings: AppSettings) => AppSettings): Promise<AppProblem | undefined> {
    const next = change(this.settings());
    const keys = Object.keys(this.#said);
    this.#said = Object.fromEntries(Object.entries(next).filter(([key]) => keys.includes(key)));
    this.#together = undefined;
    return this.#file.update((settings) => {
      const changed = change({ ...settings, ...this.#said });
      const kept = Object.entries(settings).filter(([key]) => keys.includes(key));
      return { ...changed, ...Object.fromEntries(kept) };
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
export async function openAppSettings(directory: string, said: Partial<AppSettings>): Promise<SettingsStore> {
  return new AppRunSettings(await SettingsFile.open(join(directory, 'settings.json')), said);
}
