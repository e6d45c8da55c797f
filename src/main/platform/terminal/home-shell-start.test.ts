import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shellBlockLines, type TerminalOptions } from '../../../shared/terminal-commands';
import { HomeShellStart } from './home-shell-start';

const before = 'alias ll="ls -l"\nexport TOKEN=secret\n# caf\u00e9';
const options: TerminalOptions = {
  shell: 'zsh',
  address: { host: '127.0.0.1', port: 3128 },
  noProxy: ['*.corp'],
};

let folder = '';
let home = '';
let recordPath = '';
let zshrc = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-home-'));
  home = join(folder, 'home');
  recordPath = join(folder, 'state of the app', 'shell-block');
  zshrc = join(home, '.zshrc');
  await mkdir(home);
  await writeFile(zshrc, before);
});

afterEach(() => rm(folder, { recursive: true }));

function open(pid = 4711, env: NodeJS.ProcessEnv = {}): HomeShellStart {
  return new HomeShellStart({ home, env, recordPath, pid });
}

const text = (path: string): Promise<string> => readFile(path, 'utf8');

describe('HomeShellStart', () => {
  it('puts in exactly the lines of its preview, and takes them out to the byte', async () => {
    const start = open();
    const plan = await start.preview('add', options);
    expect(plan).toMatchObject({ kind: 'add', shell: 'zsh', file: '~/.zshrc' });
    if (plan.kind !== 'add') throw new Error('no preview');
    expect(await text(zshrc)).toBe(before);
    expect(await start.insert(options)).toBeUndefined();
    const lines = plan.lines.map((line) => `${line.text}\n`).join('');
    expect(await text(zshrc)).toBe(`${before}\n${lines}`);
    expect(lines).toContain(shellBlockLines({ ...options, pidFile: recordPath }));
    const back = await start.preview('remove', options);
    expect(back).toMatchObject({
      kind: 'remove',
      lines: plan.lines.map((line) => ({ kind: 'removed', line: line.line, text: line.text })),
    });
    expect(await start.remove()).toBeUndefined();
    expect(await text(zshrc)).toBe(before);
  });

  it('shows no line of the user', async () => {
    const start = open();
    const add = JSON.stringify(await start.preview('add', options));
    await start.insert(options);
    const remove = JSON.stringify(await start.preview('remove', options));
    expect(add).toContain('http_proxy');
    expect(remove).toContain('http_proxy');
    expect(add + remove).not.toContain('TOKEN');
  });

  it('keeps a record that only its owner can read, while there is a block', async () => {
    const start = open(4711);
    await start.insert(options);
    expect(await text(recordPath)).toBe(`4711\n${zshrc}\n`);
    expect((await stat(recordPath)).mode & 0o777).toBe(0o600);
    await start.remove();
    expect(await readdir(join(folder, 'state of the app'))).toEqual([]);
  });

  it('touches no file without a record', async () => {
    await chmod(zshrc, 0o400);
    expect(await open().remove()).toBeUndefined();
    expect(await text(zshrc)).toBe(before);
  });

  it('makes the file when there is none, and takes it away again', async () => {
    await rm(zshrc);
    const start = open();
    expect(await start.insert(options)).toBeUndefined();
    expect(await text(zshrc)).toContain('http_proxy');
    await start.remove();
    expect(await readdir(home)).toEqual([]);
  });

  it('finds what a killed one has left, under another shell, too', async () => {
    await open(1).insert(options);
    const start = open(2);
    expect(await start.insert({ ...options, shell: 'fish' })).toBeUndefined();
    expect(await text(zshrc)).toBe(before);
    const config = join(home, '.config', 'fish', 'config.fish');
    expect(await text(config)).toContain('set -gx http_proxy');
    expect(await text(recordPath)).toBe(`2\n${config}\n`);
    await open(3).remove();
    await expect(text(config)).rejects.toThrow('ENOENT');
  });

  it('replaces the lines for another port', async () => {
    const start = open();
    await start.insert(options);
    await start.insert({ ...options, address: { host: '127.0.0.1', port: 4000 } });
    expect(await text(zshrc)).toContain(':4000');
    expect(await text(zshrc)).not.toContain(':3128');
    await start.remove();
    expect(await text(zshrc)).toBe(before);
  });

  it('leaves an edited block alone and says where it is', async () => {
    const start = open();
    await start.insert(options);
    const changed = (await text(zshrc)).replaceAll('3128', '9999');
    await writeFile(zshrc, changed);
    const problem = { kind: 'shell-block-edited', file: '~/.zshrc', line: 4 };
    expect(await start.preview('add', options)).toMatchObject({ kind: 'refused', problem });
    expect(await start.preview('remove', options)).toMatchObject({ kind: 'refused', problem });
    expect(await start.insert(options)).toEqual(problem);
    // Its lines are to count as long as they are wanted.
    expect(await text(recordPath)).toMatch(/^4711\n/);
    expect(await start.remove()).toEqual(problem);
    expect(await text(zshrc)).toBe(changed);
    await expect(text(recordPath)).rejects.toThrow('ENOENT');
  });

  it('says why a file is left alone, and remembers it for the next time', async () => {
    const start = open();
    await start.insert(options);
    await chmod(zshrc, 0o444);
    const problem = { kind: 'shell-file-refused', file: '~/.zshrc', why: 'read-only' };
    expect(await start.insert({ ...options, noProxy: [] })).toMatchObject(problem);
    expect(await start.remove()).toMatchObject(problem);
    // The guard of its lines lets nobody through meanwhile.
    expect(await text(recordPath)).toBe(`off\n${zshrc}\n`);
    await chmod(zshrc, 0o644);
    expect(await open(2).remove()).toBeUndefined();
    expect(await text(zshrc)).toBe(before);
  });

  it('writes no block that it could not find again', async () => {
    await writeFile(join(folder, 'state of the app'), 'a file where the folder should be');
    expect(await open().insert(options)).toMatchObject({ kind: 'shell-file-refused', why: 'other' });
    expect(await text(zshrc)).toBe(before);
  });

  describe('asks zsh where its files are', () => {
    let dots: string;
    const place = async (file: string, timeoutMs = 600_000): Promise<string> => {
      const start = new HomeShellStart({ home, env: {}, zsh: { file, timeoutMs }, recordPath, pid: 1 });
      return (await start.preview('add', options)).file;
    };
    /** In the place of zsh. */
    const script = async (text: string): Promise<string> => {
      const file = join(folder, 'zsh');
      await writeFile(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      return file;
    };

    beforeEach(async () => {
      dots = join(home, '.config', 'zsh');
      await mkdir(dots, { recursive: true });
      await writeFile(join(home, '.zshenv'), `echo 'Hello!'\nexport ZDOTDIR="\${HOME}/.config/zsh"\n`);
    });

    it.skipIf(!existsSync('/bin/zsh'))('as it is after .zshenv, which is a script', async () => {
      expect(await place('/bin/zsh')).toBe('~/.config/zsh/.zshrc');
    });

    it.skipIf(!existsSync('/bin/zsh'))('and without ZDOTDIR in the home', async () => {
      await writeFile(join(home, '.zshenv'), 'unset ZDOTDIR\n');
      expect(await place('/bin/zsh')).toBe('~/.zshrc');
    });

    it('and takes nothing else that is printed for the answer', async () => {
      const answer = String.raw`printf 'Hello\0/nowhere\0 \0%s\0bye' "$HOME/.config/zsh"`;
      expect(await place(await script(`[ "$1" = -c ] || exit 1\n${answer}`))).toBe('~/.config/zsh/.zshrc');
    });

    it.each([
      ['says nothing', 'echo nothing', 600_000],
      ['asks for something', 'read answer && sleep 600', 600_000],
      ['does not end', 'exec sleep 600', 200],
    ])('and goes by its own environment when zsh %s', async (_what, text, timeoutMs) => {
      expect(await place(await script(text), timeoutMs)).toBe('~/.zshrc');
    });
  });

  it('follows ZDOTDIR, and names a file outside of the home in full', async () => {
    const other = join(folder, 'dots');
    await mkdir(other);
    const plan = await open(1, { ZDOTDIR: other }).preview('add', options);
    expect(plan.file).toBe(join(other, '.zshrc'));
  });
});
