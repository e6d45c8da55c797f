import type { AppSettings } from '../../shared/app-settings';
import type { Account } from '../../shared/settings';

/** The settings of an app that has been set up. */
export type ReadySettings = AppSettings & { readonly account: Account };

/** Whether the app has been set up. */
export function isReady(settings: AppSettings): settings is ReadySettings {
  return settings.account !== undefined && settings.upstreams.length > 0;
}
