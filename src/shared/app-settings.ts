import type { z } from 'zod';
import type { appSettingsSchema } from './app-settings-schema';

/** Everything that the user can set, besides the password. What a value may be is said by its schema, which takes zod to load. */
export type AppSettings = z.infer<typeof appSettingsSchema>;

/** The fields that commands of their own change: an account, for one, goes through set-up, with its logon. */
export const changedElsewhere = {
  version: true,
  account: true,
  isOn: true,
  socksUsers: true,
  usesSystemProxy: true,
  writesShellBlock: true,
} as const satisfies Partial<Record<keyof AppSettings, true>>;

/** The fields that are changed one at a time. */
export type SettingsPatch = Partial<Omit<AppSettings, keyof typeof changedElsewhere>>;

export const defaultAppSettings: AppSettings = {
  version: 1,
  isOn: false,
  upstreams: [],
  pac: '',
  pacFallback: 'direct',
  refusedProxies: [],
  noProxy: ['localhost', '127.0.0.*', '*.local'],
  resolvesNames: false,
  port: 3128,
  alsoListen: [],
  access: 'this-mac',
  allowed: [],
  rules: [],
  socks: [],
  socksUsers: [],
  tunnels: [],
  headers: [],
  offNetwork: 'direct',
  offNetworkWaitSeconds: 30,
  signInMethod: 'NTLMv2',
  ntlmToBasic: false,
  workstation: '',
  maxPasswordAgeDays: null,
  remindDays: 7,
  usesSystemProxy: false,
  systemProxyMode: 'manual',
  bypassesLocalNetworks: false,
  bypassesNoProxy: false,
  writesShellBlock: false,
  keepsWarm: true,
  checksForUpdates: true,
  logLevel: 'info',
  language: 'system',
};
