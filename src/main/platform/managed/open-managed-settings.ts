import { SettingsFile } from '../files/settings-file';
import { ManagedSettingsStore } from './managed-settings';
import { type ManagedSourceOptions, openManagedSource } from './managed-source';

/** Opens the settings of the app, with what is managed in its place. The caller closes them. */
export async function openManagedSettings(
  path: string,
  options: ManagedSourceOptions,
): Promise<ManagedSettingsStore> {
  return new ManagedSettingsStore(await SettingsFile.open(path), await openManagedSource(options));
}
