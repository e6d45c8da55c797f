import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requireServers } from '../../../../test/servers/require-servers';
import { askLoginShellPath } from './login-shell-path';

let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'latchkey-shell-'));
});

afterEach(() => rm(home, { recursive: true }));

const startFiles = {
  zsh: ['.zshrc', '.zprofile'],
  bash: ['.bash_profile', '.bash_profile'],
  fish: ['.config/fish/config.fish', '.config/fish/config.fish'],
} as const;

/** A program in the place of a shell. */
async function shellOf(lines: string): Promise<string> {
  mkdirSync(join(home, 'shells'));
  const path = join(home, 'shells', 'zsh');
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o700);
  return path;
}

function pidIn(file: string): number | undefined {
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return pid === 0 ? undefined : pid;
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

describe('askLoginShellPath', () => {
  describe.each(['zsh', 'bash', 'fish'] as const)('of %s', (shell) => {
    it.skipIf(!requireServers(shell))('is that of a new terminal, whatever start files print', async () => {
      const [own, login] = startFiles[shell];
      const line = (folder: string): string =>
        shell === 'fish' ? `set -gx PATH "${folder}" $PATH\n` : `export PATH="${folder}:$PATH"\n`;
      mkdirSync(join(home, '.config/fish'), { recursive: true });
      // What it has left running holds its output for longer than anybody waits.
      const lines = [
        'echo Welcome; printf "\\0"',
        `sleep 600 & echo ${shell === 'fish' ? '$last_pid' : '$!'} > "${home}/pid"`,
        line('/of the user/bin'),
      ];
      await writeFile(join(home, own), lines.join('\n'));
      if (own !== login) await writeFile(join(home, login), line('/of the login/bin'));
      const folders = await askLoginShellPath(
        { HOME: home, SHELL: `/usr/bin/${shell}`, PATH: '/usr/bin:/bin:relative' },
        100_000,
      );
      expect(folders?.[0]).toBe('/of the user/bin');
      if (own !== login) expect(folders).toContain('/of the login/bin');
      expect(folders).toContain('/usr/bin');
      expect(folders).not.toContain('relative');
      const pid = pidIn(join(home, 'pid'));
      expect(isAlive(pid)).toBe(true);
      if (pid !== undefined) process.kill(pid);
    });
  });

  it('is no answer where the shell ends without one, or is not there', async () => {
    expect(await askLoginShellPath({ HOME: home, SHELL: await shellOf('exit 1') })).toBeUndefined();
    expect(await askLoginShellPath({ HOME: home, SHELL: join(home, 'nowhere', 'zsh') })).toBeUndefined();
  });

  it('is no answer where only what the shell has left running is there any more', async () => {
    const [pidFile, leftFile] = [join(home, 'pid'), join(home, 'left')];
    const shell = await shellOf(`echo $$ > "${pidFile}"; "${process.execPath}" "${home}/leave.cjs"`);
    await writeFile(
      join(home, 'leave.cjs'),
      `const left = require('node:child_process').spawn('sleep', ['600'], {
        detached: true,
        stdio: ['ignore', 1, 'ignore'],
      });
      left.unref();
      require('node:fs').writeFileSync(${JSON.stringify(leftFile)}, String(left.pid));`,
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const asked = askLoginShellPath({ HOME: home, SHELL: shell, PATH: '/usr/bin:/bin' });
      await until(() => pidIn(leftFile) !== undefined && !isAlive(pidIn(pidFile)));
      vi.advanceTimersByTime(5_000);
      expect(await asked).toBeUndefined();
    } finally {
      vi.useRealTimers();
      const left = pidIn(leftFile);
      if (left !== undefined) process.kill(left);
    }
  });

  it('ends a shell that does not answer', async () => {
    const pidFile = join(home, 'pid');
    const shell = await shellOf(`echo $$ > "${pidFile}"; exec sleep 600`);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const asked = askLoginShellPath({ HOME: home, SHELL: shell, PATH: '/usr/bin:/bin' });
      await until(() => pidIn(pidFile) !== undefined);
      vi.advanceTimersByTime(5_000);
      expect(await asked).toBeUndefined();
      await until(() => !isAlive(pidIn(pidFile)));
    } finally {
      vi.useRealTimers();
    }
  });
});
