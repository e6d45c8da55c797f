import { describe, expect, it } from 'vitest';
import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
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
      noProxy: defaultAppSettings.noProxy,
      listen: [{ port: 4000 }],
      gateway: false,
      access: [],
      offNetwork: 'direct',
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
