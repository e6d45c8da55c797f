import type { AppSettings } from '../../../shared/app-settings';
import { appSettingsSchema } from '../../../shared/app-settings-schema';
import { readUpstream } from '../../../shared/fields';
import type { ManagedSettings, SettingName } from '../../../shared/managed';
import { isFields } from '../files/json-file';

/** The keys of a profile, and the settings that they are; docs/administrators.md tells what each takes. */
const settingOfKey = {
  CompanyProxies: 'upstreams',
  PAC: 'pac',
  PACFallback: 'pacFallback',
  NoProxy: 'noProxy',
  ResolvesNames: 'resolvesNames',
  Port: 'port',
  Access: 'access',
  OffNetwork: 'offNetwork',
  OffNetworkWaitSeconds: 'offNetworkWaitSeconds',
  MaxPasswordAgeDays: 'maxPasswordAgeDays',
  RemindDays: 'remindDays',
  SystemProxyMode: 'systemProxyMode',
  BypassesLocalNetworks: 'bypassesLocalNetworks',
  BypassesNoProxy: 'bypassesNoProxy',
  KeepsConnectionsReady: 'keepsWarm',
  ChecksForUpdates: 'checksForUpdates',
} as const satisfies Readonly<Record<string, SettingName>>;

const textKeys = ['AccountDomain', 'ManagedBy', 'ManagedContact'] as const;

export const managedKeys: readonly string[] = [...Object.keys(settingOfKey), ...textKeys];

export interface ManagedReading {
  readonly managed: ManagedSettings;
  /** Keys whose value cannot be what it is; each of them counts as not set. */
  readonly wrong: readonly string[];
}

const { shape } = appSettingsSchema.unwrap();

/** A profile has names and ports as text. */
function asSetting(key: keyof typeof settingOfKey, value: unknown): unknown {
  if (key !== 'CompanyProxies' || !Array.isArray(value)) return value;
  return value.map((each: unknown) => {
    const reading = typeof each === 'string' ? readUpstream(each) : undefined;
    return reading?.kind === 'good' ? reading.value : undefined;
  });
}

/** What the dictionary of a profile says. Keys that Latchkey does not know are those of a newer one, or of macOS: they say nothing. */
export function readManaged(value: unknown): ManagedReading {
  const fields = isFields(value) ? value : {};
  const wrong: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const [key, name] of Object.entries(settingOfKey) as [keyof typeof settingOfKey, SettingName][]) {
    if (!Object.hasOwn(fields, key)) continue;
    const parsed = shape[name].safeParse(asSetting(key, fields[key]));
    if (parsed.success) settings[name] = parsed.data;
    else wrong.push(key);
  }
  const textOf = (key: (typeof textKeys)[number]): string | undefined => {
    const text = fields[key];
    if (text === undefined) return undefined;
    if (typeof text === 'string' && text.trim() !== '' && text.length <= 200) return text.trim();
    wrong.push(key);
    return undefined;
  };
  return {
    managed: {
      settings: settings as Partial<AppSettings>,
      accountDomain: textOf('AccountDomain'),
      by: textOf('ManagedBy'),
      contact: textOf('ManagedContact'),
    },
    wrong,
  };
}
