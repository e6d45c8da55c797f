import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { askKeychainState } from '../../src/main/platform/keychain/keychain-state';
import { macSystemProxy } from '../../src/main/platform/system-proxy/mac-system-proxy';
import { asksForPassword } from '../../src/main/platform/system-proxy/network-right';
import { Networksetup, NetworksetupError } from '../../src/main/platform/system-proxy/networksetup';
import type { SystemProxy } from '../../src/main/platform/ports';
import { runMacCommand } from '../../src/main/platform/macos/run-mac-command';
import { readProxiesInForce } from '../../src/main/platform/system-proxy/scutil-proxies';
import {
  isReached,
  proxyCommands,
  type ServiceProxies,
  writtenFor,
} from '../../src/main/platform/system-proxy/service-proxies';
import type { SystemProxyMode } from '../../src/shared/system-proxy';
import { type EmulatedMac, emulateMac } from '../emulated-mac';
import { removeFolder } from '../remove-folder';

/**
 * What Latchkey takes macOS's commands to do. It runs against the emulators of test/mac-commands; with
 * LATCHKEY_CONTRACT=real, on a Mac whose user may change network settings, against those of macOS. What it changes it puts
 * back at its end. In LATCHKEY_CONTRACT_BEFORE, a file, it keeps what the settings were: the next run puts back what one that
 * was ended has left.
 */
const isReal = process.env['LATCHKEY_CONTRACT'] === 'real';
const beforeFile = process.env['LATCHKEY_CONTRACT_BEFORE'];
const timeout = 600_000;
const timeoutMs = 300_000;
const modes: readonly SystemProxyMode[] = ['manual', 'pac'];

let mac: EmulatedMac | undefined;
let directory: string;
let networksetup: Networksetup;
let command: (name: string) => { readonly file: string; readonly timeoutMs: number };
let usable: string[];
let before: Map<string, ServiceProxies>;
let proxy: SystemProxy | undefined;

beforeAll(async () => {
  if (!isReal) {
    mac = emulateMac();
    vi.stubEnv('LATCHKEY_MAC_STATE', mac.env['LATCHKEY_MAC_STATE']);
  }
  directory = mkdtempSync(join(tmpdir(), 'latchkey-contract-'));
  command = (name) => ({ file: join(mac?.commands ?? '/usr/sbin', name), timeoutMs });
  networksetup = new Networksetup(command('networksetup'));
  const services = await networksetup.services();
  usable = services.filter(({ isEnabled, device }) => isEnabled && device !== '').map(({ name }) => name);
  before = await settingsBefore();
}, timeout);

afterEach(async () => {
  await proxy?.close();
  proxy = undefined;
  await putBack();
}, timeout);

afterAll(async () => {
  if (beforeFile !== undefined) rmSync(beforeFile, { force: true });
  vi.unstubAllEnvs();
  mac?.remove();
  await removeFolder(directory);
});

/** What the settings are, or were when a run began that was ended before it could put them back. */
async function settingsBefore(): Promise<Map<string, ServiceProxies>> {
  if (beforeFile !== undefined && existsSync(beforeFile))
    return new Map(JSON.parse(readFileSync(beforeFile, 'utf8')) as [string, ServiceProxies][]);
  const found = new Map<string, ServiceProxies>();
  for (const name of usable) found.set(name, await networksetup.proxies(name));
  if (beforeFile !== undefined) {
    mkdirSync(dirname(beforeFile), { recursive: true });
    writeFileSync(beforeFile, JSON.stringify([...found]));
  }
  return found;
}

async function putBack(): Promise<void> {
  for (const [name, earlier] of before) {
    const now = await networksetup.proxies(name);
    if (isReached(now, earlier)) continue;
    for (const args of proxyCommands(name, now, earlier)) await networksetup.run(args);
  }
}

async function forEachService(look: (name: string, earlier: ServiceProxies) => Promise<void>): Promise<void> {
  expect(before.size).toBeGreaterThan(0);
  for (const [name, earlier] of before) await look(name, earlier);
}

it('puts back what a run that was ended has left', { timeout }, async () => {
  await putBack();
  await forEachService(async (name, earlier) => {
    expect(isReached(await networksetup.proxies(name), earlier)).toBe(true);
  });
});

