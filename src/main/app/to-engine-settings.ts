import {
  isEveryAddress,
  isLoopbackHost,
  parseHeader,
  parseListen,
  parseRule,
  parseTunnel,
} from '../../shared/address-text';
import type { AppSettings } from '../../shared/app-settings';
import type { AccessRule, Account, EngineSettings, ListenAddress } from '../../shared/settings';

const onlyThisMac: readonly AccessRule[] = [
  { action: 'allow', host: '127.0.0.1', prefixLength: 32 },
  { action: 'deny', host: '*', prefixLength: 0 },
];

/** Who may connect, as rules; the first that matches decides. */
export function accessRules({
  access,
  allowed,
  rules,
}: Pick<AppSettings, 'access' | 'allowed' | 'rules'>): readonly AccessRule[] {
  if (access === 'everyone') return [];
  if (access === 'rules') return rules.map(parseRule).filter((rule) => rule !== undefined);
  const [thisMac, nobodyElse] = onlyThisMac;
  const named = access === 'named' ? allowed.map((entry) => parseRule(`allow ${entry}`)) : [];
  return [thisMac, ...named, nobodyElse].filter((rule) => rule !== undefined);
}

/** The user's, or the first label of this Mac's name. */
export function workstationOf({ workstation }: AppSettings, hostName: string): string {
  const [label = ''] = hostName.split('.');
  return workstation === '' ? label : workstation;
}

export type ToEngineSettings = typeof toEngineSettings;

/**
 * What the engine needs to know of the user's settings.
 *
 * @param account the one of the settings, which the engine cannot do without
 * @param hostName the name of this Mac
 */
export function toEngineSettings(settings: AppSettings, account: Account, hostName: string): EngineSettings {
  const { port, access } = settings;
  const also = settings.alsoListen.map(parseListen).filter((each) => each !== undefined);
  const isCovered = also.some((each) => each.port === port && isEveryAddress(each.host));
  const socks = settings.socks.map(parseListen).filter((each) => each !== undefined);
  const tunnels = settings.tunnels.map(parseTunnel).filter((each) => each !== undefined);
  const headers = settings.headers
    .map(parseHeader)
    .flatMap((each) => ('header' in each ? [each.header] : []));
  const places: readonly ListenAddress[] = [...also, ...socks, ...tunnels.map(({ listen }) => listen)];
  const isWithinThisMac = access === 'this-mac' && places.every(({ host }) => isLoopbackHost(host));
  return {
    account,
    workstation: workstationOf(settings, hostName),
    upstreams: settings.upstreams,
    ntlmToBasic: settings.ntlmToBasic,
    noProxy: settings.noProxy,
    resolvesNames: settings.resolvesNames,
    listen: [...(isCovered ? [] : [{ port }]), ...also],
    gateway: access === 'named' || access === 'everyone',
    access: isWithinThisMac ? [] : accessRules(settings),
    socks,
    // Their passwords are no settings.
    socksUsers: settings.socksUsers.map((user) => ({ user, password: undefined })),
    tunnels,
    headers,
    offNetwork: settings.offNetwork,
    pacFallback: settings.pacFallback,
    offNetworkWaitSeconds: settings.offNetworkWaitSeconds,
  };
}
