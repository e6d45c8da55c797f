import { type AppSettings } from '../../../shared/app-settings';
import { formatUpstream, signInMethods } from '../../../shared/settings';
import type { SettingName } from '../../../shared/managed';
import type { AppState } from '../../../shared/state';
import type { Words } from '../../../shared/words/en';
import type { IconName } from '../../components/icon';
import type { Section } from '../../location';
import { updateValue } from '../../update-value';

/** What a page sets first of all: where that is managed, its row has a padlock. */
const firstOf: Partial<Record<Section, readonly SettingName[]>> = {
  'company-proxies': ['upstreams'],
  pac: ['pac'],
  'password-age': ['maxPasswordAgeDays'],
  'no-proxy': ['noProxy'],
  'off-network': ['offNetwork'],
  'this-mac': ['systemProxyMode'],
  'port-and-access': ['port', 'access'],
};

/** Whether what a page is for cannot be changed by the user. */
export function isLocked(section: Section, { managed }: Pick<AppState, 'managed'>): boolean {
  return firstOf[section]?.some((name) => managed.names.includes(name)) ?? false;
}

/** A page of the preferences, as its row shows it. */
export interface PreferenceRow {
  readonly section: Section;
  readonly icon: IconName;
  readonly label: string;
  readonly value: string | undefined;
  /** What is set on the page, by its name there, and what each of it is set to. */
  readonly inside: readonly (readonly [label: string, value?: string])[];
}

function ageValue({ settings, account }: AppState, words: Words): string {
  const limit = settings.maxPasswordAgeDays;
  if (limit === null) return words.preferences.ageUnknown;
  return account?.ageDays === undefined
    ? words.preferences.ageLimit(limit)
    : words.preferences.ageOf(account.ageDays, limit);
}

function pacValue(pac: string, words: Words): string {
  const said = words.preferences;
  return pac === ''
    ? said.pacNone
    : pac === 'mac'
      ? said.pacOfMac
      : pac === 'wpad'
        ? said.pacByWpad
        : said.pacOwn;
}

function offNetworkValue(settings: AppSettings, words: Words): string {
  const said = words.preferences;
  switch (settings.offNetwork) {
    case 'direct':
      return said.goDirect;
    case 'refuse':
      return said.refuse;
    case 'wait':
      return said.wait(settings.offNetworkWaitSeconds);
  }
}

const named = (entries: readonly string[]): (readonly [string])[] => entries.map((entry) => [entry]);

/**
 * The pages of the preferences in the order of use, group by group: the way out of this network, this Mac and what uses the local
 * proxy, upkeep.
 */
