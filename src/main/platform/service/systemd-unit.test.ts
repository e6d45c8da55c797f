import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeFolder } from '../../../../test/remove-folder';
import type { BackgroundService, ServiceDefinition } from './background-service';
import { systemdUnit } from './systemd-unit';

let folder: string;
let unit: BackgroundService;

const definition: ServiceDefinition = {
  command: ['/usr/bin/node', '/opt/Latch key/latchkey.cjs', 'run'],
  config: '/home/a/50 %/$HOME "x".conf',
  env: { LATCHKEY_STATE_DIR: '/tmp/$x y' },
  sockets: [],
};

const make = (uid: number): BackgroundService =>
  systemdUnit({
    env: { LATCHKEY_SYSTEMCTL: resolve('test/linux-commands/systemctl'), XDG_CONFIG_HOME: folder },
    home: '/nowhere',
    uid,
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-systemd-'));
  process.env['LATCHKEY_SYSTEMCTL_STATE'] = folder;
  unit = make(1000);
});

afterEach(async () => {
  delete process.env['LATCHKEY_SYSTEMCTL_STATE'];
  await removeFolder(folder);
});

const calls = (): string[] =>
  readFileSync(join(folder, 'calls'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.includes('show'));
const text = (at = 0): string => readFileSync(unit.paths[at] ?? '', 'utf8');

describe('systemdUnit', () => {
  it('is written, enabled and started for one user, with every word as it is', async () => {
    expect(await unit.state()).toEqual({ kind: 'absent' });
    await unit.install(definition);
    expect(unit.paths[0]).toBe(join(folder, 'systemd', 'user', 'latchkey.service'));
    expect(text()).toContain(
      String.raw`ExecStart=/usr/bin/node "/opt/Latch key/latchkey.cjs" run --config "/home/a/50 %%/$$HOME \"x\".conf"`,
    );
    expect(text()).toContain('Environment="LATCHKEY_STATE_DIR=/tmp/$x y"');
    expect(text()).toContain('RestartPreventExitStatus=2');
    expect(text()).toContain('ExecReload=/bin/kill -HUP $MAINPID');
    expect(calls()).toEqual(['--user daemon-reload', '--user enable --now latchkey.service']);
    expect(await unit.state()).toEqual({ kind: 'running', pid: 4711 });
  });

  it('has systemd listen where it is to be asked for', async () => {
    const sockets = [
      { host: '127.0.0.1', port: 3128 },
      { host: '::1', port: 3128 },
    ];
    await unit.install({ ...definition, sockets });
    expect(text(1)).toContain('ListenStream=127.0.0.1:3128\nListenStream=[::1]:3128\n');
    expect(text()).toContain('Requires=latchkey.socket');
    expect(calls().at(-1)).toBe('--user enable --now latchkey.socket');
    expect(await unit.state()).toEqual({ kind: 'waiting' });
    // Without one, the socket goes.
    await unit.install(definition);
    expect(await unit.remove()).toBe(true);
    expect(await unit.state()).toEqual({ kind: 'absent' });
    expect(await unit.remove()).toBe(false);
  });

  it('runs for the whole system as a user of its own, who sees the configuration alone', async () => {
    const system = systemdUnit({
      env: {
        LATCHKEY_SYSTEMCTL: resolve('test/linux-commands/systemctl'),
        LATCHKEY_SYSTEMD_FOLDER: join(folder, 'system'),
      },
      home: '/root',
      uid: 0,
    });
    await system.install({ ...definition, config: '/etc/cntlm.conf' });
    const written = readFileSync(join(folder, 'system', 'latchkey.service'), 'utf8');
    expect(written).toContain('run --config %d/cntlm.conf\n');
    expect(written).toContain('LoadCredential=cntlm.conf:/etc/cntlm.conf\n');
    expect(written).toContain('DynamicUser=yes');
    expect(written).toContain('WantedBy=multi-user.target');
    expect(calls().at(-1)).toBe('enable --now latchkey.service');
  });

  it('tells the exit code of one that has failed', async () => {
    await unit.install(definition);
    writeFileSync(join(folder, 'ended'), '2');
    expect(await unit.state()).toEqual({ kind: 'stopped', lastExitCode: 2 });
  });

  it('says what systemd says when it does not take it', async () => {
    writeFileSync(join(folder, 'fails'), 'enable');
    await expect(unit.install(definition)).rejects.toThrow(
      'systemctl enable ended with 1: Failed to enable unit: Unit file latchkey.service does not exist.',
    );
  });

  it('says that there is no systemd', async () => {
    const missing = join(folder, 'not-there');
    const none = systemdUnit({
      env: { LATCHKEY_SYSTEMCTL: missing, XDG_CONFIG_HOME: folder },
      home: '/',
      uid: 1000,
    });
    await expect(none.install(definition)).rejects.toThrow('there is no systemd here');
    writeFileSync(missing, 'no program');
    chmodSync(missing, 0o600);
    await expect(none.install(definition)).rejects.toThrow('there is no systemd here');
  });
});
