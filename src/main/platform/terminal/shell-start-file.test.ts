import { execFileSync, spawnSync } from 'node:child_process';
import type * as FileSystem from 'node:fs/promises';
import {
  appendFile,
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { environmentLines } from '../../../shared/terminal-commands';
import { chooseShellStartPath, ShellStartFile, shellStartPaths } from './shell-start-file';

/** Runs after the file was read and before it is replaced. */
let meanwhile: () => Promise<void> = () => Promise.resolve();

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof FileSystem>();
  const copyFile: typeof actual.copyFile = async (...args) => {
    await actual.copyFile(...args);
    await meanwhile();
  };
  return { ...actual, copyFile };
});

const body = "export http_proxy='http://127.0.0.1:3128'\n";
const isRoot = process.getuid?.() === 0;

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-shell-'));
  path = join(folder, '.zshrc');
});

afterEach(async () => {
  meanwhile = () => Promise.resolve();
  await rm(folder, { recursive: true });
});

/** Asked for its version only: otherwise fish makes folders in the user's home. */
function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

async function modeOf(file: string): Promise<number> {
  return (await stat(file)).mode & 0o7777;
}

describe('ShellStartFile', () => {
  it('gives back every byte of any file', async () => {
    const file = new ShellStartFile(path);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
        await writeFile(path, bytes);
        expect(await file.insert('export A=ä\n')).toBe('changed');
        const changed = await readFile(path);
        expect(changed.subarray(0, bytes.length).equals(bytes)).toBe(true);
        expect(changed.toString()).toContain('\nexport A=ä\n');
        expect(await file.insert('export A=ä\n')).toBe('unchanged');
        expect(await file.remove()).toBe('changed');
        expect((await readFile(path)).equals(bytes)).toBe(true);
      }),
      { numRuns: 50 },
    );
    expect(await readdir(folder)).toEqual(['.zshrc']);
  });

  it.each([0o600, 0o644, 0o664, 0o755])('keeps the mode %o', async (mode) => {
    await writeFile(path, 'a\n');
    await chmod(path, mode);
    await new ShellStartFile(path).insert(body);
    expect(await modeOf(path)).toBe(mode);
    await new ShellStartFile(path).remove();
    expect(await modeOf(path)).toBe(mode);
  });

  it('replaces the file as one step: who has the old one open reads the old one', async () => {
    await writeFile(path, 'a\n');
    const reader = await open(path);
    await new ShellStartFile(path).insert(body);
    expect(await reader.readFile('utf8')).toBe('a\n');
    await reader.close();
  });

  it('makes a file, with its folder, and takes it away again', async () => {
    const file = new ShellStartFile(join(folder, 'fish', 'config.fish'));
    expect(await file.remove()).toBe('unchanged');
    expect(await file.insert(body)).toBe('changed');
    expect(await readFile(file.path, 'utf8')).toContain(body);
    expect((await modeOf(file.path)) & 0o133).toBe(0);
    expect(await file.remove()).toBe('changed');
    expect(await readdir(dirname(file.path))).toEqual([]);
  });

  it('leaves a file that was empty', async () => {
    await writeFile(path, '');
    await new ShellStartFile(path).insert(body);
    await new ShellStartFile(path).remove();
    expect(await readFile(path, 'utf8')).toBe('');
  });

  it('follows links, relative and in a row, and leaves them as they are', async () => {
    await mkdir(join(folder, 'dotfiles'));
    const real = join(folder, 'dotfiles', 'zshrc');
    await writeFile(real, 'alias ll=ls');
    await symlink('zshrc', join(folder, 'dotfiles', 'current'));
    await symlink('dotfiles/current', path);
    await new ShellStartFile(path).insert(body);
    expect(await readlink(path)).toBe('dotfiles/current');
    expect((await lstat(real)).isFile()).toBe(true);
    expect(await readFile(real, 'utf8')).toContain(body);
    await new ShellStartFile(path).remove();
    expect(await readFile(real, 'utf8')).toBe('alias ll=ls');
    expect(await readdir(join(folder, 'dotfiles'))).toEqual(['current', 'zshrc']);
  });

  it('makes the file that a link leads to, and takes it away again', async () => {
    const dotfiles = join(folder, 'dotfiles');
    await mkdir(join(dotfiles, 'zsh'), { recursive: true });
    await symlink('dotfiles/zsh', join(folder, 'linked'));
    await symlink('linked/zshrc', path);
    // Counts from the folder that it is in, not from the link to that folder.
    await symlink('../zshrc', join(dotfiles, 'zsh', 'zshrc'));
    await new ShellStartFile(path).insert(body);
    expect(await readFile(join(dotfiles, 'zshrc'), 'utf8')).toContain(body);
    await new ShellStartFile(path).remove();
    expect(await readdir(dotfiles)).toEqual(['zsh']);
    expect(await readlink(path)).toBe('linked/zshrc');
  });

  it('leaves a block alone that was edited', async () => {
    await writeFile(path, 'a\n');
    const file = new ShellStartFile(path);
    await file.insert(body);
    const edited = (await readFile(path, 'utf8')).replace('3128', '3129');
    await writeFile(path, edited);
    const verdict = { kind: 'edited', line: 2 };
    expect(await file.remove()).toEqual(verdict);
    expect(await file.insert(body)).toEqual(verdict);
    expect(await file.previewInsert(body)).toEqual(verdict);
    expect(await file.previewRemove()).toEqual(verdict);
    expect(await readFile(path, 'utf8')).toBe(edited);
  });

  it('shows in a preview what it would do, and does nothing', async () => {
    await writeFile(path, 'alias grüß=ls\n');
    const file = new ShellStartFile(path);
    const preview = await file.previewInsert('export A=ä\n');
    const lines = preview.kind === 'lines' ? preview.lines : [];
    expect(lines.map(({ kind, line, text }) => `${line} ${kind} ${text.slice(0, 14)}`)).toEqual([
      '1 kept alias grüß=ls',
      '2 added # >>> Latchkey',
      '3 added export A=ä',
      '4 added # <<< Latchkey',
    ]);
    expect(await readFile(path, 'utf8')).toBe('alias grüß=ls\n');
    expect(await file.previewRemove()).toEqual({ kind: 'lines', lines: [] });
    await file.insert(body);
    expect(await file.previewRemove()).toMatchObject({
      lines: [{ kind: 'kept' }, { kind: 'removed' }, { kind: 'removed' }, { kind: 'removed' }],
    });
  });

  it('does not lose what another program writes meanwhile', async () => {
    await writeFile(path, 'a\n');
    let count = 0;
    meanwhile = async () => {
      count += 1;
      if (count <= 2) await appendFile(path, `${count}\n`);
    };
    expect(await new ShellStartFile(path).insert(body)).toBe('changed');
    expect(count).toBe(3);
    expect(await readFile(path, 'utf8')).toMatch(/^a\n1\n2\n# >>> Latchkey/);
    expect(await readdir(folder)).toEqual(['.zshrc']);
  });

  it('gives up when another program does not stop', async () => {
    await writeFile(path, '');
    meanwhile = () => appendFile(path, 'x\n');
    await expect(new ShellStartFile(path).insert(body)).rejects.toMatchObject({ code: 'busy' });
    expect(await readFile(path, 'utf8')).toMatch(/^(x\n)+$/);
    expect(await readdir(folder)).toEqual(['.zshrc']);
  });

  it.each<[string, string, () => unknown]>([
    ['a folder', 'not-a-file', () => mkdir(path)],
    ['a pipe', 'not-a-file', () => execFileSync('sh', ['-c', 'mkfifo "$0"', path])],
    ['a link to itself', 'link-loop', () => symlink('.zshrc', path)],
    [
      'a read-only file',
      'read-only',
      async () => {
        await writeFile(path, 'a\n');
        await chmod(path, 0o444);
      },
    ],
  ])('says what is wrong with %s', async (_title, code, make) => {
    await make();
    const file = new ShellStartFile(path);
    await expect(file.insert(body)).rejects.toMatchObject({ name: 'ShellStartFileError', code });
    await expect(file.remove()).rejects.toMatchObject({ code });
    expect(await readdir(folder)).toEqual(['.zshrc']);
  });

  it.runIf(isRoot)('does not take over the file of another user', async () => {
    await writeFile(path, 'a\n');
    await chown(path, 12_345, 12_345);
    await expect(new ShellStartFile(path).insert(body)).rejects.toMatchObject({ code: 'not-yours' });
    expect((await stat(path)).uid).toBe(12_345);
  });
});

