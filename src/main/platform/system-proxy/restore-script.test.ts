import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busyService, type EmulatedMac, emulatedService, emulateMac } from '../../../../test/emulated-mac';
import { runCommand } from '../../../../test/servers/run-command';
import { hostileNames, testShells } from '../../../../test/shells';
import type { SystemProxyTarget } from '../../../shared/system-proxy';
import { identifyProcess } from '../macos/process-identity';
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

it('keeps to what the bash 3.2 of a Mac can read: it ends a substitution at the first bracket of a case', () => {
  set();
  // The other shells here read it.
  expect(`${readFileSync(script, 'utf8')}\n${watchdogScript}`).not.toMatch(/\$\([^()]*\bcase\b/);
});

/** Twenty services that a shell could stumble over. */
const hostileServices = [
  { ...busyService, name: 'Wi-Fi' },
  ...hostileNames.map((name) => emulatedService(name)),
];

describe.each(testShells)('the restore script under $name', ({ program, args }) => {
  const lock = (): string => join(mac.stateDirectory, 'system-proxy.lock');
  const inFolder = (name: string): string => join(mac.folder, name);
  /** A program that is found before the system's. */
  const put = (name: string, ...lines: readonly string[]): void => {
    mkdirSync(inFolder('programs'), { recursive: true });
    writeFileSync(inFolder(`programs/${name}`), `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 });
  };
  /** The time between two looks at a call lasts until this comes true; then these lines are run. */
  const lookWhen = (condition: string, ...lines: readonly string[]): void =>
    put('sleep', `until ${condition}; do [ -e '${lock()}' ] || exit 0; /bin/sleep 0.01; done`, ...lines);
  const putNetworksetup = (...lines: readonly string[]): void =>
    put('networksetup', ...lines, `exec '${networksetup()}' "$@"`);
  const restoreHere = () =>
    runCommand(program, [...args, script, inFolder('programs/networksetup')], {
      env: { ...mac.env, PATH: `${inFolder('programs')}:${process.env['PATH'] ?? ''}` },
    });
  /** One that was ended is a process until whoever has started it has seen that, which takes a while on a busy machine. */
  const isHanging = () =>
    `{ [ -s '${inFolder('hanging')}' ] && case $(ps -o stat= -p "$(cat '${inFolder('hanging')}')") in '' | Z*) false ;; esac; }`;
  const hang = () => `echo "$$" >'${inFolder('hanging')}'; exec /bin/sleep 600`;

  it('puts twenty services back, whatever they are called, in UTF-8', { timeout: 600_000 }, async () => {
    mac.write({ ...mac.read(), services: hostileServices });
    const before = mac.read();
    set();
    const locales = inFolder('locales');
    putNetworksetup(`printf '%s %s\n' "$LC_ALL" "$LANG" >>'${locales}'`);
    lookWhen('false');
    expect(await restoreHere()).toMatchObject({ exitCode: 0, stdout: '' });
    expect(mac.read()).toEqual(before);
    expect(readdirSync(mac.stateDirectory)).toEqual([]);
    const seen = new Set(readFileSync(locales, 'utf8').trim().split('\n'));
    expect([...seen]).toEqual(['en_US.UTF-8 en_US.UTF-8']);
  });

  it('goes on for as long as calls come to their end', async () => {
    const before = mac.read();
    set();
    const [looks, allowed] = [inFolder('looks'), inFolder('allowed')];
    for (const file of [looks, allowed]) writeFileSync(file, '');
    const more = `[ "$(wc -c <'${allowed}')" -gt "$(wc -c <'${looks}')" ]`;
    lookWhen(more, `printf x >>'${looks}'`);
    // Ends at the last look at which it is not taken for one that hangs.
    putNetworksetup(
      'case $1 in -getwebproxy)',
      `  for look in 1 2 3 4 5 6 7 8 9 10; do printf x >>'${allowed}'; while ${more}; do /bin/sleep 0.01; done; done`,
      'esac',
    );
    expect(await restoreHere()).toMatchObject({ exitCode: 0, stdout: '' });
    expect(mac.read()).toEqual(before);
    // More than a minute of looks, one every two seconds.
    expect(readFileSync(looks, 'utf8').length).toBeGreaterThan(30);
  });

  it('waits for as long as somebody who lives works on the settings', async () => {
    const before = mac.read();
    set();
    const { pid, startedAt } = await identifyProcess();
    mkdirSync(lock());
    writeFileSync(join(lock(), 'pid'), `${pid}\n`);
    writeFileSync(join(lock(), 'start'), `${startedAt}\n`);
    const naps = inFolder('naps');
    writeFileSync(naps, '');
    put('sleep', `[ "$1" = 1 ] || exec /bin/sleep "$@"`, `printf z >>'${naps}'`, 'exec /bin/sleep 0.01');
    putNetworksetup();
    const restoring = restoreHere();
    await Promise.race([until(() => readFileSync(naps, 'utf8').length > 20), restoring]);
    rmSync(lock(), { recursive: true });
    expect((await restoring).exitCode).toBe(0);
    expect(mac.read()).toEqual(before);
  });

  it('ends a call that hangs, and puts the rest back', async () => {
    const before = mac.read();
    set();
    lookWhen(isHanging());
    putNetworksetup(`if [ "$1 $2" = '-getwebproxy LAN' ]; then ${hang()}; fi`);
    expect((await restoreHere()).exitCode).toBe(1);
    const [first, lan] = mac.read().services;
    expect(first).toEqual(before.services[0]);
    expect(lan).toMatchObject({ web: { isOn: true }, secureWeb: { isOn: false } });
    expect(existsSync(journal)).toBe(true);
  });

  it('gives up when call after call hangs, and leaves no lock', async () => {
    set();
    lookWhen(isHanging());
    const calls = inFolder('calls');
    putNetworksetup(`printf x >>'${calls}'`, hang());
    expect((await restoreHere()).exitCode).toBe(1);
    expect(readFileSync(calls, 'utf8').length).toBeLessThanOrEqual(4);
    expect(readdirSync(mac.stateDirectory).toSorted()).toEqual([
      'system-proxy-restore.sh',
      'system-proxy.json',
    ]);
  });
});

describe.each(testShells)('the watchdog under $name', ({ program, args }) => {
  let naps: string;

  /** Its naps are short, and each leaves a character. */
  const watch = (pid: number, startedAt: string) => {
    const folder = join(mac.folder, 'programs');
    naps = join(mac.folder, 'naps');
    mkdirSync(folder, { recursive: true });
    const nap = `if [ "$1" = 1 ]; then printf z >>'${naps}'; set -- 0.05; fi`;
    writeFileSync(join(folder, 'sleep'), `#!/bin/sh\n${nap}\nexec /bin/sleep "$@"\n`, { mode: 0o755 });
    return runCommand(
      program,
      [...args, '-c', watchdogScript, 'watchdog', String(pid), startedAt, script, networksetup()],
      { env: { ...mac.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` } },
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
