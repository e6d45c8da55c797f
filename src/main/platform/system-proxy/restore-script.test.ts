import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busyService, type EmulatedMac, emulatedService, emulateMac } from '../../../../test/emulated-mac';
import { isComplete } from '../../../../test/is-complete';
import { runCommand } from '../../../../test/servers/run-command';
import { hostileNames, testShells } from '../../../../test/shells';
import type { SystemProxyTarget } from '../../../shared/system-proxy';
import { identifyProcess } from '../macos/process-identity';
import type { ProxyJournal } from './proxy-journal';
import { restoreScript, watchdogScript } from './restore-script';
import { restoreGoal, type ServiceProxies, type ServiceRecord, writtenFor } from './service-proxies';

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

const proxiesOf = (service: ServiceProxies): ServiceProxies => {
  const { web, secureWeb, socks, pac, isAutoDiscovering, bypass } = service;
  return { web, secureWeb, socks, pac, isAutoDiscovering, bypass };
};

/** Sets every service, as Latchkey does, and leaves what it would have left. */
function set(phase: ProxyJournal['phase'] = 'on', to = target): readonly ServiceRecord[] {
  const services = mac.read().services.map((service) => {
    const earlier = proxiesOf(service);
    return { name: service.name, earlier, written: writtenFor(earlier, to) };
  });
  const owner = { pid: 1, startedAt: '' };
  const content: ProxyJournal = { version: 1, id: 'abc', owner, phase, target: to, services };
  writeFileSync(journal, JSON.stringify(content, undefined, 2));
  writeFileSync(script, restoreScript(content, { journal, lock: lockPath() }));
  for (const { name, written } of services) mac.change(name, written);
  return services;
}

const lockPath = (): string => join(mac.stateDirectory, 'system-proxy.lock');

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

const networksetup = (): string => join(mac.commands, 'networksetup');
const restore = () => runCommand('/bin/sh', [script, networksetup()], { env: mac.env });

describe('the restore script', () => {
  /** A networksetup of these lines. */
  const stub = (...lines: readonly string[]): string => {
    const path = join(mac.folder, 'networksetup');
    writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 });
    return path;
  };

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
    expect(existsSync(journal)).toBe(true);
  });

  it('does nothing once the journal is gone', async () => {
    set();
    rmSync(journal);
    const during = mac.read();
    expect((await restore()).exitCode).toBe(0);
    expect(mac.read()).toEqual(during);
  });

  it('does for the journal in whose place its own comes as well', async () => {
    const before = mac.read();
    const services = set();
    const owner = { pid: 1, startedAt: '' };
    const next: ProxyJournal = { version: 1, id: 'next', owner, phase: 'on', target, services };
    writeFileSync(script, restoreScript(next, { journal, lock: lockPath() }, 'abc'));
    expect((await restore()).exitCode).toBe(0);
    expect(mac.read()).toEqual(before);
  });

  it('puts lists back that were empty, and what macOS calls (null)', async () => {
    mac.write({
      ...mac.read(),
      services: [emulatedService('LAN', { bypass: [] }), emulatedService('Wi-Fi')],
      networksetup: { emptyServer: '(null)' },
    });
    const before = mac.read();
    set('on', { ...target, bypass: ['10.0.0.0/8'] });
    expect(mac.read().services[0]?.bypass).not.toEqual([]);
    expect(await restore()).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(mac.read()).toEqual(before);
  });

  it('minds no address that macOS keeps although it was cleared, as long as it is off', async () => {
    mac.write({ ...mac.read(), networksetup: { keepsServer: true } });
    set();
    expect((await restore()).exitCode).toBe(0);
    expect(mac.read().services[1]?.web).toMatchObject({ isOn: false, host: '127.0.0.1' });
    expect(readdirSync(mac.stateDirectory)).toEqual([]);
  });

  it('keeps the journal while something of ours is on that cannot be switched off', async () => {
    set();
    for (const [setting, ours] of [
      ['web', { web: { isOn: true, host: '127.0.0.1', port: 3128, isAuthenticated: false } }],
      ['pac', { pac: { isOn: true, url: 'http://own.test/' } }],
    ] as const) {
      mac.write({ ...mac.read(), services: [emulatedService('LAN', { ignores: true })] });
      const services = set('on', { ...target, mode: setting === 'pac' ? 'pac' : 'manual' });
      if (setting === 'web') mac.change('LAN', ours);
      expect(services[0]?.written[setting].isOn).toBe(true);
      expect((await restore()).exitCode).toBe(1);
      expect(existsSync(journal)).toBe(true);
    }
  });

  it.each([
    ['AuthorizationCreate() failed: -60008'],
    ['Wi-Fi is not a recognized network service.'],
    ['** Error: The parameters were not valid.'],
  ])('takes %j for no answer, though networksetup ends well', async (text) => {
    set();
    // The first service is put back as far as it answers.
    const path = stub(
      `case "$1 $2" in -get*' LAN') printf '%s\\n' '${text}'; exit 0 ;; esac`,
      `exec '${networksetup()}' "$@"`,
    );
    const during = mac.read().services[1];
    const result = await runCommand('/bin/sh', [script, path], { env: mac.env });
    expect(result.exitCode).toBe(1);
    expect(mac.read().services[1]).toEqual(during);
    expect(mac.read().services[0]?.web.isOn).toBe(true);
    expect(existsSync(journal)).toBe(true);
    const changes = mac
      .calls()
      .filter(({ args }) => args[0]?.startsWith('-set') === true && args[1] === 'LAN');
    expect(changes).toEqual([]);
  });

  it('ends in order when it is told to, after the call that is under way, and leaves no lock', async () => {
    set();
    const during = mac.read();
    const [calls, allowed] = ['calls', 'allowed'].map((name) => join(mac.folder, name));
    const path = stub(
      `echo x >>'${calls}'`,
      `until [ -e '${allowed}' ]; do /bin/sleep 0.01; done`,
      `exec '${networksetup()}' "$@"`,
    );
    const child = spawn('/bin/sh', [script, path], { env: { ...process.env, ...mac.env }, stdio: 'ignore' });
    const ended = once(child, 'exit');
    await until(() => existsSync(`${calls}`));
    child.kill('SIGTERM');
    writeFileSync(`${allowed}`, '');
    expect(await ended).toEqual([1, null]);
    expect(readFileSync(`${calls}`, 'utf8')).toBe('x\n');
    expect(mac.read()).toEqual(during);
    expect(readdirSync(mac.stateDirectory)).not.toContain('system-proxy.lock');
    expect(existsSync(journal)).toBe(true);
  });

  it('says whose the lock is while it works', async () => {
    set();
    const seen = join(mac.folder, 'seen');
    const path = stub(`cp '${lockPath()}/pid' '${seen}.pid'; cp '${lockPath()}/start' '${seen}'; exit 1`);
    const child = spawn('/bin/sh', [script, path], { env: { ...process.env, ...mac.env }, stdio: 'ignore' });
    const ended = once(child, 'exit');
    const { startedAt } = await identifyProcess(child.pid);
    await ended;
    expect(readFileSync(`${seen}.pid`, 'utf8')).toBe(`${child.pid}\n`);
    expect(readFileSync(seen, 'utf8')).toBe(`${startedAt}\n`);
  });
});

