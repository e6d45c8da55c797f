import type { AppSettings } from './app-settings';

/** The settings that somebody else has set for this user, as a company does with a configuration profile: he cannot change them. */
export interface ManagedSettings {
  /** What they are; the account's domain is beside them, as the account is the user's. */
  readonly settings: Partial<AppSettings>;
  readonly accountDomain: string | undefined;
  /** Who has set them, and whom to ask, in their own words. */
  readonly by: string | undefined;
  readonly contact: string | undefined;
}

export type SettingName = keyof AppSettings;

/** The settings that cannot be changed. Of the account it is the domain alone. */
function managedNames({ settings, accountDomain }: ManagedSettings): readonly SettingName[] {
  const names = Object.keys(settings) as SettingName[];
  return accountDomain === undefined ? names : [...names, 'account'];
}

/** What of them the user's faces need to know. */
export interface ManagedState {
  readonly names: readonly SettingName[];
  readonly by: string | undefined;
  readonly contact: string | undefined;
}

export const nothingManaged: ManagedSettings = {
  settings: {},
  accountDomain: undefined,
  by: undefined,
  contact: undefined,
};

export function managedState(managed: ManagedSettings): ManagedState {
  const { by, contact } = managed;
  return { names: managedNames(managed), by, contact };
}

/** Settings with what is managed in its place. */
export function withManaged(settings: AppSettings, managed: ManagedSettings): AppSettings {
  const { account } = settings;
  const { accountDomain: domain } = managed;
  const isOther = account !== undefined && domain !== undefined && !isSame(account.domain, domain);
  return { ...settings, ...managed.settings, ...(isOther ? { account: { ...account, domain } } : {}) };
}

/** Which of the managed settings a change would touch; undefined when none. */
export function touchedByChange(
  before: AppSettings,
  after: AppSettings,
  managed: ManagedSettings,
): SettingName | undefined {
  const { accountDomain: domain } = managed;
  if (domain !== undefined && after.account !== undefined && !isSame(after.account.domain, domain))
    return 'account';
  return (Object.keys(managed.settings) as SettingName[]).find(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}

/** A directory does not tell CORP from corp. */
function isSame(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}
