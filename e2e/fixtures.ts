import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, test as base } from '@playwright/test';
import { freePorts } from '../test/servers/ports';
import { type CompanyProxy, startCompanyProxy } from '../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../test/company-proxy/start-origin';
import { type EmulatedMac, emulateMac, noProxy, usualServices } from '../test/emulated-mac';
import { removeFolder } from '../test/remove-folder';
import { launchApp, type LaunchOptions, type RunningApp } from './launch-app';

export const account = { domain: 'CORP', user: 'alice' };
export const password = 'Passw0rd!';

/** What a spec works with: a company network, a folder for the app's files, and apps that are ended afterwards. */
export interface Surroundings {
  readonly origin: Origin;
  readonly proxy: CompanyProxy;
  /** `127.0.0.1:PORT`, as a user types it. */
  readonly proxyName: string;
  readonly directory: string;
  /** Where the local proxy of the app will listen. */
  readonly port: number;
  readonly launch: (options?: Partial<LaunchOptions>) => Promise<RunningApp>;
  /** Fetches the origin's page through the local proxy, on another port where one is given. Resolves with the status. */
  readonly fetchPage: (otherPort?: number) => Promise<number>;
  /** Opens a tunnel to the origin through the local proxy. */
  readonly openTunnel: () => Promise<Socket>;
}

export const test = base.extend<{
  surroundings: Surroundings;
  mac: EmulatedMac;
  /** Whether connections are kept ready: their logons come between those that most specs count. */
  keepsWarm: boolean;
}>({
  keepsWarm: [false, { option: true }],
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from the pattern.
  mac: async ({}, use) => {
    // One service that can be set: each command is a process of its own.
    const mac = emulateMac({ services: usualServices.filter(({ device }) => device !== 'en5') });
    await use(mac);
    mac.remove();
  },
  surroundings: async ({ keepsWarm }, use, testInfo) => {
    const directory = await mkdtemp(join(tmpdir(), 'latchkey-e2e-'));
    const origin = await startOrigin();
    const proxy = await startCompanyProxy({
      accounts: [{ ...account, password }],
      // One that a user may choose besides.
      methods: ['NTLMv2', 'NT'],
      whereIs: (host, port) => ({ host: host === 'origin.test' ? '127.0.0.1' : host, port }),
    });
    const [port = 0] = await freePorts(1);
    // A free port, and a company proxy for 127.0.0.1 as well: the origin is there.
    const settings = { version: 1, port, noProxy: [], keepsWarm };
    await writeFile(join(directory, 'settings.json'), JSON.stringify(settings));
    const apps: RunningApp[] = [];
    const tunnels: Socket[] = [];
    await use({
      origin,
      proxy,
      proxyName: `${proxy.host}:${proxy.port}`,
      directory,
      port,
      launch: async (options = {}) => {
        const app = await launchApp({
          directory,
          ...options,
          env: {
            // By its name: no program asks a proxy for this Mac itself.
            LATCHKEY_CHECK_URL: `http://${isOnMac(options) ? 'origin.test' : '127.0.0.1'}:${origin.port}/`,
            // The settings of this machine are none of a spec's business: one that needs some brings an emulated Mac.
            LATCHKEY_MAC_COMMANDS: '',
            // What this machine has would come into set-up while a spec fills it in.
            LATCHKEY_CONF: join(directory, 'no-cntlm.conf'),
            ...options.env,
          },
        });
        apps.push(app);
        return app;
      },
      fetchPage: (otherPort = port) => fetchStatus(otherPort, `http://127.0.0.1:${origin.port}/`),
      openTunnel: async () => {
        const tunnel = await openTunnel(port, `127.0.0.1:${origin.port}`);
        tunnels.push(tunnel);
        return tunnel;
      },
    });
    if (testInfo.status !== testInfo.expectedStatus) {
      for (const [index, app] of apps.entries()) await app.keep(testInfo.outputPath(`app-${index + 1}`));
    }
    for (const tunnel of tunnels) tunnel.destroy();
    for (const app of apps) await app.close();
    await proxy.close();
    await origin.close();
    await removeFolder(directory);
  },
});

const isOnMac = ({ env }: Partial<LaunchOptions>): boolean => env?.['LATCHKEY_MAC_COMMANDS'] !== undefined;

/** Takes out what the emulated Mac has set by itself: set-up would offer it before what is typed in. */
export function takeOutProxies(mac: EmulatedMac): void {
  const off = { web: noProxy, secureWeb: noProxy, socks: noProxy, pac: { isOn: false, url: '' } };
  mac.change('Wi-Fi', { ...off, isAutoDiscovering: false });
}

/** What an app needs to take an emulated Mac for its own; a packaged one takes the commands of the system and no others. */
export function macEnvironment(mac: EmulatedMac): Record<string, string> {
  return { ...mac.env, STANDIN_PACKAGED: '0' };
}

export { expect } from '@playwright/test';

function fetchStatus(port: number, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path: url, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.setTimeout(120_000, () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', reject).end();
  });
}

function openTunnel(port: number, target: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject).once('close', () => reject(new Error('closed without an answer')));
    socket.once('data', (head: Buffer) => {
      if (head.toString('latin1').startsWith('HTTP/1.1 200 ')) resolve(socket);
      else reject(new Error(head.toString('latin1').split('\r\n', 1)[0]));
    });
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  });
}

/** Whether a tunnel still carries a request and its answer. */
export function answersThroughTunnel(tunnel: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isAlive: boolean): void => {
      tunnel.off('data', onData).off('close', onClose);
      resolve(isAlive);
    };
    const onData = (chunk: Buffer): void => settle(chunk.toString('latin1').startsWith('HTTP/1.1 200'));
    const onClose = (): void => settle(false);
    tunnel.on('data', onData).on('close', onClose);
    tunnel.write('GET / HTTP/1.1\r\nHost: origin.test\r\n\r\n');
  });
}

/** Keeps a picture of the panel as it is, as large as its window. */
export async function takePicture(app: RunningApp, panel: Page, name: string): Promise<void> {
  const { width, height } = await app.ask('panelBounds');
  if (app.target === 'standin') await panel.setViewportSize({ width, height });
  const folder = join('out', 'e2e', 'pictures');
  await mkdir(folder, { recursive: true });
  await panel.screenshot({ path: join(folder, `${name}.png`) });
}
