import type { AppSettings } from '../../../shared/app-settings';
import { type ManagedSettings, touchedByChange, withManaged } from '../../../shared/managed';
import type { AppProblem } from '../../../shared/app-problem';
import type { SettingsStore } from '../ports';
import type { ManagedSource } from './managed-source';

/** Settings of the user, with what is managed in their place. What he has set himself stays in his file, and comes back with the profile's end. */
export class ManagedSettingsStore implements SettingsStore {
  readonly #own: SettingsStore;
  readonly #source: ManagedSource;
  /** Both together, and what they were made of: they are asked for several times for each request. */
  #together:
    | { readonly of: AppSettings; readonly by: ManagedSettings; readonly settings: AppSettings }
    | undefined;

  /** Both are closed with it. */
  constructor(own: SettingsStore, source: ManagedSource) {
    this.#own = own;
    this.#source = source;
  }

  get path(): string {
    return this.#own.path;
  }

  managed(): ManagedSettings {
    return this.#source.reading().managed;
  }

  settings(): AppSettings {
    const of = this.#own.settings();
    const by = this.managed();
    if (this.#together?.of !== of || this.#together.by !== by) {
      this.#together = { of, by, settings: withManaged(of, by) };
    }
    return this.#together.settings;
  }

  notices(): readonly AppProblem[] {
    const { wrong } = this.#source.reading();
    const [file = ''] = this.#source.files();
    return [
      ...this.#own.notices(),
      ...wrong.map((key): AppProblem => ({ kind: 'managed-wrong', key, file })),
    ];
  }

  update(change: (settings: AppSettings) => AppSettings): Promise<AppProblem | undefined> {
    const managed = this.managed();
    const names = Object.keys(managed.settings);
    return this.#own.update((settings) => {
      const changed = change(withManaged(settings, managed));
      const kept = Object.entries(settings).filter(([key]) => names.includes(key));
      return { ...changed, ...Object.fromEntries(kept) };
    });
  }

  whyNot(before: AppSettings, after: AppSettings): AppProblem | undefined {
    const managed = this.managed();
    const name = touchedByChange(before, after, managed);
    if (name === undefined) return this.#own.whyNot?.(before, after);
    return { kind: 'setting-managed', name, by: managed.by, contact: managed.contact };
  }

  async reload(): Promise<AppProblem | undefined> {
    await this.#source.refresh();
    return this.#own.reload();
  }

  subscribe(listener: () => void): () => void {
    const ends = [this.#own.subscribe(listener), this.#source.subscribe(listener)];
    return () => {
      for (const end of ends) end();
    };
  }

  close(): Promise<void> {
    this.#source.close();
    return this.#own.close();
  }
}
