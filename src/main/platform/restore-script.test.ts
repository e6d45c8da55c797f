import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busyService, type EmulatedMac, emulatedService, emulateMac } from '../../../test/emulated-mac';
import { runCommand } from '../../../test/servers/run-command';
import type { SystemProxyTarget } from '../../shared/system-proxy';
import { identifyProcess } from './process-identity';
import type { ProxyJournal } from './proxy-journal';
import { restoreScript, watchdogScript } from './restore-script';
import { type ServiceProxies, writtenFor } from './service-proxies';

const target: SystemProxyTarget = { mode: 'manual', address: { host: '127.0.0.1', port: 3128 }, bypass: [] };
const hostile = String.raw`It's "$(id)" \n * %s; `;
const theirs = { isOn: true, host: 'charles.example', port: 8888, isAuthenticated: false };

let mac: EmulatedMac;
let journal: string;
let script: string;

beforeEach(() => {
  mac = emulateMac({ services: [{ ...busyService, name: hostile }, emulatedService('LAN')] });
  mkdirSync(mac.stateDirectory);
  journal = join(mac.stateDirectory, 'system-proxy.json');
  script = join(mac.stateDirectory, 'system-proxy-restore.sh');
});

afterEach(() => mac.remove());

/** Sets every service, as Latchkey does, and leaves what it would have left. */
function set(phase: ProxyJournal['phase'] = 'on'): void {
  const services = mac.read().services.map((earlier) => {
    const { web, secureWeb, socks, pac, isAutoDiscovering, bypass } = earlier;
    const proxies: ServiceProxies = { web, secureWeb, socks, pac, isAutoDiscovering, bypass };
    return { name: earlier.name, earlier: proxies, written: writtenFor(proxies, target) };
  });
  const owner = { pid: 1, startedAt: '' };
  const content: ProxyJournal = { version: 1, id: 'abc', owner, phase, target, services };
  writeFileSync(journal, JSON.stringify(content, undefined, 2));
  writeFileSync(
    script,
    restoreScript(content, { journal, lock: join(mac.stateDirectory, 'system-proxy.lock') }),
  );
  for (const { name, written } of services) mac.change(name, written);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

const networksetup = (): string => join(mac.commands, 'networksetup');
const restore = () => runCommand('/bin/sh', [script, networksetup()], { env: mac.env });

describe('the restore script', () => {
  it('puts everything back, whatever a service is called, and removes itself', async () => {
    const before = mac.read();
    set();
    expect(await restore()).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(mac.read()).toEqual(before);
    expect(readdirSync(mac.stateDirectory)).toEqual([]);
  });

  it('leaves what others have changed', async () => {
    set();
    mac.change('LAN', { web: theirs, secureWeb: { ...theirs, host: '127.0.0.1', port: 3128, isOn: false } });
    expect((await restore()).exitCode).toBe(0);
    const lan = mac.read().services[1];
    expect(lan).toMatchObject({ web: theirs, secureWeb: { isOn: false, host: '' } });
  });

  it('leaves a list that others have changed to the next start', async () => {
    set();
    mac.change('LAN', { bypass: [...(mac.read().services[1]?.bypass ?? []), 'mine.example'] });
    expect((await restore()).exitCode).toBe(1);
    expect(mac.read().services[1]?.web.isOn).toBe(false);
    expect(existsSync(journal)).toBe(true);
  });

  it('keeps the journal while networksetup does not do it', async () => {
    set();
    mac.write({ ...mac.read(), user: 'standard' });
    expect((await restore()).exitCode).toBe(1);
    expect(readdirSync(mac.stateDirectory).toSorted()).toEqual([
      'system-proxy-restore.sh',
      'system-proxy.json',
    ]);
  });

  it('does nothing for a journal that is not its own', async () => {
    set();
    writeFileSync(journal, '{\n  "id": "another"\n}\n');
    const during = mac.read();
    expect((await restore()).exitCode).toBe(0);
    expect(mac.read()).toEqual(during);
  });
});

describe('the watchdog', () => {
  let naps: string;

  /** In a process group of its own, as it kills that when it hangs. Its naps are short, and each leaves a character. */
  const watch = (pid: number, startedAt: string) => {
    const folder = join(mac.folder, 'programs');
    naps = join(mac.folder, 'naps');
    mkdirSync(folder, { recursive: true });
    const nap = `if [ "$1" = 1 ]; then printf z >>'${naps}'; set -- 0.05; fi`;
    writeFileSync(join(folder, 'sleep'), `#!/bin/sh\n${nap}\nexec /bin/sleep "$@"\n`, { mode: 0o755 });
    return runCommand(
      '/bin/sh',
      ['-c', watchdogScript, 'watchdog', String(pid), startedAt, script, networksetup()],
      { env: { ...mac.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` }, isDetached: true },
    );
  };

  it('is not misled by another process with the same number', async () => {
    const before = mac.read();
    set();
    await watch(process.pid, 'Thu Jan 1 00:00:00 1970');
    expect(mac.read()).toEqual(before);
  });

  it('waits while Latchkey runs, and goes when there is nothing to put back', async () => {
    const { pid, startedAt } = await identifyProcess();
    const result = await watch(pid, startedAt);
    expect(result.exitCode).toBe(0);
    set();
    const during = mac.read();
    let isOver = false;
    const watching = watch(pid, startedAt).then(() => (isOver = true));
    // It has looked more than once.
    await until(() => existsSync(naps) && readFileSync(naps, 'utf8').length >= 3);
    expect(isOver).toBe(false);
    expect(mac.read()).toEqual(during);
    // Put back by Latchkey itself.
    await runCommand('/bin/rm', [script]);
    await watching;
    expect(mac.read()).toEqual(during);
  });
});