export function preferenceGroups(state: AppState, words: Words): readonly (readonly PreferenceRow[])[] {
  const { settings } = state;
  const said = words.preferences;
  const { upstreams, pac, socks, tunnels, headers, noProxy, port, access } = settings;
  const wayOut: readonly PreferenceRow[] = [
    {
      section: 'company-proxies',
      icon: 'server',
      label: said.companyProxies,
      value: pac === '' ? String(upstreams.length) : said.proxiesByPac(upstreams.length),
      inside: [
        ...named(upstreams.map(formatUpstream)),
        [words.upstreams.keepReady],
        [words.upstreams.usedForAll],
      ],
    },
    {
      section: 'pac',
      icon: 'file',
      label: words.pac.title,
      value: pacValue(pac, words),
      inside: pac.includes('/') ? [[pac]] : [],
    },
    {
      section: 'sign-in',
      icon: 'key',
      label: words.signIn.title,
      value: words.signIn.name(settings.signInMethod),
      inside: signInMethods.map((method) => [words.signIn.name(method)] as const),
    },
    {
      section: 'password-age',
      icon: 'calendar',
      label: said.passwordAge,
      value: ageValue(state, words),
      inside: [[words.age.longest], [words.age.remind, `${settings.remindDays} ${words.age.before}`]],
    },
    {
      section: 'no-proxy',
      icon: 'bypass',
      label: said.noProxyFor,
      value: said.entries(noProxy.length),
      inside: [...named(noProxy), [words.noProxy.lookUp], [words.noProxy.tryAddress]],
    },
    {
      section: 'off-network',
      icon: 'wifi',
      label: said.offNetwork,
      value: offNetworkValue(settings, words),
      inside: [[words.offNetwork.direct], [words.offNetwork.refuse], [words.offNetwork.wait]],
    },
  ];
  const thisMac: readonly PreferenceRow[] = [
    ...(state.systemProxy.kind === 'unsupported'
      ? []
      : [
          {
            section: 'this-mac',
            icon: 'laptop',
            label: said.thisMac,
            value: settings.systemProxyMode === 'pac' ? said.byPac : said.byManual,
            inside: [
              [words.systemProxySection.manual],
              [words.systemProxySection.pac],
              [words.systemProxySection.localNetworks],
              [words.systemProxySection.noProxy],
            ],
          } as const,
        ]),
    {
      section: 'terminal',
      icon: 'terminal',
      label: said.terminal,
      value: settings.writesShellBlock ? said.byBlock : undefined,
      inside: [[words.terminal.every], [words.status.copyTerminalCommands]],
    },
    {
      section: 'port-and-access',
      icon: 'port',
      label: said.portAndAccess,
      value: said.portSummary(port, access),
      inside: [
        [words.access.port, String(port)],
        [words.access.who],
        [words.access.alsoListen, settings.alsoListen.join(', ')],
        ...named(settings.rules),
        ...named(settings.allowed),
      ],
    },
    {
      section: 'socks-and-tunnels',
      icon: 'bypass',
      label: said.socksAndTunnels,
      value: said.socksSummary(socks.join(', '), tunnels.length),
      inside: [[words.socksAndTunnels.socks, socks.join(', ')], ...named(tunnels)],
    },
    {
      section: 'headers',
      icon: 'list',
      label: said.headers,
      value: headers.length === 0 ? said.none : String(headers.length),
      inside: named(headers),
    },
  ];
  const upkeep: readonly PreferenceRow[] = [
    {
      section: 'log',
      icon: 'list',
      label: words.log.title,
      value: words.log.levels[settings.logLevel],
      inside: [[words.log.level], [words.log.lastLines]],
    },
    {
      section: 'update',
      icon: 'update',
      label: words.updates.title,
      value: updateValue(state, words),
      inside: [[words.updates.lookDaily]],
    },
    {
      section: 'advanced',
      icon: 'code',
      label: said.advanced,
      value: undefined,
      inside: [
        [words.advanced.workstation, settings.workstation],
        [words.advanced.language],
        [words.advanced.licences],
        [words.advanced.forget],
      ],
    },
  ];
  return [wayOut, thisMac, upkeep];
}

/** Something that a search has found: a page, or what is set on one. */
export interface PreferenceHit {
  readonly section: Section;
  readonly icon: IconName;
  readonly label: string;
  /** The page that it is on, where it is not the page itself. */
  readonly page: string | undefined;
  readonly value: string | undefined;
}

/** What has every word of a query in its name, in that of its page or in its value; pages first. */
export function searchPreferences(
  groups: readonly (readonly PreferenceRow[])[],
  query: string,
): readonly PreferenceHit[] {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (...texts: readonly (string | undefined)[]): boolean => {
    const text = texts.join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  const pages: PreferenceHit[] = [];
  const inside: PreferenceHit[] = [];
  for (const { section, icon, label, value, inside: parts } of groups.flat()) {
    if (fits(label, value)) pages.push({ section, icon, label, page: undefined, value });
    for (const [name, itsValue = ''] of parts) {
      // The name of the page alone would bring all that is on it.
      if (!fits(name, itsValue) && (fits(label) || !fits(label, name, itsValue))) continue;
      inside.push({ section, icon, label: name, page: label, value: itsValue || undefined });
    }
  }
  return [...pages, ...inside];
}
