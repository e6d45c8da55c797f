import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type EmulatedMac,
  emulatedService,
  emulateMac,
  type MacState,
  noProxy,
} from '../../../../test/emulated-mac';
import { leadsToLatchkey, type SystemProxyState, type SystemProxyTarget } from '../../../shared/system-proxy';
import { systemProxyInEnglish } from '../../../shared/words/system-proxy/en';
import * as jsonFile from '../files/json-file';
import { NetworksetupSystemProxy, type NetworksetupSystemProxyOptions } from './networksetup-system-proxy';
import type { NetworkWatch } from '../ports';
import { identifyProcess, type ProcessIdentity } from '../macos/process-identity';
import type * as runMacCommandModule from '../macos/run-mac-command';

const patienceMs = 600_000;
/** For commands that hang. */
const impatient = { timeoutMs: 300 };

type RunMacCommand = typeof runMacCommandModule;

vi.mock('../files/json-file', { spy: true });
// A test gives little time to those that hang, and the others get as much as a busy machine may take.
vi.mock('../macos/run-mac-command', async (importOriginal) => {
  const original = await importOriginal<RunMacCommand>();
  const runMacCommand: RunMacCommand['runMacCommand'] = (command, args, signal) =>
    original.runMacCommand(
      { ...command, timeoutMs: hangs(command.file, args) ? command.timeoutMs : patienceMs },
      args,
      signal,
    );
  return { ...original, runMacCommand };
});
const target: SystemProxyTarget = {
  mode: 'manual',
  address: { host: '127.0.0.1', port: 3128 },
  bypass: ['192.168.7.0/24', '-x', 'Empty'],
};
const pacTarget: SystemProxyTarget = { ...target, mode: 'pac' };
const lan = 'USB 10/100/1000 LAN ';
const ours = { isOn: true, host: '127.0.0.1', port: 3128, isAuthenticated: false };
const theirs = { isOn: true, host: 'charles.example', port: 8888, isAuthenticated: false };

let mac: EmulatedMac;
let owner: ProcessIdentity;
let proxies: NetworksetupSystemProxy[];
let tellOfChange: () => void;
let nowMs: number;

beforeEach(async () => {
  mac = emulateMac();
  vi.stubEnv('LATCHKEY_MAC_STATE', mac.env['LATCHKEY_MAC_STATE']);
  owner = await identifyProcess();
  proxies = [];
  nowMs = 0;
});

afterEach(async () => {
  vi.mocked(jsonFile.writeJsonFile).mockRestore();
  vi.unstubAllEnvs();
  mac.write({ user: 'admin', services: mac.read().services });
  for (const proxy of proxies) await proxy.close();
  mac.remove();
});

/** Whether it is one that the Mac of the test lets hang. */
function hangs(file: string, args: readonly string[]): boolean {
  const { networksetup, dialog } = mac.read();
  switch (basename(file)) {
    case 'networksetup':
      return networksetup?.hangsOn?.includes(args[0] ?? '') === true;
    case 'osascript':
      return dialog === 'hangs';
    default:
      return basename(file) === 'hanging';
  }
}

function watch(): NetworkWatch {
  return {
    subscribe: (listener) => {
      tellOfChange = listener;
      return () => undefined;
    },
    close: () => Promise.resolve(),
  };
}

function systemProxy(options: Partial<NetworksetupSystemProxyOptions> = {}): NetworksetupSystemProxy {
  const command = (name: string) => ({ file: join(mac.commands, name), timeoutMs: patienceMs });
  const proxy = new NetworksetupSystemProxy({
    networksetup: command('networksetup'),
    scutil: command('scutil'),
    osascript: command('osascript'),
    right: { id: command('id'), security: command('security') },
    // The machine may be busy.
    restoreNowMs: patienceMs,
    closeMs: patienceMs,
    openWatch: watch,
    directory: mac.stateDirectory,
    owner,
    target: () => target,
    nowMs: () => 1_700_000_000_000,
    monotonicMs: () => (nowMs += 1_000),
    newId: () => Math.random().toString(16).slice(2),
    onInternalError: (error) => {
      throw error;
    },
    ...options,
  });
  proxies.push(proxy);
  return proxy;
}

