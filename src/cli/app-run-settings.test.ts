import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SettingsStore } from '../main/platform/ports';
import { type AppSettings, defaultAppSettings } from '../shared/app-settings';
import { openAppSettings } from './app-run-settings';

let folder: string;
let settings: SettingsStore;
let managed: string;
const warnings: string[] = [];

async function open(): Promise<void> {
  const env = { LATCHKEY_MANAGED: managed };
  const terminal = { env, err: (line: string) => void warnings.push(line) };
  settings = await openAppSettings(folder, { isOn: true, port: 5000 }, terminal);
}

const inFile = async (): Promise<AppSettings> =>
  JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8')) as AppSettings;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-app-run-'));
  await writeFile(join(folder, 'settings.json'), JSON.stringify({ ...defaultAppSettings, port: 4000 }));
  managed = join(folder, 'managed.json');
  await open();
});

afterEach(async () => {
  await settings.close();
  await rm(folder, { recursive: true });
});

it('has what the command line says on top of the file', () => {
  expect(settings.settings()).toEqual({ ...defaultAppSettings, isOn: true, port: 5000 });
});

it('changes in the file what the file says, and nothing of the command line', async () => {
  expect(
    await settings.update((current) => ({ ...current, noProxy: ['*.corp'], port: 5001 })),
  ).toBeUndefined();
  expect(settings.settings()).toMatchObject({ isOn: true, port: 5001, noProxy: ['*.corp'] });
  expect(await inFile()).toEqual({ ...defaultAppSettings, port: 4000, noProxy: ['*.corp'] });
});

it('is turned off without a word in the file', async () => {
  await settings.update((current) => ({ ...current, isOn: false }));
  expect(settings.settings().isOn).toBe(false);
  await settings.update((current) => ({ ...current, isOn: true }));
  expect(settings.settings().isOn).toBe(true);
  expect((await inFile()).isOn).toBe(false);
});

it('takes what is written into the file meanwhile', async () => {
  await writeFile(
    join(folder, 'settings.json'),
    JSON.stringify({ ...defaultAppSettings, port: 4000, remindDays: 3 }),
  );
  expect(await settings.reload()).toBeUndefined();
  expect(settings.settings()).toMatchObject({ port: 5000, remindDays: 3 });
});

it('has what is managed on top of both, which nobody changes, and the own again without it', async () => {
  await settings.close();
  await writeFile(
    managed,
    JSON.stringify({
      CompanyProxies: ['proxy.corp:8080', 'https://secure.corp:8443'],
      Port: 6000,
      NoProxy: 'all',
      OffNetwork: 'wait',
      AccountDomain: 'CORP',
      ManagedBy: 'Corp IT',
      PayloadUUID: 'something of macOS',
    }),
  );
  await open();
  const upstreams = [
    { host: 'proxy.corp', port: 8080 },
    { host: 'secure.corp', port: 8443, isTls: true },
  ];
  const before = settings.settings();
  expect(before).toMatchObject({
    port: 6000,
    offNetwork: 'wait',
    upstreams,
    noProxy: defaultAppSettings.noProxy,
  });
  expect(settings.notices()).toEqual([{ kind: 'managed-wrong', key: 'NoProxy', file: managed }]);
  const refused = (name: string): object => ({
    kind: 'setting-managed',
    name,
    by: 'Corp IT',
    contact: undefined,
  });
  expect(settings.whyNot?.(before, { ...before, offNetwork: 'direct' })).toEqual(refused('offNetwork'));
  expect(settings.whyNot?.(before, { ...before, upstreams: [] })).toEqual(refused('upstreams'));
  expect(settings.whyNot?.(before, { ...before, account: { domain: 'OTHER', user: 'a' } })).toEqual(
    refused('account'),
  );
  expect(settings.whyNot?.(before, { ...before, account: { domain: 'corp', user: 'a' } })).toBeUndefined();
  expect(settings.whyNot?.(before, { ...before, remindDays: 2 })).toBeUndefined();
  await settings.update((current) => ({ ...current, offNetwork: 'refuse', port: 1, remindDays: 2 }));
  expect(settings.settings()).toMatchObject({ port: 6000, offNetwork: 'wait', remindDays: 2 });
  expect(await inFile()).toMatchObject({ port: 4000, offNetwork: 'direct', remindDays: 2, upstreams: [] });
  await rm(managed);
  expect(await settings.reload()).toBeUndefined();
  expect(settings.settings()).toMatchObject({ port: 5000, offNetwork: 'direct', upstreams: [] });
  expect(settings.managed?.()).toMatchObject({ settings: {}, by: undefined });
});

it('says when what manages cannot be read, and goes on without it', async () => {
  await settings.close();
  await writeFile(managed, '{');
  await open();
  expect(warnings.at(-1)).toContain(`the managed settings in ${managed} are not used: `);
  expect(settings.settings().port).toBe(5000);
});