describe('shellStartPaths', () => {
  it('knows where each shell looks', () => {
    expect(shellStartPaths('zsh', '/u', {})).toEqual(['/u/.zshrc', '/u/.zprofile']);
    expect(shellStartPaths('zsh', '/u', { ZDOTDIR: '/z' })).toEqual(['/z/.zshrc', '/z/.zprofile']);
    expect(shellStartPaths('bash', '/u', {})).toEqual(['/u/.bash_profile', '/u/.bash_login', '/u/.profile']);
    expect(shellStartPaths('fish', '/u', {})).toEqual(['/u/.config/fish/config.fish']);
    expect(shellStartPaths('fish', '/u', { XDG_CONFIG_HOME: '/c' })).toEqual(['/c/fish/config.fish']);
  });
});

describe('chooseShellStartPath', () => {
  it('takes what is there, so that no new file hides it', async () => {
    expect(await chooseShellStartPath('bash', folder, {})).toBe(join(folder, '.bash_profile'));
    await writeFile(join(folder, '.profile'), '');
    expect(await chooseShellStartPath('bash', folder, {})).toBe(join(folder, '.profile'));
    await writeFile(join(folder, '.bash_profile'), '');
    expect(await chooseShellStartPath('bash', folder, {})).toBe(join(folder, '.bash_profile'));
  });

  const logins = [
    ['bash', ['--login', '-c']],
    ['zsh', ['--login', '-i', '-c']],
    ['fish', ['--login', '-c']],
  ] as const;

  it.each(logins.filter(([shell]) => isInstalled(shell)))('is read by %s', async (shell, args) => {
    const file = new ShellStartFile(await chooseShellStartPath(shell, folder, {}));
    const address = { host: '127.0.0.1', port: 4321 };
    await file.insert(environmentLines({ shell, address, noProxy: ['*.corp'] }));
    const { stdout } = spawnSync(shell, [...args, 'printf "%s %s" "$https_proxy" "$no_proxy"'], {
      encoding: 'utf8',
      env: { HOME: folder, PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(stdout).toContain('http://127.0.0.1:4321 localhost,127.0.0.1,::1,.corp');
  });
});