describe('the rules of the restore script', () => {
  const none = { isOn: false, host: '', port: 0, isAuthenticated: false };
  const flipped = (each: ServiceProxies): ServiceProxies => ({
    ...each,
    web: { ...each.web, isOn: !each.web.isOn },
    secureWeb: { ...each.secureWeb, isOn: !each.secureWeb.isOn },
    socks: { ...each.socks, isOn: !each.socks.isOn },
    pac: { ...each.pac, isOn: !each.pac.isOn },
  });
  /** What a service may have been like. */
  const befores: readonly ServiceProxies[] = [
    busyService,
    emulatedService('empty'),
    emulatedService('half', { web: theirs, isAutoDiscovering: true, pac: { isOn: false, url: 'http://a/' } }),
    // Where Latchkey's own address was before already.
    emulatedService('ours', { web: { ...none, host: '127.0.0.1', port: 3128 }, bypass: [] }),
  ];
  /** What it may have become since. */
  const changes: readonly ((before: ServiceProxies, ours: ServiceProxies) => ServiceProxies)[] = [
    (_, ours) => ours,
    (before) => before,
    (_, ours) => flipped(ours),
    (before, ours) => ({ ...flipped(before), bypass: ours.bypass }),
    (_, ours) => ({
      ...ours,
      web: theirs,
      secureWeb: theirs,
      socks: theirs,
      pac: { isOn: true, url: 'http://b/' },
    }),
    (before, ours) => ({ ...ours, web: before.web, pac: before.pac, isAutoDiscovering: true }),
    (before, ours) => ({ ...before, web: { ...ours.web, port: 3129 }, socks: { ...before.socks, port: 9 } }),
    (_, ours) => ({ ...ours, web: { ...ours.web, host: '127.0.0.2' }, pac: { ...ours.pac, url: '' } }),
  ];
  const every = befores.flatMap((before) => changes.map((change) => ({ before, change })));
  // Each change once; with each of what was before where there is time for minutes.
  const isInSample = (index: number): boolean =>
    index % befores.length === Math.floor(index / changes.length);
  const cases = isComplete ? every : every.filter((_, index) => isInSample(index));

  it.each(['manual', 'pac'] as const)('are those of the next start, mode %s', async (mode) => {
    for (const phase of ['applying', 'on'] as const) {
      mac.write({
        ...mac.read(),
        services: cases.map(({ before }, index) => emulatedService(`Service ${index}`, proxiesOf(before))),
      });
      const services = set(phase, { ...target, mode, bypass: ['10.0.0.0/8'] });
      const expected = services.map((record, index) => {
        const { before = none, change } = cases[index] ?? {};
        if (change === undefined || !('web' in before)) throw new Error('there is no such case');
        const now = proxiesOf(change(record.earlier, record.written));
        mac.change(record.name, now);
        return [record.name, restoreGoal(record, now, phase).goal];
      });
      await restore();
      const found = mac.read().services.map((service) => [service.name, proxiesOf(service)]);
      expect([phase, found]).toEqual([phase, expected]);
      rmSync(mac.stateDirectory, { recursive: true });
      mkdirSync(mac.stateDirectory);
    }
  });
});

