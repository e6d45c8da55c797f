import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmulatedMac, emulateMac, type MacState, usualServices } from '../../test/emulated-mac';
import { onLinkNetworks } from '../main/platform/network/on-link-networks';

const cli = join(import.meta.dirname, '../../out/cli/latchkey.cjs');
const timeout = 600_000;
let mac: EmulatedMac;
let before: MacState;
let children: ChildProcess[];

beforeEach(() => {
  mac = emulateMac({ services: usualServices.slice(0, 1) });
  before = mac.read();
  children = [];
  writeFileSync(conf(), 'Username alice\nDomain corp\nProxy 127.0.0.1:9\nPassword x\n');
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  // The watchdogs of those that were killed.
  await until(() => !existsSync(journal()));
  mac.remove();
});

const conf = (): string => join(mac.folder, 'cntlm.conf');
const journal = (): string => join(mac.stateDirectory, 'system-proxy.json');

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(20);
}

/** On a machine without time for it the watchdog finishes what Latchkey had to leave. */
async function settled(): Promise<MacState> {
  await until(() => !existsSync(journal()));
  return mac.read();
}

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = mac.env): Running {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, ...env, LATCHKEY_STATE_DIR: mac.stateDirectory, SHELL: '/bin/zsh' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return {
    child,
    output: () => output,
    ended: new Promise((resolve) => child.once('close', (code) => resolve(code))),
  };
}

async function latchkey(args: readonly string[], env?: NodeJS.ProcessEnv) {
  const { ended, output } = start(args, env);
  return { code: await ended, output: output() };
}

/** `latchkey run`, once it says these words. */
async function run(words: RegExp, ...args: readonly string[]): Promise<Running & { readonly port: number }> {
  const running = start(['run', '--config', conf(), '--port', '0', ...args]);
  await Promise.race([until(() => words.test(running.output())), running.ended]);
  expect(running.output()).toMatch(words);
  const port = Number(/listening on 127\.0\.0\.1:(\d+)/.exec(running.output())?.[1]);
  return { ...running, port };
}

/** Has networksetup not answer these options. */
function hangs(hangsOn: readonly string[]): void {
  mac.write({ ...mac.read(), networksetup: { hangsOn } });
}

const isOn = /This Mac uses Latchkey as its proxy/;
const web = (): unknown => mac.read().services[0]?.web;

