import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmulatedMac, emulateMac } from '../../../../test/emulated-mac';
import { asksForPassword } from './network-right';

let mac: EmulatedMac;

beforeEach(() => {
  mac = emulateMac();
  vi.stubEnv('LATCHKEY_MAC_STATE', mac.env['LATCHKEY_MAC_STATE']);
});

afterEach(() => {
  vi.unstubAllEnvs();
  mac.remove();
});

const ask = (timeoutMs = 600_000): Promise<boolean | undefined> =>
  asksForPassword({
    id: { file: join(mac.commands, 'id'), timeoutMs },
    security: { file: join(mac.commands, 'security'), timeoutMs },
  });

describe('asksForPassword', () => {
  it('knows an administrator who is not asked', async () => {
    expect(await ask()).toBe(false);
  });

  it('knows a standard user', async () => {
    mac.write({ ...mac.read(), user: 'standard' });
    expect(await ask()).toBe(true);
  });

  it('knows a Mac that asks administrators, too', async () => {
    mac.write({ ...mac.read(), asksAdministrators: true });
    expect(await ask()).toBe(true);
  });

  it('claims nothing when the commands do not answer', async () => {
    mac.write({ ...mac.read(), security: { hangs: true } });
    expect(await ask(1_000)).toBeUndefined();
    const nowhere = { file: '/nowhere/command', timeoutMs: 1_000 };
    expect(await asksForPassword({ id: nowhere, security: nowhere })).toBeUndefined();
  });
});
