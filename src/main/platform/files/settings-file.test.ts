import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultAppSettings } from '../../../shared/app-settings';
import { readSettings, SettingsFile } from './settings-file';

let folder: string;
let path: string;
const open: SettingsFile[] = [];

async function openFile(): Promise<SettingsFile> {
  const file = await SettingsFile.open(path);
  open.push(file);
  return file;
}

async function content(): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-settings-'));
  path = join(folder, 'settings.json');
});

afterEach(async () => {
  for (const file of open.splice(0)) await file.close();
  await rm(folder, { recursive: true, force: true });
});

describe('readSettings', () => {
  it('fills in what an older version did not have', () => {
    const { workstation: _workstation, ...older } = { ...defaultAppSettings, port: 4000 };
    expect(readSettings(JSON.stringify(older))).toEqual({
      kind: 'good',
      settings: { ...defaultAppSettings, port: 4000 },
      extra: {},
    });
  });

  it.each(['', '{', '[]', 'null', '7', '{"port":0}'])('takes %s for damaged', (text) => {
    expect(readSettings(text)).toEqual({ kind: 'damaged', settings: defaultAppSettings });
  });

  it('saves the good fields of a damaged file', () => {
    const text = JSON.stringify({ ...defaultAppSettings, port: 4000, access: 'nobody' });
    expect(readSettings(text)).toEqual({ kind: 'damaged', settings: { ...defaultAppSettings, port: 4000 } });
  });

  it('understands of a newer version what it can', () => {
    const text = JSON.stringify({ ...defaultAppSettings, version: 9, port: 4000, access: 'by-moon' });
    expect(readSettings(text)).toEqual({ kind: 'newer', settings: { ...defaultAppSettings, port: 4000 } });
  });
});

describe('SettingsFile', () => {
  it('begins with defaults and writes for its owner alone', async () => {
    const file = await openFile();
    expect(file.settings()).toEqual(defaultAppSettings);
    expect(file.notices()).toEqual([]);
    expect(await file.update((settings) => ({ ...settings, port: 4000 }))).toBeUndefined();
    expect(await content()).toEqual({ ...defaultAppSettings, port: 4000 });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['settings.json']);
    expect((await openFile()).settings().port).toBe(4000);
  });

  it('loses nothing between two writers', async () => {
    const [one, two] = [await openFile(), await openFile()];
    await Promise.all([
      one.update((settings) => ({ ...settings, port: 4000 })),
      two.update((settings) => ({ ...settings, remindDays: 1 })),
      one.update((settings) => ({ ...settings, workstation: 'A' })),
      two.update((settings) => ({ ...settings, language: 'de' })),
    ]);
    expect(await content()).toMatchObject({ port: 4000, remindDays: 1, workstation: 'A', language: 'de' });
    expect(await readdir(folder)).toEqual(['settings.json']);
  });

  it('keeps a hand edit, and what is no setting', async () => {
    const file = await openFile();
    await file.update((settings) => ({ ...settings, port: 4000 }));
    await writeFile(path, JSON.stringify({ ...(await content()), remindDays: 2, comment: 'mine' }));
    await file.update((settings) => ({ ...settings, workstation: 'DESK' }));
    expect(await content()).toMatchObject({
      port: 4000,
      remindDays: 2,
      workstation: 'DESK',
      comment: 'mine',
    });
    await file.update(({ account: _account, ...settings }) => settings);
    expect(await content()).toMatchObject({ comment: 'mine' });
  });

  it('tells of a hand edit', async () => {
    const file = await openFile();
    await file.update((settings) => settings);
    const told = new Promise<void>((resolve) => {
      file.subscribe(resolve);
    });
    await writeFile(path, JSON.stringify({ ...(await content()), port: 5000 }));
    await told;
    expect(file.settings().port).toBe(5000);
  });

  it('keeps a damaged file under another name', async () => {
    await writeFile(path, '{"port": 4000,');
    const file = await openFile();
    const keptAs = join(folder, 'settings.damaged-1.json');
    expect(file.notices()).toEqual([{ kind: 'settings-damaged', keptAs }]);
    expect(await readFile(keptAs, 'utf8')).toBe('{"port": 4000,');
    await writeFile(path, 'again');
    await file.update((settings) => ({ ...settings, port: 4001 }));
    expect(await readFile(join(folder, 'settings.damaged-2.json'), 'utf8')).toBe('again');
    expect(await content()).toMatchObject({ port: 4001 });
  });

  it('opens no port of SOCKS5 to everybody because its users are damaged', async () => {
    await writeFile(path, JSON.stringify({ ...defaultAppSettings, socks: ['1080'], socksUsers: [7] }));
    expect((await openFile()).settings()).toMatchObject({ socks: [], socksUsers: [] });
    await writeFile(path, JSON.stringify({ ...defaultAppSettings, socks: ['1080'], port: 'x' }));
    expect((await openFile()).settings()).toMatchObject({ socks: ['1080'] });
  });

  it('leaves a file of a newer version alone', async () => {
    const text = JSON.stringify({ ...defaultAppSettings, version: 2, port: 4000 });
    await writeFile(path, text);
    const file = await openFile();
    expect(file.settings().port).toBe(4000);
    expect(file.notices()).toMatchObject([{ kind: 'settings-not-saved' }]);
    expect(await file.update((settings) => ({ ...settings, port: 4001 }))).toMatchObject({
      kind: 'settings-not-saved',
    });
    expect(file.settings().port).toBe(4001);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('takes over the lock of a process that has died', async () => {
    const file = await openFile();
    await writeFile(`${path}.lock`, '');
    await utimes(`${path}.lock`, 1, 1);
    expect(await file.update((settings) => ({ ...settings, port: 4000 }))).toBeUndefined();
    expect(await readdir(folder)).toEqual(['settings.json']);
  });

  it('goes on with settings that could not be saved, and says so', async () => {
    await writeFile(join(folder, 'file'), '');
    path = join(folder, 'file', 'settings.json');
    const file = await openFile();
    expect(file.notices()).toMatchObject([{ kind: 'file-unreadable' }]);
    expect(await file.update((settings) => ({ ...settings, port: 4000 }))).toMatchObject({
      kind: 'settings-not-saved',
    });
    expect(file.settings().port).toBe(4000);
  });
});
