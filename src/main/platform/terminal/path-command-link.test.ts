import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Shell } from '../../../shared/terminal-commands';
import { PathCommandLink } from './path-command-link';

let folder = '';
let home = '';
let script = '';
let told: string[] = [];

const inApp = 'Contents/Resources/bin/latchkey';

function makeApp(name: string): string {
  const path = join(folder, 'Applications', name, inApp);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
  return path;
}

beforeEach(async () => {
  folder = realpathSync(await mkdtemp(join(tmpdir(), 'latchkey-link-')));
  home = join(folder, 'home');
  mkdirSync(join(home, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'system'));
  script = makeApp('Latchkey.app');
  told = [];
});

afterEach(() => rm(folder, { recursive: true }));

function open(path: readonly string[], { shell = 'zsh' as Shell, own = script } = {}): PathCommandLink {
  return new PathCommandLink({
    script: own,
    home,
    shell,
    askPath: () => Promise.resolve(path),
    report: (message) => told.push(message),
  });
}

const userBin = (): string => join(home, 'bin');
const linkIn = (place: string): string => join(place, 'latchkey');

describe('PathCommandLink', () => {
  it('links into a folder of PATH, and takes the link back', async () => {
    const link = open([join(folder, 'system'), `${userBin()}/`]);
    expect(await link.look()).toEqual({ kind: 'off', path: '~/bin/latchkey' });
    expect(readdirSync(userBin())).toEqual([]);
    expect(await link.add()).toEqual({ kind: 'on', path: '~/bin/latchkey' });
    expect(readlinkSync(linkIn(userBin()))).toBe(script);
    expect(await link.look()).toEqual({ kind: 'on', path: '~/bin/latchkey' });
    expect(await link.add()).toEqual({ kind: 'on', path: '~/bin/latchkey' });
    expect(await link.remove()).toEqual({ kind: 'off', path: '~/bin/latchkey' });
    expect(readdirSync(userBin())).toEqual([]);
    expect(readFileSync(script, 'utf8')).toBe('#!/bin/sh\n');
  });

  it('makes a folder of the home that PATH has already, the better one first', async () => {
    const local = join(home, '.local/bin');
    const link = open([userBin(), local]);
    expect(await link.look()).toEqual({ kind: 'off', path: '~/.local/bin/latchkey' });
    await expect(lstat(local)).rejects.toThrow('ENOENT');
    expect(await link.add()).toEqual({ kind: 'on', path: '~/.local/bin/latchkey' });
    expect(readlinkSync(linkIn(local))).toBe(script);
  });

  it.each([
    ['zsh', '~/.zshrc', 'export PATH="$HOME/.local/bin:$PATH"'],
    ['bash', '~/.bash_profile', 'export PATH="$HOME/.local/bin:$PATH"'],
    ['fish', '~/.config/fish/config.fish', 'fish_add_path ~/.local/bin'],
  ] as const)('says which line %s needs where no folder of PATH can take it', async (shell, file, line) => {
    // Of a system's folder nobody but an administrator makes anything.
    const link = open([join(folder, 'system')], { shell });
    const refused = {
      kind: 'refused',
      problem: { kind: 'command-has-no-folder', folder: '~/.local/bin', file, line },
    };
    expect(await link.look()).toEqual(refused);
    expect(await link.add()).toEqual(refused);
    expect(readdirSync(join(folder, 'system'))).toEqual([]);
  });

  it('leaves what is not of this app as it is, and says whose it is', async () => {
    const other = join(folder, 'other-latchkey');
    writeFileSync(other, 'another program');
    for (const [put, target] of [
      [() => symlinkSync(other, linkIn(userBin())), other],
      [() => writeFileSync(linkIn(userBin()), 'another program'), undefined],
      // Leads nowhere, and not into an app: somebody may wait for it.
      [() => symlinkSync(join(home, 'later'), linkIn(userBin())), '~/later'],
      // The app of somebody else, which is there.
      [
        () => symlinkSync(makeApp('Other.app'), linkIn(userBin())),
        join(folder, 'Applications/Other.app', inApp),
      ],
    ] as const) {
      put();
      const before = lstatSync(linkIn(userBin())).ino;
      const refused = { kind: 'refused', problem: { kind: 'command-taken', path: '~/bin/latchkey', target } };
      const link = open([userBin()]);
      expect(await link.look()).toEqual(refused);
      expect(await link.add()).toEqual(refused);
      expect(await link.remove()).toEqual(refused);
      await link.mend();
      expect(lstatSync(linkIn(userBin())).ino).toBe(before);
      await rm(linkIn(userBin()));
    }
    expect(readFileSync(other, 'utf8')).toBe('another program');
  });

  it('sees another one that a terminal would find first', async () => {
    writeFileSync(linkIn(join(folder, 'system')), '');
    expect(await open([userBin(), join(folder, 'system')]).look()).toMatchObject({
      problem: { kind: 'command-taken', path: linkIn(join(folder, 'system')) },
    });
    symlinkSync(script, linkIn(userBin()));
    expect(await open([join(folder, 'system'), userBin()]).look()).toMatchObject({ kind: 'refused' });
    expect(await open([userBin(), join(folder, 'system')]).look()).toMatchObject({ kind: 'on' });
  });

  it('has a link lead to its app again that has been moved, at the start and whenever it looks', async () => {
    await open([userBin()]).add();
    await rename(join(folder, 'Applications/Latchkey.app'), join(folder, 'Applications/Moved.app'));
    const own = join(folder, 'Applications/Moved.app', inApp);
    await open([], { own }).mend();
    expect(readlinkSync(linkIn(userBin()))).toBe(own);
    await rename(join(folder, 'Applications/Moved.app'), join(folder, 'Applications/Again.app'));
    const again = join(folder, 'Applications/Again.app', inApp);
    expect(await open([userBin()], { own: again }).look()).toEqual({ kind: 'on', path: '~/bin/latchkey' });
    expect(readlinkSync(linkIn(userBin()))).toBe(again);
    expect(readdirSync(userBin())).toEqual(['latchkey']);
    expect(told).toEqual([]);
  });

  it('knows its own link by where it ends, through other links, too', async () => {
    symlinkSync(join(folder, 'Applications'), join(folder, 'apps'));
    symlinkSync(join('../../apps/Latchkey.app', inApp), linkIn(userBin()));
    const link = open([userBin()]);
    expect(await link.look()).toEqual({ kind: 'on', path: '~/bin/latchkey' });
    expect(await link.remove()).toMatchObject({ kind: 'off' });
    expect(readdirSync(userBin())).toEqual([]);
  });

  it('links to no app that will not stay where it is', async () => {
    for (const own of [
      `/Volumes/Latchkey/Latchkey.app/${inApp}`,
      `/private/var/folders/a/b/AppTranslocation/C/d/Latchkey.app/${inApp}`,
    ]) {
      const link = open([userBin()], { own });
      expect(await link.add()).toEqual({ kind: 'refused', problem: { kind: 'command-app-not-installed' } });
      symlinkSync(join(folder, 'Gone.app', inApp), linkIn(userBin()));
      await link.mend();
      expect(readlinkSync(linkIn(userBin()))).toBe(join(folder, 'Gone.app', inApp));
      await rm(linkIn(userBin()));
    }
  });

  it('says what the system says', async () => {
    await rm(userBin(), { recursive: true });
    writeFileSync(join(home, '.local'), 'a file where the folder should be');
    const link = open([join(home, '.local/bin'), userBin()]);
    // A file is in the way of the one, so it is the other.
    expect(await link.look()).toEqual({ kind: 'off', path: '~/bin/latchkey' });
    mkdirSync(join(userBin(), 'latchkey'), { recursive: true });
    expect(await link.add()).toMatchObject({
      kind: 'refused',
      problem: {
        kind: 'command-not-linked',
        path: '~/bin/latchkey',
        detail: expect.stringContaining('EEXIST'),
      },
    });
  });
});
