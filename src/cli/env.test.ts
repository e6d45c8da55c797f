import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../test/fake-terminal';
import { defaultAppSettings } from '../shared/app-settings';
import type { EngineState } from '../shared/engine-state';
import type { HostPort } from '../shared/settings';
import { CliError } from './cli-error';
import { type ControlServer, startControlServer } from './control-server';
import { controlSocketPath } from './control-socket';
import { env } from './env';

let folder = '';
const servers: ControlServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-env-'));
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await rm(folder, { recursive: true });
});

/** A proxy that can be asked where it listens. */
async function runningOn(port: number, addresses: readonly HostPort[]): Promise<void> {
  const state: EngineState = {
    account: { domain: 'corp', user: 'alice' },
    credential: 'proven',
    isPaused: false,
    companyProxy: 'unknown',
    upstream: undefined,
    offNetwork: 'refuse',
    addresses,
  };
  const server = await startControlServer({
    path: controlSocketPath(folder, port),
    handle: () =>
      Promise.resolve({ kind: 'status', state, today: { sent: 0, refused: 0, unanswered: 0 } } as const),
    onInternalError: (error) => {
      throw error;
    },
  });
  servers.push(server);
}

async function run(
  args: string[],
  shell = '/bin/zsh',
): Promise<{ code: number; out: string; err: readonly string[]; error: string }> {
  const terminal = fakeTerminal({ LATCHKEY_STATE_DIR: folder, SHELL: shell });
  const told = (code: number, error: string): Awaited<ReturnType<typeof run>> => ({
    code,
    out: terminal.outLines.join('\n'),
    err: terminal.errLines,
    error,
  });
  try {
    return told(await env(args, terminal), '');
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return told(error.exitCode, error.message);
  }
}

describe('latchkey env', () => {
  it('has the usual port when nothing runs and nothing is set', async () => {
    const { out, code, err } = await run([]);
    expect(out.split('\n')).toContain("export https_proxy='http://127.0.0.1:3128'");
    expect(out.split('\n')).toContain("export NO_PROXY='localhost,127.0.0.1,::1,127.0.0.0/24,.local'");
    expect(out.split('\n')).toHaveLength(8);
    expect(err).toEqual([]);
    expect(code).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each<[string, HostPort[], string]>([
    [
      'loopback',
      [
        { host: '::1', port: 4000 },
        { host: '127.0.0.1', port: 4000 },
      ],
      '127.0.0.1:4000',
    ],
    ['every address', [{ host: '::', port: 4000 }], '127.0.0.1:4000'],
    ['every IPv4 address', [{ host: '0.0.0.0', port: 4000 }], '127.0.0.1:4000'],
    ['one address', [{ host: '192.0.2.7', port: 4000 }], '192.0.2.7:4000'],
    ['::1 alone', [{ host: '::1', port: 4000 }], '[::1]:4000'],
  ])('finds the proxy that runs, on %s', async (_title, addresses, where) => {
    await runningOn(4000, addresses);
    expect((await run([])).out).toContain(`export http_proxy='http://${where}'`);
  });

  it("takes the app's port and patterns while no other proxy runs", async () => {
    const settings = { ...defaultAppSettings, port: 4001, noProxy: ['*.corp'] };
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
    const { out } = await run([]);
    expect(out).toContain("export all_proxy='http://127.0.0.1:4001'");
    expect(out).toContain("export no_proxy='localhost,127.0.0.1,::1,.corp'");
    await runningOn(4002, [{ host: '127.0.0.1', port: 4002 }]);
    expect((await run([])).out).toContain("export all_proxy='http://127.0.0.1:4002'");
  });

  it('takes the port that it is given, whatever runs', async () => {
    await runningOn(4000, [{ host: '127.0.0.1', port: 4000 }]);
    expect((await run(['--port', '4005'])).out).toContain("http_proxy='http://127.0.0.1:4005'");
  });

  it('says that several run', async () => {
    await runningOn(4000, [{ host: '127.0.0.1', port: 4000 }]);
    await runningOn(4001, [{ host: '127.0.0.1', port: 4001 }]);
    const { code, error, out } = await run([]);
    expect(error).toContain('on the ports 4000, 4001; choose one with --port');
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  it('warns of damaged settings and goes on', async () => {
    await writeFile(join(folder, 'settings.json'), '{"version":1,"port":4001,"noProxy":7}');
    const { out, err } = await run([]);
    expect(err).toEqual([expect.stringContaining('settings.json is damaged')]);
    expect(out).toContain("http_proxy='http://127.0.0.1:4001'");
  });

  it.each([
    ['/opt/homebrew/bin/fish', [], "set -gx http_proxy 'http"],
    ['/bin/tcsh', [], "export http_proxy='http"],
    ['', [], "export http_proxy='http"],
    ['/bin/zsh', ['--shell', 'fish'], "set -gx http_proxy 'http"],
    ['/usr/bin/fish', ['--shell', 'bash'], "export http_proxy='http"],
    ['/usr/bin/fish', ['--off'], 'set -eg http_proxy'],
    ['/bin/zsh', ['--off'], 'unset http_proxy'],
  ])('speaks to %s with %j', async (shell, args, first) => {
    const { out, code } = await run(args, shell);
    expect(out.startsWith(first)).toBe(true);
    expect(code).toBe(0);
  });

  it.each([
    [['--shell', 'csh'], "--shell is zsh, bash or fish, not 'csh'"],
    [['--port', '0'], 'from 1 to 65535'],
    [['--port', 'x'], "not 'x'"],
    [['on'], "Unexpected argument 'on'"],
    [['--on'], "Unknown option '--on'"],
  ])('ends with exit code 2 for %j', async (args, words) => {
    const { out, code, error } = await run(args);
    expect(error).toContain(words);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  it('can be given to eval, on and off', async () => {
    const on = (await run(['--port', '4005'], '/bin/sh')).out;
    const off = (await run(['--off'], '/bin/sh')).out;
    const script = 'eval "$ON"; printf "%s " "$https_proxy"; eval "$OFF"; printf "%s" "${https_proxy-none}"';
    const { stdout } = spawnSync('sh', ['-eu', '-c', script], {
      encoding: 'utf8',
      env: { ON: on, OFF: off, PATH: process.env['PATH'] ?? '' },
    });
    expect(stdout).toBe('http://127.0.0.1:4005 none');
  });
});