function service(name: string): MacState['services'][number] {
  const found = mac.read().services.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

const journalPath = (): string => join(mac.stateDirectory, 'system-proxy.json');
const filesLeft = (): string[] => readdirSync(mac.stateDirectory);
const on = (proxy: NetworksetupSystemProxy, mayAsk = true) => proxy.set(true, { mayAsk });
const off = (proxy: NetworksetupSystemProxy, mayAsk = true) => proxy.set(false, { mayAsk });

/** A Latchkey that was killed: nothing of it runs, its journal is there. */
async function leaveJournal(options: Partial<NetworksetupSystemProxyOptions> = {}): Promise<void> {
  await on(systemProxy({ owner: { pid: 2 ** 30, startedAt: 'never' }, ...options }));
  proxies.pop();
}

describe('switched on', () => {
  it('sets every enabled service with a device, and remembers the rest of it', async () => {
    const before = mac.read();
    const proxy = systemProxy();
    const state = await on(proxy);
    expect(state).toEqual({ kind: 'on', mode: 'manual', services: ['Wi-Fi', lan], notes: [] });
    expect(service('Wi-Fi')).toMatchObject({
      web: ours,
      secureWeb: ours,
      socks: { isOn: false, host: 'socks.corp.example' },
      pac: { isOn: false, url: 'http://wpad.corp.example/proxy.pac?a=1&b=2' },
      isAutoDiscovering: false,
      bypass: [
        '*.local',
        '169.254/16',
        'intranet',
        'localhost',
        '127.0.0.1',
        '::1',
        '169.254.0.0/16',
        '192.168.7.0/24',
      ],
    });
    expect(service(lan)).toMatchObject({ web: ours, secureWeb: ours });
    expect([service('Bluetooth PAN'), service('Tailscale')]).toEqual(before.services.slice(2));
    expect(statSync(journalPath()).mode & 0o777).toBe(0o600);
    expect(await off(proxy)).toEqual({ kind: 'off', notes: [] });
    expect(mac.read()).toEqual(before);
    expect(filesLeft()).toEqual([]);
  });

  it('through a PAC leaves addresses and lists as they are', async () => {
    const before = mac.read();
    const proxy = systemProxy({ target: () => pacTarget });
    expect(await on(proxy)).toMatchObject({ kind: 'on', mode: 'pac' });
    expect(service('Wi-Fi')).toMatchObject({
      web: { isOn: false, host: 'proxy.corp.example' },
      pac: { isOn: true, url: 'http://127.0.0.1:3128/proxy.pac' },
      bypass: ['*.local', '169.254/16', 'intranet'],
    });
    await off(proxy);
    expect(mac.read()).toEqual(before);
  });

  it('writes nothing twice', async () => {
    const proxy = systemProxy();
    await on(proxy);
    const count = mac.changes().length;
    expect(await on(proxy)).toMatchObject({ kind: 'on' });
    expect(mac.changes()).toHaveLength(count);
  });

  it('writes the journal before the first change', async () => {
    const seen: boolean[] = [];
    const onStep = (step: string): void => {
      if (step.startsWith('before -set')) seen.push(existsSync(journalPath()));
    };
    await on(systemProxy({ onStep }));
    expect(seen.length).toBeGreaterThan(5);
    expect(seen).not.toContain(false);
  });

  it('never takes our own address for an earlier setting', async () => {
    mac.change('Wi-Fi', {
      web: { ...ours, host: 'localhost' },
      pac: { isOn: true, url: 'http://127.0.0.1:3128/proxy.pac' },
    });
    const proxy = systemProxy();
    await on(proxy);
    await off(proxy);
    expect(service('Wi-Fi')).toMatchObject({ web: noProxy, pac: { isOn: false } });
  });

  it('moves to another address without forgetting what was before', async () => {
    const before = mac.read();
    let current = target;
    const proxy = systemProxy({ target: () => current });
    await on(proxy);
    current = { ...target, address: { host: '127.0.0.1', port: 3129 } };
    expect(await on(proxy)).toMatchObject({ kind: 'on' });
    expect(service('Wi-Fi').web.port).toBe(3129);
    await off(proxy);
    expect(mac.read()).toEqual(before);
  });

  it('goes on when a service refuses, and leaves that one as it was', async () => {
    mac.change(lan, { refuses: true });
    const proxy = systemProxy();
    const state = await on(proxy);
    expect(state).toMatchObject({
      kind: 'on',
      services: ['Wi-Fi'],
      notes: [{ kind: 'service-refused', service: lan, detail: 'The parameters were not valid' }],
    });
    expect(systemProxyInEnglish(state).notes).toEqual([
      `macOS did not take the settings of “${lan}”: The parameters were not valid.`,
    ]);
    expect(service(lan).web).toEqual(noProxy);
    const count = mac.changes().length;
    await proxy.check();
    expect(mac.changes()).toHaveLength(count);
  });

  it('reads back: a service that only seems to take its settings is told', async () => {
    mac.change('Wi-Fi', { ignores: true });
    expect(await on(systemProxy())).toMatchObject({
      kind: 'not-in-force',
      notes: [{ kind: 'service-refused', service: 'Wi-Fi', detail: 'they do not stay as they are set' }],
    });
  });

  it.each(['stdout', 'stderr'] as const)(
    'takes an error on %s for one, also with exit code 0',
    async (errorStream) => {
      mac.change(lan, { refuses: true });
      mac.write({ ...mac.read(), networksetup: { errorStream, exitsZero: true } });
      expect(await on(systemProxy())).toMatchObject({ services: ['Wi-Fi'] });
    },
  );

  it('leaves a service alone whose proxy has a password', async () => {
    mac.change('Wi-Fi', { web: { ...theirs, isAuthenticated: true } });
    const before = service('Wi-Fi');
    const proxy = systemProxy();
    expect(await on(proxy)).toMatchObject({ notes: [{ kind: 'service-signs-in', service: 'Wi-Fi' }] });
    expect(service('Wi-Fi')).toEqual(before);
    await off(proxy);
    expect(service('Wi-Fi')).toEqual(before);
  });

  it('says when something else is in force', async () => {
    const vpn = { HTTPEnable: 1, HTTPPort: 8080, HTTPProxy: 'vpn.example' };
    mac.write({ ...mac.read(), store: { 'State:/Network/Global/Proxies': vpn } });
    expect(await on(systemProxy())).toMatchObject({
      kind: 'not-in-force',
      holder: { kind: 'proxy', address: { host: 'vpn.example', port: 8080 } },
    });
  });

  it('is not possible without a service, and says so', async () => {
    mac.write({ ...mac.read(), services: mac.read().services.slice(2) });
    const state = await on(systemProxy());
    expect(state).toMatchObject({ kind: 'failed', trouble: { kind: 'no-service' } });
    expect(mac.changes()).toEqual([]);
  });

  it('is not possible without networksetup, and says so', async () => {
    const state = await on(
      systemProxy({ networksetup: { file: '/nowhere/networksetup', timeoutMs: 1_000 } }),
    );
    expect(state).toMatchObject({ kind: 'failed', trouble: { kind: 'no-command' } });
    expect(systemProxyInEnglish(state).remedy).toContain('needs macOS');
  });

  it('does not take a networksetup that is slow for a Mac without services', async () => {
    mac.write({ ...mac.read(), networksetup: { hangsOn: ['-listnetworkserviceorder'] } });
    const proxy = systemProxy({ networksetup: { file: join(mac.commands, 'networksetup'), ...impatient } });
    expect(await on(proxy)).toMatchObject({ kind: 'failed', trouble: { kind: 'no-answer' } });
    expect(mac.changes()).toEqual([]);
  });

  it('changes nothing where networksetup may not work', async () => {
    mac.write({ ...mac.read(), networksetup: { isInSandbox: true } });
    expect(await on(systemProxy())).toMatchObject({ kind: 'failed' });
    expect(mac.changes()).toEqual([]);
  });

  it('does not wait for a networksetup that hangs', async () => {
    mac.write({ ...mac.read(), networksetup: { hangsOn: ['-setsecurewebproxy'] } });
    const before = mac.read().services;
    const proxy = systemProxy({ networksetup: { file: join(mac.commands, 'networksetup'), ...impatient } });
    const state = await on(proxy);
    expect(state).toMatchObject({ kind: 'failed', trouble: { kind: 'not-taken', services: ['Wi-Fi', lan] } });
    expect(state.notes).toContainEqual({
      kind: 'service-refused',
      service: 'Wi-Fi',
      detail: 'networksetup did not answer in time',
    });
    mac.write({ ...mac.read(), networksetup: {} });
    await off(proxy);
    expect(mac.read().services).toEqual(before);
  });

  it('says which services still lead to Latchkey when networksetup hangs, and goes on later', async () => {
    const before = mac.read().services;
    const proxy = systemProxy({ networksetup: { file: join(mac.commands, 'networksetup'), ...impatient } });
    await on(proxy);
    mac.write({ ...mac.read(), networksetup: { hangsOn: ['-setwebproxy'] } });
    const state = await off(proxy);
    expect(state).toMatchObject({
      kind: 'failed',
      trouble: { kind: 'not-put-back', services: ['Wi-Fi', lan] },
    });
    expect(leadsToLatchkey(state)).toBe(true);
    expect(existsSync(journalPath())).toBe(true);
    mac.write({ ...mac.read(), networksetup: {} });
    // The next change of the network is reason enough to try it again.
    expect(await proxy.check()).toEqual({ kind: 'off', notes: [] });
    expect(mac.read().services).toEqual(before);
  });

  it('closes in time although networksetup hangs, and leaves the rest to the next start', async () => {
    const before = mac.read().services;
    const proxy = systemProxy({ closeMs: 300 });
    await on(proxy);
    mac.write({ ...mac.read(), networksetup: { hangsOn: ['-setwebproxy'] } });
    await proxy.close();
    expect(existsSync(journalPath())).toBe(true);
    mac.write({ ...mac.read(), networksetup: {} });
    await systemProxy().recover({ mayAsk: false });
    expect(mac.read().services).toEqual(before);
  });

  it('waits for the script of a watchdog, and closes all the same', async () => {
    const lock = join(mac.stateDirectory, 'system-proxy.lock');
    mkdirSync(lock, { recursive: true });
    writeFileSync(join(lock, 'pid'), `${owner.pid}\n`);
    writeFileSync(join(lock, 'start'), `${owner.startedAt}\n`);
    writeFileSync(join(lock, 'call'), '');
    const proxy = systemProxy({ closeMs: 300 });
    const turnedOn = on(proxy);
    await vi.waitUntil(() => proxy.state().kind === 'changing', { timeout: patienceMs });
    await proxy.close();
    await turnedOn;
    expect(readdirSync(lock).toSorted()).toEqual(['call', 'pid', 'start']);
    expect(mac.calls()).toEqual([]);
  });

  it('does not wait for a scutil that hangs', async () => {
    const scutil = join(mac.folder, 'hanging');
    writeFileSync(scutil, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    const proxy = systemProxy({ scutil: { file: scutil, ...impatient } });
    // What nobody says is not held against the settings, which were read back.
    expect(await on(proxy)).toMatchObject({ kind: 'on' });
    expect(await off(proxy)).toMatchObject({ kind: 'off' });
  });

  it('does not wait for an administrator for ever', async () => {
    mac.write({ ...mac.read(), user: 'standard', dialog: 'hangs' });
    const before = mac.read().services;
    const proxy = systemProxy({ osascript: { file: join(mac.commands, 'osascript'), ...impatient } });
    expect(await on(proxy)).toMatchObject({
      kind: 'failed',
      notes: [
        { kind: 'service-refused', detail: 'the question for the password was not answered in time' },
        { kind: 'service-refused', service: lan },
      ],
    });
    expect(mac.read().services).toEqual(before);
  });
});

describe('an administrator', () => {
  beforeEach(() => mac.write({ ...mac.read(), user: 'standard' }));

  const dialogs = (): number => mac.calls().filter(({ command }) => command === 'osascript').length;

  it('is asked once for everything', async () => {
    const before = mac.read();
    const proxy = systemProxy();
    expect(await on(proxy)).toMatchObject({ kind: 'on', services: ['Wi-Fi', lan], notes: [] });
    expect(dialogs()).toBe(1);
    expect(await off(proxy)).toEqual({ kind: 'off', notes: [] });
    expect(dialogs()).toBe(2);
    expect(mac.read()).toEqual(before);
  });

  it('is never asked without a click', async () => {
    const proxy = systemProxy();
    const state = await on(proxy, false);
    expect(state).toEqual({ kind: 'needs-password', to: 'on', notes: [] });
    expect(dialogs()).toBe(0);
    expect(filesLeft()).toEqual([]);
    await on(proxy);
    expect(await off(proxy, false)).toEqual({ kind: 'needs-password', to: 'off', notes: [] });
    expect(await proxy.close()).toMatchObject({ kind: 'needs-password', to: 'off' });
    expect(dialogs()).toBe(1);
    expect(existsSync(journalPath())).toBe(true);
  });

  it('may cancel, which is no error', async () => {
    mac.write({ ...mac.read(), dialog: 'cancels' });
    const before = mac.read();
    const proxy = systemProxy();
    expect(await on(proxy)).toEqual({ kind: 'off', notes: [] });
    expect(mac.read()).toEqual(before);
    expect(filesLeft()).toEqual([]);
  });

  it('may cancel the way back: then it stays on', async () => {
    const proxy = systemProxy();
    await on(proxy);
    mac.write({ ...mac.read(), dialog: 'cancels' });
    expect(await off(proxy)).toMatchObject({ kind: 'on' });
    expect(service('Wi-Fi').web).toEqual(ours);
    mac.write({ ...mac.read(), dialog: 'yields' });
    expect(await off(proxy)).toEqual({ kind: 'off', notes: [] });
  });

  it('who gives a wrong password changes nothing, and the answer says what macOS said', async () => {
    mac.write({ ...mac.read(), dialog: 'wrong' });
    const before = mac.read();
    const state = await on(systemProxy());
    expect(state).toMatchObject({ kind: 'failed' });
    expect(JSON.stringify(state.notes)).toContain('was incorrect');
    expect(mac.read()).toEqual(before);
    expect(filesLeft()).toEqual([]);
  });
});

describe('put back', () => {
  it('is only what is still ours; the rest stays and is told', async () => {
    const proxy = systemProxy();
    await on(proxy);
    mac.change('Wi-Fi', { secureWeb: theirs, bypass: [...service('Wi-Fi').bypass, 'mine.example'] });
    mac.change(lan, { web: { ...ours, isOn: false } });
    expect(await off(proxy)).toEqual({
      kind: 'off',
      notes: [{ kind: 'changed-by-others', service: 'Wi-Fi', setting: 'secureWeb' }],
    });
    expect(service('Wi-Fi')).toMatchObject({
      web: { host: 'proxy.corp.example', isOn: true },
      secureWeb: theirs,
      bypass: ['*.local', '169.254/16', 'intranet', 'mine.example'],
    });
    expect(service(lan).web).toEqual(noProxy);
    expect(filesLeft()).toEqual([]);
  });

  it('is enough when macOS keeps an address that it was told to clear', async () => {
    mac.write({ ...mac.read(), networksetup: { keepsServer: true } });
    const proxy = systemProxy();
    await on(proxy);
    expect(await off(proxy)).toEqual({ kind: 'off', notes: [] });
    expect(service(lan).web).toEqual({ ...ours, isOn: false });
    expect(filesLeft()).toEqual([]);
  });

  it('is finished when a service returns', async () => {
    const before = mac.read();
    const proxy = systemProxy();
    await on(proxy);
    const gone = service(lan);
    mac.write({ ...mac.read(), services: mac.read().services.filter(({ name }) => name !== lan) });
    expect(await off(proxy)).toEqual({ kind: 'off', notes: [{ kind: 'service-away', service: lan }] });
    expect(existsSync(journalPath())).toBe(true);
    mac.write({
      ...before,
      services: [...mac.read().services.slice(0, 1), gone, ...mac.read().services.slice(1)],
    });
    expect(await proxy.check()).toEqual({ kind: 'off', notes: [] });
    expect(mac.read()).toEqual(before);
    expect(filesLeft()).toEqual([]);
  });

  it('is what the next start does for one that was killed', async () => {
    const before = mac.read();
    await leaveJournal();
    expect(await systemProxy().recover({ mayAsk: false })).toEqual({ kind: 'off', notes: [] });
    expect(mac.read()).toEqual(before);
    expect(filesLeft()).toEqual([]);
  });

  it('by a start that switches it on at once, with what was before that', async () => {
    const before = mac.read();
    await leaveJournal();
    const proxy = systemProxy();
    await on(proxy);
    await off(proxy);
    expect(mac.read()).toEqual(before);
  });

  it('by a start whose process has the number of the one that was killed', async () => {
    const before = mac.read();
    await leaveJournal({ owner: { pid: process.pid, startedAt: 'Thu Jan 1 00:00:00 1970' } });
    expect(await systemProxy().recover({ mayAsk: false })).toEqual({ kind: 'off', notes: [] });
    expect(mac.read()).toEqual(before);
  });

  it('on the way out, and once', async () => {
    const before = mac.read();
    const proxy = systemProxy();
    await on(proxy);
    const [one, other] = [proxy.close(), proxy.close()];
    expect(await one).toEqual({ kind: 'off', notes: [] });
    expect(await other).toEqual({ kind: 'off', notes: [] });
    expect(mac.read()).toEqual(before);
    expect(await on(proxy)).toEqual({ kind: 'off', notes: [] });
    expect(mac.read()).toEqual(before);
  });

  it('on a way out that comes while it is being switched on', async () => {
    const before = mac.read();
    let closed: Promise<SystemProxyState> | undefined;
    const proxy = systemProxy({
      onStep: (step) => {
        if (step.startsWith('after -setsecurewebproxy Wi-Fi')) closed = proxy.close();
      },
    });
    await on(proxy);
    expect(await closed).toEqual({ kind: 'off', notes: [] });
    expect(mac.read()).toEqual(before);
    expect(filesLeft()).toEqual([]);
  });
});

describe('the journal', () => {
  it('of another Latchkey that runs is left alone', async () => {
    const first = systemProxy();
    await on(first);
    const during = mac.read();
    const second = systemProxy({ owner: { pid: 2 ** 30, startedAt: 'later' } });
    const trouble = { kind: 'other-instance', pid: process.pid };
    expect(await second.recover({ mayAsk: false })).toMatchObject({ kind: 'failed', trouble });
    expect(await on(second)).toMatchObject({ kind: 'failed', trouble });
    await second.close();
    expect(mac.read()).toEqual(during);
    expect(await off(first)).toEqual({ kind: 'off', notes: [] });
  });

  it('that cannot be read is kept aside, and what points at us is switched off', async () => {
    await leaveJournal();
    const text = readFileSync(journalPath(), 'utf8').slice(0, 100);
    writeFileSync(journalPath(), text);
    const state = await systemProxy().recover({ mayAsk: false });
    const keptAs = `${journalPath()}.unreadable-1700000000000`;
    expect(state).toEqual({
      kind: 'off',
      notes: [
        { kind: 'journal-unreadable', keptAs },
        { kind: 'switched-off', service: 'Wi-Fi' },
        { kind: 'switched-off', service: lan },
      ],
    });
    expect(readFileSync(keptAs, 'utf8')).toBe(text);
    expect(service('Wi-Fi').web.isOn).toBe(false);
  });

  it('of a newer version is left alone, and nothing is changed', async () => {
    mkdirSync(mac.stateDirectory);
    writeFileSync(journalPath(), '{"version":2}');
    const before = mac.read();
    const trouble = { kind: 'journal-newer', path: journalPath() };
    expect(await on(systemProxy())).toMatchObject({ kind: 'failed', trouble });
    expect(await systemProxy().recover({ mayAsk: false })).toMatchObject({ kind: 'failed', trouble });
    expect(readFileSync(journalPath(), 'utf8')).toBe('{"version":2}');
    expect(mac.read()).toEqual(before);
  });

  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });

  it('that finds no room on the disk means that nothing is changed', async () => {
    vi.mocked(jsonFile.writeJsonFile).mockRejectedValueOnce(full);
    const state = await on(systemProxy());
    expect(state).toMatchObject({ kind: 'failed', trouble: { kind: 'journal-not-written' } });
    expect(systemProxyInEnglish(state).sentence).toContain('no space left on device');
    expect(mac.changes()).toEqual([]);
  });

  it('needs no room to put everything back', async () => {
    const before = mac.read();
    const proxy = systemProxy();
    await on(proxy);
    vi.mocked(jsonFile.writeJsonFile).mockRejectedValue(full);
    expect(await off(proxy)).toEqual({ kind: 'off', notes: [] });
    expect(mac.read()).toEqual(before);
    expect(filesLeft()).toEqual([]);
  });
});

