import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NetworksetupSystemProxy } from '../src/main/platform/networksetup-system-proxy';
import { identifyProcess } from '../src/main/platform/process-identity';
import type * as runMacCommandModule from '../src/main/platform/run-mac-command';
import type { SystemProxyState } from '../src/shared/system-proxy';
import { type EmulatedMac, emulateMac, type MacState, usualServices } from './emulated-mac';
import { runInProcess } from './in-process-mac';

type RunMacCommand = typeof runMacCommandModule;

vi.mock('../src/main/platform/run-mac-command', async (importOriginal) => {
  const original = await importOriginal<RunMacCommand>();
  const run: RunMacCommand['runMacCommand'] = async (command, args, signal) =>
    (await runInProcess(command, args, signal)) ?? original.runMacCommand(command, args, signal);
  return { runMacCommand: run };
});

/** Long for a watchdog, and short for a test: it is to be there within 5 s, on a machine that has time for it. */
const watchdogWithinMs = 60_000;
let bundle: string;
let mac: EmulatedMac;

beforeAll(async () => {
  bundle = mkdtempSync(join(tmpdir(), 'latchkey-victim-'));
  await build({
    configFile: false,
    logLevel: 'warn',
    // The victim runs the emulated commands itself: only its watchdog has to be quick with processes.
    plugins: [
      {
        name: 'in-process',
        enforce: 'pre',
        resolveId: (source) =>
          source === './run-mac-command' ? resolve('test/run-mac-command.ts') : undefined,
      },
    ],
    build: { ssr: resolve('test/crash-victim.ts'), outDir: bundle, emptyOutDir: false, target: 'node20.19' },
  });
});

afterAll(() => rmSync(bundle, { recursive: true, force: true }));

beforeEach(() => {
  mac = emulateMac();
  vi.stubEnv('LATCHKEY_MAC_STATE', mac.env['LATCHKEY_MAC_STATE']);
});

afterEach(() => {
  vi.unstubAllEnvs();
  mac.remove();
});

interface Death {
  readonly signal: string | null;
  readonly steps: readonly string[];
}

/**
 * @param killAt 0: it lives to its end
 * @param commands the folder of the commands that the watchdog uses
 */
function runVictim(killAt: number, mode: string, commands = mac.commands): Death {
  const { signal, stdout, stderr, status } = spawnSync(process.execPath, [join(bundle, 'crash-victim.mjs')], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ...mac.env,
      LATCHKEY_MAC_COMMANDS: commands,
      LATCHKEY_STATE_DIR: mac.stateDirectory,
      LATCHKEY_KILL_AT: String(killAt),
      LATCHKEY_MODE: mode,
    },
  });
  if (status !== 0 && signal === null) throw new Error(stderr);
  return { signal, steps: stdout.split('\n').slice(0, -1) };
}

/** What the next start does before anything else. */
async function recover(): Promise<SystemProxyState> {
  const command = (name: string) => ({ file: join(mac.commands, name), timeoutMs: 20_000 });
  const proxy = new NetworksetupSystemProxy({
    networksetup: command('networksetup'),
    scutil: command('scutil'),
    osascript: command('osascript'),
    right: { id: command('id'), security: command('security') },
    openWatch: () => ({ subscribe: () => () => undefined, close: () => Promise.resolve() }),
    directory: mac.stateDirectory,
    owner: await identifyProcess(),
    target: () => ({ mode: 'manual', address: { host: '127.0.0.1', port: 3128 }, bypass: [] }),
    nowMs: Date.now,
    monotonicMs: () => performance.now(),
    newId: () => 'abcdef',
    onInternalError: (error) => {
      throw error;
    },
  });
  const state = await proxy.recover({ mayAsk: false });
  await proxy.close();
  return state;
}

/** A lock whose owner is dead is nobody's, and the next who needs it removes it. */
const leftBehind = (): string[] =>
  (existsSync(mac.stateDirectory) ? readdirSync(mac.stateDirectory) : []).filter(
    (name) => name !== 'system-proxy.lock',
  );

async function untilNothingIsLeft(): Promise<void> {
  const until = Date.now() + watchdogWithinMs;
  while (leftBehind().length > 0 && Date.now() < until) await delay(50);
}

describe.each(['manual', 'pac'])('killed at every step of switching it on and off, %s', (mode) => {
  const before: MacState = { user: 'admin', services: usualServices };

  it('the next start leaves every service as it was', { timeout: 600_000 }, async () => {
    const { steps } = runVictim(0, mode);
    expect(steps.length).toBeGreaterThan(30);
    expect(mac.read()).toEqual(before);
    const differences: string[] = [];
    for (const [index, step] of steps.entries()) {
      mac.write(before);
      // Its watchdog has no networksetup.
      expect(runVictim(index + 1, mode, join(mac.folder, 'nothing'))).toMatchObject({ signal: 'SIGKILL' });
      const state = await recover();
      const isAsBefore = isDeepStrictEqual(mac.read(), before);
      if (!isAsBefore || state.kind !== 'off' || state.notes.length > 0)
        differences.push(`${step}: ${JSON.stringify(state)}`);
      await untilNothingIsLeft();
    }
    expect(differences).toEqual([]);
  });

  it('the watchdog leaves every service as it was', { timeout: 600_000 }, async () => {
    const { steps } = runVictim(0, mode);
    const differences: string[] = [];
    for (const [index, step] of steps.entries()) {
      // What is behind one step is what is before the next.
      if (!/^\d+ before/.test(step) && index < steps.length - 1) continue;
      mac.write(before);
      const { steps: taken } = runVictim(index + 1, mode);
      // Nothing is changed before the first journal is there, and then there is no watchdog yet.
      if (index > 1) await untilNothingIsLeft();
      const isAsBefore = isDeepStrictEqual(mac.read(), before);
      if (!isAsBefore || taken.length !== index + 1) differences.push(step);
    }
    expect(differences).toEqual([]);
    expect(leftBehind()).toEqual([]);
  });
});
