import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readsLowPower } from '../../src/main/platform/power/pmset-battery-saver';
import { macCommand, runMacCommand } from '../../src/main/platform/macos/run-mac-command';
import { type EmulatedMac, emulateMac } from '../emulated-mac';

/** What Latchkey takes pmset to print; see system-proxy.test.ts. On a Mac it changes nothing. */
const isReal = process.env['LATCHKEY_CONTRACT'] === 'real';
const timeoutMs = 300_000;

let mac: EmulatedMac | undefined;

beforeAll(() => {
  if (isReal) return;
  mac = emulateMac();
  vi.stubEnv('LATCHKEY_MAC_STATE', mac.env['LATCHKEY_MAC_STATE']);
});

afterAll(() => {
  vi.unstubAllEnvs();
  mac?.remove();
});

describe('pmset -g', () => {
  it('tells the settings in use, one a line, without a question', async () => {
    const result = await runMacCommand(macCommand(mac?.env ?? {}, '/usr/bin/pmset', timeoutMs), ['-g']);
    expect(result).toMatchObject({ kind: 'ended', exitCode: 0 });
    const text = result.kind === 'ended' ? result.stdout : '';
    expect(text).toMatch(/^Currently in use:$/m);
    expect(text).toMatch(/^ displaysleep +\d+/m);
    // A virtual machine and an old Mac have neither.
    const [mode] = /^ (?:lowpowermode|powermode) +\d+$/m.exec(text) ?? [''];
    expect(readsLowPower(text)).toBe(mode.endsWith(' 1'));
  });
});
