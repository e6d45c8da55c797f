import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ProxyEndpoint, ServiceProxies } from '../src/main/platform/system-proxy/service-proxies';
import { changeService, parseLines, readMac, writeMac } from './mac-commands/mac-state.mjs';

/** A network service of the Mac that test/mac-commands emulates; its README.md says what the fields do. */
export interface EmulatedService extends ServiceProxies {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly port: string;
  readonly device: string;
  readonly refuses?: boolean;
  readonly ignores?: boolean;
}

/** What the folder LATCHKEY_MAC_STATE holds. */
export interface MacState {
  readonly user: 'admin' | 'standard';
  readonly asksAdministrators?: boolean;
  readonly security?: {
    readonly hangs?: boolean;
    readonly keychain?: 'open' | 'locked' | 'asks' | 'cancelled' | 'absent';
  };
  readonly powerMode?: 'usual' | 'low' | 'automatic' | 'low-of-three' | 'high' | 'unknown';
  readonly pmset?: 'answers' | 'hangs' | 'fails';
  readonly launchd?: {
    /** Default: yes. Without one there is no domain gui/UID, as over ssh. */
    readonly hasDesktop?: boolean;
    /** The job ends with this exit code as soon as it is started. */
    readonly jobEnds?: number;
    /** So many times `print` still shows a job that was booted out. */
    readonly slowBootout?: number;
    readonly bootstrapFails?: boolean;
  };
  readonly services: readonly EmulatedService[];
  readonly dialog?: 'yields' | 'cancels' | 'wrong' | 'hangs';
  readonly networksetup?: {
    readonly errorStream?: 'stdout' | 'stderr';
    readonly exitsZero?: boolean;
    readonly prelude?: string;
    readonly hangsOn?: readonly string[];
    readonly emptyServer?: string;
    readonly keepsServer?: boolean;
    readonly isInSandbox?: boolean;
  };
  readonly store?: Readonly<Record<string, object>>;
}

/** One call of an emulated command. */
export interface EmulatedCall {
  readonly command: string;
  readonly args: readonly string[];
}

/** A Mac made of the emulators, with a folder of its own. */
export interface EmulatedMac {
  readonly folder: string;
  /** The folder with networksetup, scutil, osascript, security, id and pmset. */
  readonly commands: string;
  /** Where Latchkey may keep its journal. */
  readonly stateDirectory: string;
  /** What the commands and Latchkey find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  read(): MacState;
  /** Changes the Mac from outside. */
  write(state: MacState): void;
  /** Changes one service from outside. */
  change(name: string, changes: Partial<EmulatedService>): void;
  /** Calls so far, in their order. */
  calls(): readonly EmulatedCall[];
  /** The LC_ALL of each call. */
  locales(): readonly string[];
  /** Those that wanted to change something. */
  changes(): readonly (readonly string[])[];
  remove(): void;
}

export const noProxy: ProxyEndpoint = { isOn: false, host: '', port: 0, isAuthenticated: false };

/** A service as macOS makes it. */
export function emulatedService(name: string, more: Partial<EmulatedService> = {}): EmulatedService {
  return {
    name,
    isEnabled: true,
    port: name,
    device: 'en0',
    web: noProxy,
    secureWeb: noProxy,
    socks: noProxy,
    pac: { isOn: false, url: '' },
    isAutoDiscovering: false,
    bypass: ['*.local', '169.254/16'],
    ...more,
  };
}

function endpoint(host: string, port: number, isOn = true): ProxyEndpoint {
  return { isOn, host, port, isAuthenticated: false };
}

/** Everything on, so that everything has to be put back. */
export const busyService = emulatedService('Wi-Fi', {
  web: endpoint('proxy.corp.example', 8080),
  secureWeb: endpoint('secure.corp.example', 8443, false),
  socks: endpoint('socks.corp.example', 1080),
  pac: { isOn: true, url: 'http://wpad.corp.example/proxy.pac?a=1&b=2' },
  isAutoDiscovering: true,
  bypass: ['*.local', '169.254/16', 'intranet'],
});

/** A usual Mac: an empty service whose name ends in a space, one that is disabled, a VPN. */
export const usualServices: readonly EmulatedService[] = [
  busyService,
  emulatedService('USB 10/100/1000 LAN ', { device: 'en5', bypass: [] }),
  emulatedService('Bluetooth PAN', { device: 'en9', isEnabled: false }),
  emulatedService('Tailscale', { port: 'io.tailscale.ipn.macsys', device: '' }),
];

/** Makes a Mac. The caller removes it. */
export function emulateMac(state: Partial<MacState> = {}): EmulatedMac {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-mac-'));
  const commands = resolve('test/mac-commands');
  const path = join(folder, 'mac');
  const mac: EmulatedMac = {
    folder,
    commands,
    stateDirectory: join(folder, 'state'),
    env: { LATCHKEY_MAC_COMMANDS: commands, LATCHKEY_MAC_STATE: path },
    read: () => readMac(path),
    write: (next) => writeMac(path, next),
    change: (name, changes) => changeService(path, name, changes),
    calls: () => {
      if (!existsSync(`${path}.calls`)) return [];
      const lines = parseLines(readFileSync(`${path}.calls`, 'utf8'));
      return lines.map(([command = '', ...args]) => ({ command, args }));
    },
    locales: () => readFileSync(`${path}.locales`, 'utf8').split('\n').slice(0, -1),
    changes: () => mac.calls().flatMap(({ args }) => (args[0]?.startsWith('-set') === true ? [args] : [])),
    // As removeFolder: a command that was left alone may still be writing what it did.
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }),
  };
  mac.write({ user: 'admin', services: usualServices, ...state });
  return mac;
}