describe('the lock of the restore script', () => {
  let naps: string;

  /** One who has the lock, as far as it says so. */
  const hold = (files: Readonly<Record<string, string>>): void => {
    mkdirSync(lockPath());
    for (const [name, text] of Object.entries(files)) writeFileSync(join(lockPath(), name), `${text}\n`);
  };
  const napCount = (): number => (existsSync(naps) ? readFileSync(naps, 'utf8').length : 0);
  /** Its naps before the lock are short, and each leaves a character. */
  const restoreInNaps = () => {
    const folder = join(mac.folder, 'programs');
    naps = join(mac.folder, 'naps');
    mkdirSync(folder, { recursive: true });
    const nap = `if [ "$1" = 1 ]; then printf z >>'${naps}'; set -- 0.01; fi`;
    writeFileSync(join(folder, 'sleep'), `#!/bin/sh\n${nap}\nexec /bin/sleep "$@"\n`, { mode: 0o755 });
    return runCommand('/bin/sh', [script, networksetup()], {
      env: { ...mac.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    });
  };
  const gone = async (): Promise<string> => {
    const child = spawn('/bin/true', { stdio: 'ignore' });
    await once(child, 'exit');
    return String(child.pid);
  };

  it.each([
    ['a process that is gone', async () => ({ pid: await gone(), start: 'Thu Jan 1 00:00:00 1970' })],
    [
      'another process with its number',
      () => Promise.resolve({ pid: String(process.pid), start: 'Thu Jan 1 00:00:00 1970' }),
    ],
  ])('is taken over at once from %s', async (_title, files) => {
    const before = mac.read();
    set();
    hold(await files());
    expect((await restoreInNaps()).exitCode).toBe(0);
    expect(mac.read()).toEqual(before);
    expect(napCount()).toBe(0);
    expect(readdirSync(mac.stateDirectory)).toEqual([]);
  });

  it.each([
    ['says nothing', {}],
    ['says its number and not its start', { pid: '1' }],
  ])('is taken over from one who %s after two naps', async (_title, files) => {
    const before = mac.read();
    set();
    hold(files);
    expect((await restoreInNaps()).exitCode).toBe(0);
    expect(mac.read()).toEqual(before);
    expect(napCount()).toBe(2);
  });

  it('is left to one who has only just said who he is', async () => {
    const before = mac.read();
    set();
    hold({});
    const { pid, startedAt } = await identifyProcess();
    const restoring = restoreInNaps();
    await until(() => napCount() >= 1);
    writeFileSync(join(lockPath(), 'pid'), `${pid}\n`);
    writeFileSync(join(lockPath(), 'start'), `${startedAt}\n`);
    await Promise.race([until(() => napCount() > 20), restoring]);
    expect(napCount()).toBeGreaterThan(20);
    rmSync(lockPath(), { recursive: true });
    expect((await restoring).exitCode).toBe(0);
    expect(mac.read()).toEqual(before);
  });

  it('is waited for while somebody else takes it over, who may have died in that', async () => {
    const before = mac.read();
    set();
    hold({ pid: await gone(), start: 'Thu Jan 1 00:00:00 1970' });
    mkdirSync(`${lockPath()}.break`);
    expect((await restoreInNaps()).exitCode).toBe(0);
    expect(mac.read()).toEqual(before);
    expect(napCount()).toBe(12);
    expect(readdirSync(mac.stateDirectory)).toEqual([]);
  });

  it('is given up when nobody alive has it and it cannot be taken over', async () => {
    set();
    hold({ pid: await gone(), start: 'Thu Jan 1 00:00:00 1970' });
    mkdirSync(join(`${lockPath()}.break`, 'full'), { recursive: true });
    const during = mac.read();
    expect((await restoreInNaps()).exitCode).toBe(1);
    expect(napCount()).toBe(15);
    expect(mac.read()).toEqual(during);
    expect(existsSync(journal)).toBe(true);
    expect(existsSync(lockPath())).toBe(true);
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
