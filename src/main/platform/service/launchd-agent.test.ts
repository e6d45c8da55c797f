import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmulatedMac, emulateMac, type MacState } from '../../../../test/emulated-mac';
import { removeFolder } from '../../../../test/remove-folder';
import type { BackgroundService, ServiceDefinition } from './background-service';
import { launchdAgent } from './launchd-agent';

let mac: EmulatedMac;
let home: string;
let agent: BackgroundService;

const definition: ServiceDefinition = {
  command: ['/usr/local/bin/node', '/opt/latchkey.cjs', 'run', '--syslog'],
  config: '/Users/a b/cntlm & co.conf',
  env: { LATCHKEY_STATE_DIR: '/tmp/x' },
  sockets: [],
};

beforeEach(() => {
  mac = emulateMac();
  home = mkdtempSync(join(tmpdir(), 'latchkey-home-'));
  agent = launchdAgent({ env: { ...process.env, ...mac.env }, home, uid: 501 });
  for (const [name, value] of Object.entries(mac.env)) process.env[name] = value;
});

afterEach(async () => {
  for (const name of Object.keys(mac.env)) delete process.env[name];
  mac.remove();
  await removeFolder(home);
});

const change = (launchd: MacState['launchd']): void =>
  mac.write({ ...mac.read(), ...(launchd === undefined ? {} : { launchd }) });
const verbs = (): (string | undefined)[] =>
  mac
    .calls()
    .map(({ args }) => args[0])
    .filter((verb) => verb !== 'print');

describe('launchdAgent', () => {
  it('is written, switched on and started, and says what became of it', async () => {
    expect(await agent.state()).toEqual({ kind: 'absent' });
    await agent.install(definition);
    const [path = ''] = agent.paths;
    expect(path).toBe(join(home, 'Library', 'LaunchAgents', 'app.latchkey.run.plist'));
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('<string>/Users/a b/cntlm &amp; co.conf</string>');
    expect(text).toContain('<key>LATCHKEY_STATE_DIR</key>');
    expect(verbs()).toEqual(['enable', 'bootstrap']);
    expect(mac.calls().at(-1)?.args).toEqual(['bootstrap', 'gui/501', path]);
    expect(await agent.state()).toEqual({ kind: 'running', pid: 4711 });
  });

  it('replaces one that runs once that has ended', async () => {
    change({ slowBootout: 3 });
    await agent.install(definition);
    await agent.install({ ...definition, config: '/other.conf' });
    expect(verbs()).toEqual(['enable', 'bootstrap', 'bootout', 'enable', 'bootstrap']);
    expect(readFileSync(agent.paths[0] ?? '', 'utf8')).toContain('/other.conf');
  });

  it('is stopped and removed, once', async () => {
    await agent.install(definition);
    expect(await agent.remove()).toBe(true);
    expect(await agent.state()).toEqual({ kind: 'absent' });
    expect(await agent.remove()).toBe(false);
  });

  it('lives in the background session of a user without a desktop', async () => {
    change({ hasDesktop: false });
    await agent.install(definition);
    expect(mac.calls().at(-1)?.args.slice(0, 2)).toEqual(['bootstrap', 'user/501']);
    expect(await agent.state()).toEqual({ kind: 'running', pid: 4711 });
  });

  it('tells the exit code of one that has failed', async () => {
    await agent.install(definition);
    change({ jobEnds: 2 });
    expect(await agent.state()).toEqual({ kind: 'stopped', lastExitCode: 2 });
  });

  it('says what launchd says when it does not take it', async () => {
    change({ bootstrapFails: true });
    await expect(agent.install(definition)).rejects.toThrow(
      'launchctl bootstrap ended with 5: Bootstrap failed: 5: Input/output error',
    );
    expect(await agent.state()).toEqual({ kind: 'stopped', lastExitCode: undefined });
  });

  it('takes no sockets, and writes nothing then', async () => {
    await expect(
      agent.install({ ...definition, sockets: [{ host: '127.0.0.1', port: 3128 }] }),
    ).rejects.toThrow('leave --socket out');
    expect(await agent.state()).toEqual({ kind: 'absent' });
  });
});
