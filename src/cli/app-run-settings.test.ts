import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SettingsStore } from '../main/platform/ports';
import { type AppSettings, defaultAppSettings } from '../shared/app-settings';
import { openAppSettings } from './app-run-settings';

let folder: string;
let settings: SettingsStore;

const inFile = async (): Promise<AppSettings> =>
  JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8')) as AppSettings;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-app-run-'));
  await writeFile(join(folder, 'settings.json'), JSON.stringify({ ...defaultAppSettings, port: 4000 }));
  settings = await openAppSettings(folder, { isOn: true, port: 5000 });
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