describe('watched', () => {
  /** Lets the change be looked at. */
  async function changed(proxy: NetworksetupSystemProxy): Promise<SystemProxyState> {
    tellOfChange();
    return proxy.check();
  }

  it('sets a service that is new, and puts that back as well', async () => {
    const before = mac.read();
    const proxy = systemProxy();
    await on(proxy);
    mac.write({
      ...mac.read(),
      services: [...mac.read().services, emulatedService('Dock', { device: 'en7' })],
    });
    expect(await changed(proxy)).toMatchObject({ kind: 'on', services: ['Wi-Fi', lan, 'Dock'] });
    expect(service('Dock').web).toEqual(ours);
    await off(proxy);
    expect(mac.read().services).toEqual([...before.services, emulatedService('Dock', { device: 'en7' })]);
  });

  it('sets again what another program has taken, once a minute, and then says who holds it', async () => {
    const proxy = systemProxy();
    await on(proxy);
    const states: SystemProxyState[] = [];
    const takenFrom: unknown[] = [];
    proxy.subscribe((state) => states.push(state));
    proxy.onTakenBack((holder) => takenFrom.push(holder));
    mac.change('Wi-Fi', { web: theirs, secureWeb: theirs });
    expect(await proxy.check()).toMatchObject({ kind: 'on' });
    expect(service('Wi-Fi').web).toEqual(ours);
    const charles = { kind: 'proxy', address: { host: 'charles.example', port: 8888 } };
    expect(takenFrom).toEqual([charles]);
    nowMs += 61_000;
    mac.change('Wi-Fi', { web: theirs, secureWeb: theirs });
    expect(await proxy.check()).toMatchObject({ kind: 'on' });
    expect(service('Wi-Fi').web).toEqual(ours);
    mac.change('Wi-Fi', { web: theirs, secureWeb: theirs });
    expect(await proxy.check()).toEqual({
      kind: 'taken-over',
      holder: { kind: 'proxy', address: { host: 'charles.example', port: 8888 } },
      sinceMs: expect.any(Number),
      setBackCount: 2,
      notes: [],
    });
    nowMs += 600_000;
    await proxy.check();
    expect(service('Wi-Fi').web).toEqual(theirs);
    // The third time it was left to them.
    expect(takenFrom).toEqual([charles, charles]);
    expect(states.map(({ kind }) => kind)).toEqual(['taken-over']);
    expect(await off(proxy)).toMatchObject({ kind: 'off' });
    expect(service('Wi-Fi').web).toEqual(theirs);
    expect(service(lan).web).toEqual(noProxy);
  });

  it('puts back what somebody has set meanwhile, but not the proxy of another local program', async () => {
    const proxy = systemProxy();
    await on(proxy);
    mac.change('Wi-Fi', { web: theirs, secureWeb: { ...theirs, host: 'localhost' } });
    await proxy.check();
    await off(proxy);
    expect(service('Wi-Fi')).toMatchObject({
      web: theirs,
      secureWeb: { host: 'secure.corp.example', isOn: false },
    });
  });

  it.each([
    'before the journal says applying',
    'after the journal says applying',
    'after -setsecurewebproxy Wi-Fi 127.0.0.1 3128 off',
    'before the journal says on',
  ])('puts everything back at once when the session ends %s', async (when) => {
    const before = mac.read();
    const proxy: NetworksetupSystemProxy = systemProxy({
      onStep: (step) => {
        if (step === when) proxy.restoreNow();
      },
    });
    expect(await on(proxy)).toEqual({ kind: 'off', notes: [] });
    await delay(50);
    expect(mac.read()).toEqual(before);
    // The session went on after all.
    expect(await proxy.check()).toEqual({ kind: 'off', notes: [] });
    expect(await proxy.close()).toEqual({ kind: 'off', notes: [] });
    expect(mac.read()).toEqual(before);
    expect(filesLeft()).toEqual([]);
  });

  it('puts everything back at once although it is closing already when the session ends', async () => {
    const before = mac.read();
    let isClosing = false;
    let atOnce: MacState | undefined;
    const proxy: NetworksetupSystemProxy = systemProxy({
      onStep: (step) => {
        if (!isClosing || atOnce !== undefined || !step.startsWith('before -')) return;
        proxy.restoreNow();
        atOnce = mac.read();
      },
    });
    await on(proxy);
    isClosing = true;
    expect(await proxy.close()).toEqual({ kind: 'off', notes: [] });
    expect(atOnce).toEqual(before);
    expect(mac.read()).toEqual(before);
    expect(filesLeft()).toEqual([]);
  });

  it('puts everything back before restoreNow returns, and can be switched on again', async () => {
    const before = mac.read();
    const proxy = systemProxy();
    proxy.restoreNow();
    expect(mac.calls()).toEqual([]);
    await on(proxy);
    proxy.restoreNow();
    expect(mac.read()).toEqual(before);
    expect(proxy.state()).toEqual({ kind: 'off', notes: [] });
    expect(filesLeft()).toEqual([]);
    proxy.restoreNow();
    expect(await on(proxy)).toMatchObject({ kind: 'on' });
    expect(await off(proxy)).toMatchObject({ kind: 'off' });
    expect(mac.read()).toEqual(before);
  });

  it('has every command know a UTF-8 locale, which an app of the Finder has not', async () => {
    for (const name of ['LANG', 'LC_ALL']) vi.stubEnv(name, undefined);
    mac.write({ ...mac.read(), services: [emulatedService('Büro')] });
    const proxy = systemProxy();
    await on(proxy);
    proxy.restoreNow();
    mac.write({ ...mac.read(), user: 'standard' });
    await on(proxy);
    await off(proxy);
    expect(mac.calls().some(({ command }) => command === 'osascript')).toBe(true);
    expect(new Set(mac.locales())).toEqual(new Set(['en_US.UTF-8']));
  });

  it('does not wait for an administrator when the session ends', async () => {
    const before = { ...mac.read(), user: 'standard', dialog: 'hangs' } as const;
    mac.write(before);
    const proxy = systemProxy();
    const asking = on(proxy);
    await expect.poll(() => mac.calls().some(({ command }) => command === 'osascript')).toBe(true);
    proxy.restoreNow();
    expect((await asking).kind).toBe('off');
    expect(mac.read()).toEqual(before);
  });

  it('leaves a Latchkey that was killed to recover() when the session ends', async () => {
    await leaveJournal();
    const left = mac.read();
    systemProxy().restoreNow();
    expect(mac.read()).toEqual(left);
  });

  it('notices that another Latchkey has put everything back', async () => {
    const proxy = systemProxy();
    await on(proxy);
    expect(await systemProxy().recover({ mayAsk: false })).toEqual({ kind: 'off', notes: [] });
    expect(await proxy.check()).toEqual({ kind: 'off', notes: [] });
    expect(service('Wi-Fi').web.host).toBe('proxy.corp.example');
  });

  it('follows the networks of this Mac without a moment in between, and puts the list back', async () => {
    const before = mac.read();
    let bypass = ['192.168.7.0/24', '10.1.0.0/16'];
    const proxy = systemProxy({ target: () => ({ ...target, bypass }) });
    await on(proxy);
    expect(service('Wi-Fi').bypass).toContain('192.168.7.0/24');
    const soFar = mac.changes().length;
    bypass = ['10.1.0.0/16', '172.20.0.0/16'];
    expect(await proxy.check()).toMatchObject({ kind: 'on' });
    expect(
      mac
        .changes()
        .slice(soFar)
        .map(([option]) => option),
    ).toEqual(['-setproxybypassdomains', '-setproxybypassdomains']);
    expect(service('Wi-Fi').bypass.slice(-2)).toEqual(bypass);
    expect(service('Wi-Fi').bypass).not.toContain('192.168.7.0/24');
    await off(proxy);
    expect(mac.read()).toEqual(before);
  });

  it('takes out the networks of both when it is killed between them', async () => {
    const before = mac.read();
    let bypass = ['192.168.7.0/24'];
    const dead = { pid: 2 ** 30, startedAt: 'never' };
    const proxy = systemProxy({
      owner: dead,
      target: () => ({ ...target, bypass }),
      onStep: (step) => {
        if (bypass.length === 2 && step.startsWith('before -setproxybypassdomains'))
          throw new Error('killed');
      },
    });
    await on(proxy);
    proxies.pop();
    bypass = ['10.1.0.0/16', '172.20.0.0/16'];
    await expect(proxy.check()).rejects.toThrow('killed');
    expect(service('Wi-Fi').bypass).toContain('192.168.7.0/24');
    await systemProxy().recover({ mayAsk: false });
    expect(mac.read()).toEqual(before);
  });

  it('comes on by itself when a service comes after it was wanted', async () => {
    const { services } = mac.read();
    mac.write({ user: 'admin', services: services.filter(({ isEnabled }) => !isEnabled) });
    const proxy = systemProxy();
    expect(await on(proxy)).toMatchObject({ kind: 'failed', trouble: { kind: 'no-service' } });
    expect(await proxy.check()).toMatchObject({ kind: 'failed' });
    mac.write({ user: 'admin', services });
    expect(await proxy.check()).toMatchObject({ kind: 'on' });
    expect(service('Wi-Fi').web).toEqual(ours);
    await off(proxy);
    expect(await proxy.check()).toMatchObject({ kind: 'off' });
    expect(mac.read().services).toEqual(services);
  });

  it('sees without being told that the settings are not in force any more', async () => {
    const proxy = systemProxy({ lookEveryMs: 20 });
    await on(proxy);
    const calls = mac.calls().length;
    await delay(100);
    // Nothing but a look at what is in force.
    expect(
      mac
        .calls()
        .slice(calls)
        .every(({ command }) => command === 'scutil'),
    ).toBe(true);
    mac.write({
      ...mac.read(),
      store: { 'State:/Network/Global/Proxies': { HTTPEnable: 1, HTTPProxy: 'vpn.example', HTTPPort: 8080 } },
    });
    await expect.poll(() => proxy.state().kind).toBe('not-in-force');
    mac.write({ user: 'admin', services: mac.read().services });
    await expect.poll(() => proxy.state().kind).toBe('on');
  });

  it('changes nothing while nothing has changed', async () => {
    const proxy = systemProxy();
    await on(proxy);
    const count = mac.changes().length;
    for (let index = 0; index < 3; index += 1) await changed(proxy);
    expect(mac.changes()).toHaveLength(count);
    await delay(0);
  });
});
