import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandFixture, type CommandOutcome } from '../../../test/command-fixture';
import { type EmulatedMac, emulateMac } from '../../../test/emulated-mac';
import { removeFolder } from '../../../test/remove-folder';

let fixture: CommandFixture;
let mac: EmulatedMac;
let home: string;
let conf: string;

beforeEach(async () => {
  fixture = await CommandFixture.create();
  mac = emulateMac();
  home = mkdtempSync(join(tmpdir(), 'latchkey-home-'));
  conf = join(home, 'cntlm.conf');
  const lines = [
    'Username alice',
    'Domain CORP',
    'PassNTLMv2 00112233445566778899AABBCCDDEEFF',
    'Proxy proxy:8080',
  ];
  writeFileSync(conf, `${lines.join('\n')}\nListen 4128\nListen 10.1.2.3:5128\n`, { mode: 0o600 });
  vi.stubEnv('HOME', home);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  mac.remove();
  await removeFolder(home);
  await fixture.remove();
});

function run(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CommandOutcome> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  return fixture.run(['service', ...args], fixture.terminal('', { env }));
}

describe('latchkey service', () => {
  it('is installed with the consent that a Pac without a Proxy needs, or not at all', async () => {
    const pac = join(home, 'proxy.pac');
    writeFileSync(pac, 'function FindProxyForURL() { return "PROXY p1.corp:8080"; }');
    const text = readFileSync(conf, 'utf8').replace(/^Proxy .*$/m, `Pac ${pac}`);
    writeFileSync(conf, text, { mode: 0o600 });
    const refused = await run(mac.env, 'install', '--config', conf);
    expect([refused.code, refused.error]).toEqual([
      2,
      expect.stringContaining('say with --agree p1.corp:8080'),
    ]);
    const plist = join(home, 'Library', 'LaunchAgents', 'app.latchkey.run.plist');
    expect(existsSync(plist)).toBe(false);
    expect(await run(mac.env, 'install', '--config', conf, '--agree', 'p1.corp:8080')).toMatchObject({
      code: 0,
    });
    expect(readFileSync(plist, 'utf8')).toMatch(
      /<string>--agree<\/string>\s*<string>p1\.corp:8080<\/string>/,
    );
    await run(mac.env, 'remove');
  });
});

describe('latchkey service, on a Mac', () => {
  const service = (...args: readonly string[]): Promise<CommandOutcome> => run(mac.env, ...args);
  const plist = (): string => join(home, 'Library', 'LaunchAgents', 'app.latchkey.run.plist');

  it('is installed with a configuration, says how it is, and is removed', async () => {
    const name = 'launchd agent app.latchkey.run';
    expect(await service('status')).toMatchObject({ code: 1, out: [`${name}: It is not installed.`] });
    const { code, out } = await service('install', '--config', conf, '--system-proxy');
    expect({ code, first: out[0] }).toEqual({ code: 0, first: `Installed: ${name}. It runs (pid 4711).` });
    expect(out[1]).toMatch(/^Its log: log show /);
    const words = [...readFileSync(plist(), 'utf8').matchAll(/<string>(.*)<\/string>/g)].map(
      ([, word]) => word,
    );
    expect(words.slice(2, 8)).toEqual([
      resolve(process.argv[1] ?? ''),
      'run',
      '--system-proxy',
      '--syslog',
      '--config',
      conf,
    ]);
    expect(JSON.parse((await service('status', '--json')).out[0] ?? '')).toEqual({
      name,
      files: [plist()],
      state: { kind: 'running', pid: 4711 },
    });
    expect(await service('remove')).toMatchObject({ code: 0, out: [`Removed: ${name}.`] });
    expect(await service('remove')).toMatchObject({ code: 0, out: [`There is no ${name}.`] });
  });

  it('refuses a configuration that is wrong before anything is written', async () => {
    writeFileSync(conf, 'Username alice\n', { mode: 0o600 });
    const { code, error } = await service('install', '--config', conf);
    expect(code).toBe(2);
    expect(error).toContain(conf);
    expect(existsSync(plist())).toBe(false);
  });

  it('says what launchd says', async () => {
    mac.write({ ...mac.read(), launchd: { bootstrapFails: true } });
    expect(await service('install', '--config', conf)).toMatchObject({
      code: 1,
      error: 'latchkey: launchctl bootstrap ended with 5: Bootstrap failed: 5: Input/output error',
    });
    mac.write({ ...mac.read(), launchd: { jobEnds: 2 } });
    expect((await service('install', '--config', conf)).out[0]).toContain(
      'It does not run; it ended last with exit code 2.',
    );
    expect(await service('install', '--config', conf, '--socket')).toMatchObject({ code: 1 });
  });
});

describe.skipIf(process.platform !== 'linux')('latchkey service, with systemd', () => {
  const service = (...args: readonly string[]): Promise<CommandOutcome> =>
    run(
      {
        LATCHKEY_SYSTEMCTL: resolve('test/linux-commands/systemctl'),
        LATCHKEY_SYSTEMCTL_STATE: home,
        LATCHKEY_SYSTEMD_FOLDER: home,
      },
      ...args,
    );

  it('has systemd listen where the file says', async () => {
    expect((await service('install', '--config', conf, '--socket')).out[0]).toBe(
      'Installed: systemd unit latchkey.service. The system listens, and starts it at the first connection.',
    );
    const socket = readFileSync(join(home, 'latchkey.socket'), 'utf8');
    expect(socket).toContain('ListenStream=127.0.0.1:4128\n');
    expect(socket).toContain('ListenStream=10.1.2.3:5128\n');
    expect(await service('status')).toMatchObject({ code: 0 });
    await service('install', '--config', conf, '--socket', '--port', '6128');
    expect(readFileSync(join(home, 'latchkey.socket'), 'utf8')).not.toContain('4128');
  });

  it.skipIf(process.getuid?.() !== 0)('runs no settings of an app for the whole system', async () => {
    const { code, error } = await service('install');
    expect(code).toBe(2);
    expect(error).toContain('--config FILE');
  });
});
