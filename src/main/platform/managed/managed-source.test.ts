import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmulatedMac, emulateMac } from '../../../../test/emulated-mac';
import { type ManagedSource, openManagedSource } from './managed-source';
import { managedKeys, readManaged } from './read-managed';

const require = createRequire(import.meta.url);
const builder = createRequire(require.resolve('electron-builder/package.json'));
const plist = createRequire(builder.resolve('app-builder-lib/package.json'))('plist') as {
  readonly parse: (text: string) => unknown;
  readonly build: (value: object) => string;
};

let folder: string;
let mac: EmulatedMac;
let source: ManagedSource | undefined;
let problems: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-managed-'));
  mac = emulateMac();
  problems = [];
  for (const [name, value] of Object.entries(mac.env)) vi.stubEnv(name, value);
});

afterEach(() => {
  source?.close();
  vi.unstubAllEnvs();
  mac.remove();
  rmSync(folder, { recursive: true });
});

async function open(): Promise<ManagedSource> {
  source = await openManagedSource({
    env: { ...mac.env, LATCHKEY_MANAGED: folder },
    platform: 'darwin',
    onProblem: (message) => problems.push(message),
  });
  return source;
}

const forAll = (): string => join(folder, 'app.latchkey.mac.plist');
const forUser = (): string => join(folder, userInfo().username, 'app.latchkey.mac.plist');

describe('the profiles of a Mac', () => {
  it('say nothing where there are none, and ask no command', async () => {
    const { managed, wrong } = (await open()).reading();
    expect({ managed, wrong }).toEqual(readManaged({}));
    expect(source?.files()).toEqual([]);
    expect(mac.calls()).toEqual([]);
  });

  it('count for all users, and one of a user before them', async () => {
    writeFileSync(forAll(), plist.build({ Port: 4000, OffNetwork: 'refuse', ManagedBy: 'Corp' }));
    mkdirSync(join(folder, userInfo().username));
    writeFileSync(forUser(), plist.build({ Port: 5000 }));
    const { managed } = (await open()).reading();
    expect(managed).toMatchObject({ settings: { port: 5000, offNetwork: 'refuse' }, by: 'Corp' });
    expect(source?.files()).toEqual([forUser(), forAll()]);
  });

  it('come and go while it runs', async () => {
    const opened = await open();
    expect(await opened.refresh()).toBe(false);
    writeFileSync(forAll(), plist.build({ Port: 4000 }));
    expect(await opened.refresh()).toBe(true);
    expect(opened.reading().managed.settings).toEqual({ port: 4000 });
    rmSync(forAll());
    expect(await opened.refresh()).toBe(true);
    expect(opened.reading().managed.settings).toEqual({});
  });

  it('count as they are, however slowly they were read before', async () => {
    const commands = join(folder, 'commands');
    mkdirSync(commands);
    const script = `
      if [ "$(cat "$5")" != slow ]; then echo '{"Port":5000}'; exit; fi
      : >"${folder}/begun"
      while [ ! -e "${folder}/go" ]; do sleep 0.1; done
      echo '{"Port":4000}'`;
    writeFileSync(join(commands, 'plutil'), `#!/bin/sh${script}\n`, { mode: 0o700 });
    const opened = await openManagedSource({
      env: { LATCHKEY_MAC_COMMANDS: commands, LATCHKEY_MANAGED: folder },
      platform: 'darwin',
      onProblem: (message) => problems.push(message),
    });
    source = opened;
    writeFileSync(forAll(), 'slow');
    const slow = opened.refresh();
    await vi.waitFor(() => expect(existsSync(join(folder, 'begun'))).toBe(true), { timeout: 60_000 });
    writeFileSync(forAll(), 'another');
    const quick = opened.refresh();
    // Long enough for one that does not wait for the other.
    await Promise.race([quick, pause(1_000)]);
    writeFileSync(join(folder, 'go'), '');
    await Promise.all([slow, quick]);
    expect(opened.reading().managed.settings).toEqual({ port: 5000 });
    expect(problems).toEqual([]);
  });

  it('that cannot be read are told, and count for nothing', async () => {
    writeFileSync(forAll(), 'no property list');
    expect((await open()).reading().managed.settings).toEqual({});
    expect(problems).toEqual([expect.stringContaining(`the managed settings in ${forAll()} are not used: `)]);
  });
});

describe('what administrators are given', () => {
  const document = (name: string): string => readFileSync(join('docs/administrators', name), 'utf8');

  it('is a sample that sets every key, each to what it can be', () => {
    const { PayloadContent } = plist.parse(document('latchkey.mobileconfig')) as {
      readonly PayloadContent: readonly [Readonly<Record<string, unknown>>];
    };
    const [settings] = PayloadContent;
    const { wrong, managed } = readManaged(settings);
    expect(wrong).toEqual([]);
    expect(managed.settings.upstreams).toHaveLength(2);
    const own = Object.keys(settings).filter((key) => !key.startsWith('Payload'));
    expect(own.toSorted()).toEqual(managedKeys.toSorted());
  });

  it('is a manifest that knows every key, with its type and its values', () => {
    const { pfm_subkeys: keys } = plist.parse(document('app.latchkey.mac.plist')) as {
      readonly pfm_subkeys: readonly {
        readonly pfm_name: string;
        readonly pfm_range_list?: readonly unknown[];
      }[];
    };
    const own = keys.filter(({ pfm_name: name }) => !name.startsWith('Payload'));
    expect(own.map(({ pfm_name: name }) => name).toSorted()).toEqual(managedKeys.toSorted());
    for (const { pfm_name: name, pfm_range_list: values = [] } of own) {
      for (const value of values) expect(readManaged({ [name]: value }).wrong).toEqual([]);
      if (values.length > 0) expect(readManaged({ [name]: 'something else' }).wrong).toEqual([name]);
    }
  });

  it('is told of every key', () => {
    for (const key of managedKeys)
      expect(readFileSync('docs/administrators.md', 'utf8')).toContain(`\`${key}\``);
  });
});
