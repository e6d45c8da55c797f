import { describe, expect, it } from 'vitest';
import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import type { EngineSettings } from '../../shared/settings';
import { createAccessList } from '../server/access-list';
import { toEngineSettings } from './to-engine-settings';

const account = { domain: 'CORP', user: 'alice' };
const settings: AppSettings = { ...defaultAppSettings, upstreams: [{ host: 'p', port: 1 }], port: 4000 };

describe('toEngineSettings', () => {
  it('lets this Mac alone connect by default', () => {
    expect(toEngineSettings(settings, account, 'macbook.corp.test')).toEqual({
      account,
      workstation: 'macbook',
      upstreams: [{ host: 'p', port: 1 }],
      ntlmToBasic: false,
      noProxy: defaultAppSettings.noProxy,
      resolvesNames: false,
      listen: [{ port: 4000 }],
      gateway: false,
      access: [],
      socks: [],
      socksUsers: [],
      tunnels: [],
      headers: [],
      offNetwork: 'direct',
      pacFallback: 'direct',
      offNetworkWaitSeconds: 30,
    });
  });

  it('lets those connect that are named, and this Mac', async () => {
    const named: AppSettings = { ...settings, access: 'named', allowed: ['10.1.0.0/16', 'desk.corp'] };
    const { access, gateway } = toEngineSettings(named, account, 'mac');
    const isAllowed = await createAccessList(access, () => Promise.resolve('10.9.9.9'));
    expect(gateway).toBe(true);
    expect(['127.0.0.1', '::1', '10.1.2.3', '10.9.9.9'].map(isAllowed)).toEqual([true, true, true, true]);
    expect(['10.2.0.1', '192.168.0.1', 'fe80::1'].map(isAllowed)).toEqual([false, false, false]);
  });

  it('lets everyone connect when that is wanted', () => {
    const { access, gateway } = toEngineSettings({ ...settings, access: 'everyone' }, account, 'mac');
    expect({ access, gateway }).toEqual({ access: [], gateway: true });
  });

  it('takes the workstation that the user has named', () => {
    expect(toEngineSettings({ ...settings, workstation: 'DESK' }, account, 'mac').workstation).toBe('DESK');
  });
});

describe('the users of SOCKS5', () => {
  it('are known by name alone, and let nobody in without a password', () => {
    const { socksUsers } = toEngineSettings({ ...settings, socksUsers: ['dave'] }, account, 'mac');
    expect(socksUsers).toEqual([{ user: 'dave', password: undefined }]);
  });
});

describe('ports besides the first', () => {
  const engineOf = (patch: Partial<AppSettings>): EngineSettings =>
    toEngineSettings({ ...settings, ...patch }, account, 'mac');
  const denied = [
    { action: 'allow', host: '127.0.0.1', prefixLength: 32 },
    { action: 'deny', host: '*', prefixLength: 0 },
  ];

  it('are what the settings say', () => {
    expect(
      engineOf({
        alsoListen: ['4001'],
        socks: ['[::1]:1080'],
        tunnels: ['127.0.0.2:22:git.test:22'],
        headers: ['X-A: b'],
      }),
    ).toMatchObject({
      listen: [{ port: 4000 }, { port: 4001 }],
      access: [],
      socks: [{ host: '::1', port: 1080 }],
      tunnels: [{ listen: { host: '127.0.0.2', port: 22 }, target: { host: 'git.test', port: 22 } }],
      headers: [{ name: 'X-A', value: 'b' }],
    });
  });

  it.each([
    { alsoListen: ['10.0.0.5:4000'] },
    { socks: ['*:1080'] },
    { tunnels: ['0.0.0.0:22:git.test:22'] },
  ])('let no other machine in while this Mac alone may connect: %j', (patch) => {
    expect(engineOf(patch)).toMatchObject({ gateway: false, access: denied });
  });

  it('take the place of the first where one covers it', () => {
    expect(engineOf({ access: 'rules', rules: ['deny *'], alsoListen: ['*:4000'] })).toMatchObject({
      listen: [{ host: '*', port: 4000 }],
      gateway: false,
      access: [{ action: 'deny', host: '*', prefixLength: 0 }],
    });
  });
});
