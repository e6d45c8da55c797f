import type { AppSettings } from '../../shared/app-settings';
import type { AccessRule, Account, EngineSettings } from '../../shared/settings';

function accessOf({ access, allowed }: AppSettings): readonly AccessRule[] {
  if (access !== 'named') return [];
  const rules = allowed.map((entry): AccessRule => {
    const [host = '', bits] = entry.split('/');
    return { action: 'allow', host, prefixLength: bits === undefined ? 32 : Number(bits) };
  });
  const thisMac: AccessRule = { action: 'allow', host: '127.0.0.1', prefixLength: 32 };
  return [thisMac, ...rules, { action: 'deny', host: '*', prefixLength: 0 }];
}

/**
 * What the engine needs to know of the user's settings.
 *
 * @param account the one of the settings, which the engine cannot do without
 * @param hostName the name of this Mac; its first label is the workstation when the user has named none
 */
export function toEngineSettings(settings: AppSettings, account: Account, hostName: string): EngineSettings {
  const [label = ''] = hostName.split('.');
  return {
    account,
    workstation: settings.workstation === '' ? label : settings.workstation,
    upstreams: settings.upstreams,
    noProxy: settings.noProxy,
    listen: [{ port: settings.port }],
    gateway: settings.access !== 'this-mac',
    access: accessOf(settings),
    offNetwork: settings.offNetwork,
  };
}