describe('latchkey run --system-proxy', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('puts everything back on %s', { timeout }, async (signal) => {
    const { child, ended, port } = await run(isOn, '--system-proxy');
    expect(web()).toEqual({ isOn: true, host: '127.0.0.1', port, isAuthenticated: false });
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(await settled()).toEqual(before);
    await until(() => !existsSync(join(mac.stateDirectory, 'system-proxy.lock')));
    expect(readdirSync(mac.stateDirectory).filter((name) => name.startsWith('system-proxy'))).toEqual([]);
  });

  it('does not go before everything is back: the port answers until then', { timeout }, async () => {
    const { child, ended, output, port } = await run(isOn, '--system-proxy');
    child.kill('SIGTERM');
    let wasOpenWhileSet = true;
    while (JSON.stringify(web()) !== JSON.stringify(before.services[0]?.web)) {
      const isStillSet = JSON.stringify(web()).includes('127.0.0.1');
      const isOpen = await canConnect(port);
      if (isStillSet && !isOpen) wasOpenWhileSet = false;
      await delay(5);
    }
    expect(await ended).toBe(0);
    // Else time ran out, and it was the watchdog that put everything back.
    if (!output().includes('did not answer in time')) expect(wasOpenWhileSet).toBe(true);
  });

  it('sets again what another program has taken', { timeout }, async () => {
    const { child, ended, port } = await run(isOn, '--system-proxy');
    const theirs = { isOn: true, host: '127.0.0.1', port: 8888, isAuthenticated: false };
    mac.change('Wi-Fi', { web: theirs });
    await until(() => JSON.stringify(web()).includes(String(port)));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await settled()).toEqual(before);
  });

  it('leaves it to the watchdog when it is killed', { timeout }, async () => {
    const { child, ended } = await run(isOn, '--system-proxy');
    child.kill('SIGKILL');
    await ended;
    expect(await settled()).toEqual(before);
  });

  it('reads its configuration again on SIGHUP and stays the proxy', { timeout }, async () => {
    const { child, ended, output, port } = await run(isOn, '--system-proxy');
    child.kill('SIGHUP');
    await until(() => output().includes('was read again'));
    expect(web()).toMatchObject({ isOn: true, port });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await settled()).toEqual(before);
  });

  it('hears a SIGHUP while it changes the Mac', { timeout }, async () => {
    hangs(['-setwebproxy']);
    const { child, ended } = start(['run', '--config', conf(), '--port', '0', '--system-proxy']);
    await until(() => mac.changes().length > 0);
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    const code = await ended;
    hangs([]);
    expect(code).toBe(0);
    expect((await settled()).services).toEqual(before.services);
  });

  it('hears a SIGHUP while it puts everything back', { timeout }, async () => {
    const { child, ended } = await run(isOn, '--system-proxy');
    const count = mac.changes().length;
    hangs(['-setwebproxy', '-setwebproxystate']);
    child.kill('SIGTERM');
    await until(() => mac.changes().length > count);
    child.kill('SIGHUP');
    const code = await ended;
    hangs([]);
    expect(code).toBe(0);
    expect((await settled()).services).toEqual(before.services);
  });

  it('serves the PAC that it points the Mac at', { timeout }, async () => {
    const { child, ended, port } = await run(
      isOn,
      '--system-proxy',
      '--fail-open',
      '--off-network',
      'direct',
    );
    expect(mac.read().services[0]?.pac).toEqual({ isOn: true, url: `http://127.0.0.1:${port}/proxy.pac` });
    const answer = await fetch(`http://127.0.0.1:${port}/proxy.pac`);
    expect(answer.headers.get('content-type')).toBe('application/x-ns-proxy-autoconfig');
    expect(await answer.text()).toContain(`'PROXY 127.0.0.1:${port}; DIRECT'`);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await settled()).toEqual(before);
  });
});

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('latchkey system-proxy', () => {
  it('leaves out the networks of this machine if that is wanted', { timeout }, async () => {
    const { child, ended } = await run(isOn, '--system-proxy', '--local-direct');
    const networks = onLinkNetworks(networkInterfaces());
    expect(mac.read().services[0]?.bypass).toEqual(expect.arrayContaining(['localhost', ...networks]));
    // As it is set, unless something else is said.
    expect((await latchkey(['system-proxy', 'on'])).code).toBe(0);
    expect(mac.read().services[0]?.bypass).toEqual(expect.arrayContaining(networks));
    expect((await latchkey(['settings', 'set', 'bypassesLocalNetworks', 'off'])).code).toBe(0);
    for (const network of networks) expect(mac.read().services[0]?.bypass).not.toContain(network);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await settled()).toEqual(before);
    const both = await latchkey(['system-proxy', 'on', '--fail-open', '--local-direct']);
    expect(both).toMatchObject({ code: 2, output: expect.stringContaining('does nothing') as string });
  });

  it('switches the running proxy on and off', { timeout }, async () => {
    const { child, ended } = await run(/listening on/);
    expect(await latchkey(['system-proxy', 'status'])).toEqual({
      code: 0,
      output: 'This Mac does not use Latchkey as its proxy.\n',
    });
    const on = await latchkey(['system-proxy', 'on']);
    expect(on).toMatchObject({ code: 0, output: expect.stringMatching(isOn) as string });
    expect((await latchkey(['system-proxy', 'off'])).code).toBe(0);
    expect(await settled()).toEqual(before);
    child.kill('SIGTERM');
    await ended;
  });

  it('says what to do when nothing runs', { timeout }, async () => {
    const { code, output } = await latchkey(['system-proxy', 'on']);
    expect(output).toContain('open the app, or start `latchkey run`');
    expect(code).toBe(1);
    expect((await latchkey(['system-proxy', 'up'])).output).toContain("on, off, status or prove, not 'up'");
  });

  it.skipIf(process.platform === 'darwin')('says on another system that it needs macOS', async () => {
    for (const args of [['system-proxy', 'on'], ['restore']]) {
      const { code, output } = await latchkey(args, { LATCHKEY_MAC_COMMANDS: '' });
      expect(output).toContain('is a setting of macOS');
      expect(code).toBe(1);
    }
  });
});

describe('latchkey restore', () => {
  it('puts back what one that was killed has left, and its watchdog could not', { timeout }, async () => {
    const { child, ended } = await run(isOn, '--system-proxy');
    mac.write({ ...mac.read(), user: 'standard' });
    const changes = mac.changes().length;
    child.kill('SIGKILL');
    await ended;
    await until(() => mac.changes().length > changes);
    const off = await latchkey(['system-proxy', 'status']);
    expect(off.output).toContain('`latchkey restore` puts the earlier settings back');
    expect(await latchkey(['restore'])).toEqual({
      code: 0,
      output: 'This Mac does not use Latchkey as its proxy.\n',
    });
    expect(mac.read().services).toEqual(before.services);
  });

  it('leaves a running one alone, and names it', { timeout }, async () => {
    const { child, ended } = await run(isOn, '--system-proxy');
    const { code, output } = await latchkey(['restore']);
    expect(output).toContain(`Another Latchkey (process ${child.pid ?? 0})`);
    expect(code).toBe(1);
    child.kill('SIGTERM');
    await ended;
  });
});