describe('networksetup', () => {
  it('lists the same services in both ways, the disabled ones with a star', { timeout }, async () => {
    const text = await networksetup.run(['-listallnetworkservices']);
    const names = text
      .split('\n')
      .slice(1)
      .filter((line) => line !== '');
    const services = await networksetup.services();
    const listed = services.map(({ name, isEnabled }) => (isEnabled ? name : `*${name}`));
    expect(names.toSorted()).toEqual(listed.toSorted());
  });

  it('says of each service whether it is enabled', { timeout }, async () => {
    for (const { name, isEnabled } of await networksetup.services()) {
      const answer = await networksetup.run(['-getnetworkserviceenabled', name]);
      expect(answer).toBe(isEnabled ? 'Enabled\n' : 'Disabled\n');
    }
  });

  it.each(modes)('takes every setting of every service there and back, %s', { timeout }, async (mode) => {
    await forEachService(async (name, earlier) => {
      const target = { mode, address: { host: '127.0.0.1', port: 39_128 }, bypass: ['192.168.7.0/24'] };
      const written = writtenFor(earlier, target);
      for (const args of proxyCommands(name, earlier, written)) expect(await networksetup.run(args)).toBe('');
      expect(await networksetup.proxies(name)).toEqual(written);
      for (const args of proxyCommands(name, written, earlier)) expect(await networksetup.run(args)).toBe('');
      expect(isReached(await networksetup.proxies(name), earlier)).toBe(true);
    });
  });

  it('turns a proxy on when it is given an address', { timeout }, async () => {
    await forEachService(async (name) => {
      await networksetup.run(['-setsocksfirewallproxy', name, '127.0.0.1', '39129', 'off']);
      expect((await networksetup.proxies(name)).socks).toEqual({
        isOn: true,
        host: '127.0.0.1',
        port: 39_129,
        isAuthenticated: false,
      });
    });
  });

  it('empties a list with the word Empty', { timeout }, async () => {
    await forEachService(async (name) => {
      await networksetup.run(['-setproxybypassdomains', name, 'one.example', '*.two.example']);
      expect((await networksetup.proxies(name)).bypass).toEqual(['one.example', '*.two.example']);
      await networksetup.run(['-setproxybypassdomains', name, 'Empty']);
      expect((await networksetup.proxies(name)).bypass).toEqual([]);
    });
  });

  it('does not know a service that there is not, and says so', { timeout }, async () => {
    const failure = await networksetup
      .run(['-getwebproxy', 'No Such Service'])
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NetworksetupError);
    expect(failure).toMatchObject({ code: 'no-service' });
    const { exitCode } = (await runMacCommand(command('networksetup'), [
      '-setwebproxystate',
      'No Such Service',
      'off',
    ])) as { exitCode: number };
    expect(exitCode).toBe(4);
  });
});

describe('scutil --proxy', () => {
  it('can be read', { timeout }, async () => {
    expect(await readProxiesInForce(command('scutil'))).toBeDefined();
  });
});

describe('security and id', () => {
  it('tell that the Keychain of a user who is logged in is open', async () => {
    const security = { file: join(mac?.commands ?? '/usr/bin', 'security'), timeoutMs };
    expect(await askKeychainState(security)).toBe('open');
  });

  it('tell whether macOS asks for a password: a runner that may change settings is not asked', async () => {
    const ownCommand = (name: string) => ({ file: join(mac?.commands ?? '/usr/bin', name), timeoutMs });
    expect(await asksForPassword({ id: ownCommand('id'), security: ownCommand('security') })).toBe(false);
  });
});

describe('the system proxy', () => {
  it.each(modes)('is set and put back, %s', { timeout }, async (mode) => {
    proxy = await macSystemProxy({
      env: mac?.env ?? {},
      platform: 'darwin',
      directory,
      target: () => ({ mode, address: { host: '127.0.0.1', port: 39_128 }, bypass: [] }),
      onProblem: () => undefined,
      onInternalError: (error) => {
        throw error;
      },
    });
    const on = await proxy.set(true, { mayAsk: false });
    // On a machine without a network nothing can be in force.
    expect(on).toMatchObject({ kind: expect.stringMatching(/^(on|not-in-force)$/) as string, notes: [] });
    await forEachService(async (name) => {
      const { web, pac } = await networksetup.proxies(name);
      expect(mode === 'pac' ? pac.url : `http://${web.host}:${web.port}/proxy.pac`).toBe(
        'http://127.0.0.1:39128/proxy.pac',
      );
    });
    expect(await proxy.set(false, { mayAsk: false })).toEqual({ kind: 'off', notes: [] });
    await forEachService(async (name, earlier) => {
      expect(isReached(await networksetup.proxies(name), earlier)).toBe(true);
    });
  });
});
