import type { AppSettings } from '../../shared/app-settings';
import type { AppProblem } from '../../shared/app-problem';
import type { SettingsStore } from '../platform/ports';
import type { StateKeeper } from './state-keeper';

/** Saves changes of the settings, and says so where they cannot be saved. */
export class SettingsKeeper {
  readonly #store: SettingsStore;
  readonly #state: StateKeeper;

  constructor(store: SettingsStore, state: StateKeeper) {
    this.#store = store;
    this.#state = state;
  }

  get current(): AppSettings {
    return this.#store.settings();
  }

  async save(change: (settings: AppSettings) => AppSettings): Promise<void> {
    const { length } = this.#store.notices();
    const problem = await this.#store.update(change);
    // A file that was damaged by hand meanwhile is told as well.
    const news = this.#store.notices().slice(length);
    this.#state.takeSettings(this.current);
    this.#state.replaceNotices(({ kind }) => kind === 'settings-not-saved', problem);
    for (const damage of news.filter(isSettingsDamage)) this.#state.addNotice(damage);
    this.#state.refresh();
  }
}

function isSettingsDamage({ kind }: AppProblem): boolean {
  return kind === 'settings-damaged';
}
