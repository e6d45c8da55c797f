import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NetworksetupSystemProxy } from '../src/main/platform/system-proxy/networksetup-system-proxy';
import { identifyProcess } from '../src/main/platform/macos/process-identity';
import type { SystemProxyState } from '../src/shared/system-proxy';
import { type EmulatedMac, emulateMac, type MacState, usualServices } from './emulated-mac';
import { isComplete } from './is-complete';

/** All steps take minutes. */
/** For what never comes: nothing here takes a tenth of it. */
const timeout = 1_800_000;
const commandTimeoutMs = 600_000;
/** It takes about a second. */
const watchdogWithinMs = 120_000;
let bundle: string;
let mac: EmulatedMac;

beforeAll(async () => {
  bundle = mkdtempSync(join(tmpdir(), 'latchkey-victim-'));
  await build({
    configFile: false,
    logLevel: 'warn',
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
 * @param networksetup what Latchkey and its watchdog use
 */
function runVictim(killAt: number, mode: string, networksetup = join(mac.commands, 'networksetup')): Death {
  const { signal, stdout, stderr, status } = spawnSync(process.execPath, [join(bundle, 'crash-victim.mjs')], {
    encoding: 'utf8',
    env: {
      ...process.env,
      ...mac.env,
      LATCHKEY_NETWORKSETUP: networksetup,
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
  const command = (name: string) => ({ file: join(mac.commands, name), timeoutMs: commandTimeoutMs });
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

/** @throws Error when the watchdog does not come to its end */
async function untilNothingIsLeft(step: string): Promise<void> {
  const until = performance.now() + watchdogWithinMs;
  while (leftBehind().length > 0) {
    if (performance.now() > until)
      throw new Error(`killed ${step}, these are left: ${leftBehind().join(', ')}`);
    await delay(20);
  }
}

/** A networksetup that does nothing for a watchdog, as where there was a power cut. */
function networksetupForLatchkeyAlone(): string {
  const path = join(mac.folder, 'networksetup');
  const real = join(mac.commands, 'networksetup');
  if (existsSync(path)) return path;
  writeFileSync(path, `#!/bin/sh\n[ "$CALLED_BY" = latchkey ] && exec '${real}' "$@"\nexit 1\n`, {
    mode: 0o755,
  });
  return path;
}

/**
 * The steps to be killed at: all of them where there is time. Else each step of the journal, and the last one of each kind of
 * setting, on the way there and on the way back.
 */
function sample(steps: readonly string[]): readonly (readonly [number, string])[] {
  const all = steps.map((step, index) => [index, step] as const);
  if (isComplete) return all;
  const turn = steps.findIndex((step) => step.includes('restoring'));
  const chosen = new Map<string, readonly [number, string]>();
  for (const [index, step] of all) {
    const [, when, what = ''] = /^\d+ (before|after) (.*)$/.exec(step) ?? [];
    const kind = what.startsWith('-')
      ? (what.split(' ', 1)[0] ?? '').replace(/secureweb|socksfirewall/, 'web')
      : what;
    chosen.set(`${index < turn ? 'on' : 'off'} ${when} ${kind}`, [index, step]);
  }
  return [...chosen.values()];
}

describe.each(['manual', 'pac'])('killed at every step of switching it on and off, %s', (mode) => {
  const before: MacState = { user: 'admin', services: usualServices };

  it('the next start leaves every service as it was', { timeout }, async () => {
    const { steps } = runVictim(0, mode);
    expect(steps.length).toBeGreaterThan(30);
    expect(mac.read()).toEqual(before);
    const differences: string[] = [];
    for (const [index, step] of sample(steps)) {
      mac.write(before);
      expect(runVictim(index + 1, mode, networksetupForLatchkeyAlone())).toMatchObject({ signal: 'SIGKILL' });
      const state = await recover();
      const isAsBefore = isDeepStrictEqual(mac.read(), before);
      if (!isAsBefore || state.kind !== 'off' || state.notes.length > 0)
        differences.push(`${step}: ${JSON.stringify(state)}`);
      await untilNothingIsLeft(step);
    }
    expect(differences).toEqual([]);
  });

  it('the watchdog leaves every service as it was', { timeout }, async () => {
    const { steps } = runVictim(0, mode);
    const differences: string[] = [];
    for (const [index, step] of sample(steps)) {
      // What is behind one step is what is before the next.
      if (!/^\d+ before/.test(step) && index < steps.length - 1) continue;
      mac.write(before);
      const { steps: taken } = runVictim(index + 1, mode);
      // Nothing is changed before the first journal is there, and then there is no watchdog yet.
      if (index > 1) await untilNothingIsLeft(step);
      const isAsBefore = isDeepStrictEqual(mac.read(), before);
      if (!isAsBefore || taken.length !== index + 1) differences.push(step);
    }
    expect(differences).toEqual([]);
    expect(leftBehind()).toEqual([]);
    // The shell that puts everything back knows how to read an umlaut.
    expect(new Set(mac.locales())).toEqual(new Set(['en_US.UTF-8']));
  });
});
