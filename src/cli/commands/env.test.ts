import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';
import { FakeCore } from '../../../test/fake-core';
import { defaultAppSettings } from '../../shared/app-settings';
import type { HostPort } from '../../shared/settings';
import { terminalCommands } from '../../shared/terminal-commands';

let fixture: CommandFixture;

beforeEach(async () => {
  fixture = await CommandFixture.create();
});

afterEach(() => fixture.remove());

const local = (port: number): HostPort[] => [{ host: '127.0.0.1', port }];

async function run(
  args: readonly string[],
  shell = '/bin/zsh',
): Promise<{ code: number; out: string; err: readonly string[]; error: string }> {
  const terminal = fixture.terminal('', { env: { LATCHKEY_STATE_DIR: fixture.folder, SHELL: shell } });
  const outcome = await fixture.run(['env', ...args], terminal);
  return { ...outcome, out: outcome.out.join('\n') };
}

describe('latchkey env', () => {
  it('has the usual port when nothing runs and nothing is set', async () => {
    const { out, code, err } = await run([]);
    expect(out.split('\n')).toContain("export https_proxy='http://127.0.0.1:3128'");
    expect(out.split('\n')).toContain("export NO_PROXY='localhost,127.0.0.1,::1,127.0.0.0/24,.local'");
    // What the panel copies.
    const { noProxy } = defaultAppSettings;
    const address = { host: '127.0.0.1', port: 3128 };
    expect(`${out}\n`).toBe(terminalCommands({ shell: 'zsh', address, noProxy }));
    expect(err).toEqual([]);
    expect(code).toBe(0);
    expect(await readdir(fixture.folder)).toEqual([]);
  });

  it('has the port that is managed when nothing runs', async () => {
    const managed = join(fixture.folder, 'managed.json');
    await writeFile(managed, JSON.stringify({ Port: 4444 }));
    await writeFile(join(fixture.folder, 'settings.json'), JSON.stringify(defaultAppSettings));
    const env = { LATCHKEY_STATE_DIR: fixture.folder, LATCHKEY_MANAGED: managed, SHELL: '/bin/zsh' };
    const { out } = await fixture.run(['env'], fixture.terminal('', { env }));
    expect(out.join('\n')).toContain("export https_proxy='http://127.0.0.1:4444'");
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
    ['nothing, as it is turned off: where it will listen', [], '127.0.0.1:4010'],
  ])('finds the proxy that runs, on %s', async (_title, addresses, where) => {
    fixture.core.set({ addresses });
    fixture.core.setSettings({ port: 4010, noProxy: ['*.running'] });
    await fixture.listen();
    const { out } = await run([]);
    expect(out).toContain(`export http_proxy='http://${where}'`);
    expect(out).toContain("export no_proxy='localhost,127.0.0.1,::1,.running'");
  });

  it("takes the app's port and patterns while no other proxy runs", async () => {
    const settings = { ...defaultAppSettings, port: 4001, noProxy: ['*.corp'] };
    await writeFile(join(fixture.folder, 'settings.json'), JSON.stringify(settings));
    const { out } = await run([]);
    expect(out).toContain("export all_proxy='http://127.0.0.1:4001'");
    expect(out).toContain("export no_proxy='localhost,127.0.0.1,::1,.corp'");
    fixture.core.set({ addresses: local(4002) });
    await fixture.listen({ host: 'run' });
    expect((await run([])).out).toContain("export all_proxy='http://127.0.0.1:4002'");
  });

  it('takes the port that it is given, whatever runs', async () => {
    await fixture.listen();
    expect((await run(['--port', '4005'])).out).toContain("http_proxy='http://127.0.0.1:4005'");
  });

  it('takes the patterns of the one that has the port', async () => {
    fixture.core.setSettings({ noProxy: ['*.app'] });
    await fixture.listen();
    const other = new FakeCore({ addresses: local(4001) });
    other.setSettings({ noProxy: ['*.run'] });
    await fixture.listen({ host: 'run', core: other });
    expect((await run(['--port', '3128'])).out).toContain("no_proxy='localhost,127.0.0.1,::1,.app'");
    expect((await run(['--port', '4001'])).out).toContain("no_proxy='localhost,127.0.0.1,::1,.run'");
  });

  it('says that several run', async () => {
    await fixture.listen();
    await fixture.listen({ host: 'run', core: new FakeCore({ addresses: local(4001) }) });
    const { code, error, out } = await run([]);
    expect(error).toContain('127.0.0.1:4001; choose one with --port');
    expect(out).toBe('');
    expect(code).toBe(1);
  });

  it('tells whom no_proxy cannot tell what', async () => {
    fixture.core.setSettings({ noProxy: ['.corp', '<local>', '10.0.0.0/8', 'wiki:8080', 'web-*'] });
    await fixture.listen();
    const { err, out } = await run([]);
    expect(out).toContain("no_proxy='localhost,127.0.0.1,::1,corp,10.0.0.0/8,wiki:8080'");
    expect(err).toEqual([
      'latchkey: warning: no_proxy cannot say <local>, web-*',
      'latchkey: warning: curl does not understand what no_proxy says of wiki:8080',
      'latchkey: warning: Python does not understand what no_proxy says of 10.0.0.0/8',
    ]);
  });

  it('warns of damaged settings and goes on', async () => {
    await writeFile(join(fixture.folder, 'settings.json'), '{"version":1,"port":4001,"noProxy":7}');
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
