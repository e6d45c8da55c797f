import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmulatedMac, emulateMac, type MacState } from '../../../../test/emulated-mac';
import { askKeychainState } from './keychain-state';

let mac: EmulatedMac;

beforeEach(() => {
  mac = emulateMac();
  vi.stubEnv('LATCHKEY_MAC_STATE', mac.env['LATCHKEY_MAC_STATE']);
});

afterEach(() => {
  vi.unstubAllEnvs();
  mac.remove();
});

const ask = (
  security: MacState['security'] = {},
  timeoutMs = 600_000,
): ReturnType<typeof askKeychainState> => {
  mac.write({ ...mac.read(), security });
  return askKeychainState({ file: join(mac.commands, 'security'), timeoutMs });
};

describe('askKeychainState', () => {
  it.each([
    ['open', 'open'],
    ['locked', 'locked'],
    ['cancelled', 'locked'],
    ['absent', 'absent'],
  ] as const)('takes %s for %s, whatever the language of the text', async (keychain, state) => {
    expect(await ask({ keychain })).toBe(state);
  });

  it('takes a Keychain whose password macOS is asking for as locked', async () => {
    expect(await ask({ keychain: 'asks' }, 500)).toBe('locked');
  });

  it('asks for the settings of the default Keychain alone: no entry, no secret, no password', async () => {
    await ask();
    expect(mac.calls()).toEqual([{ command: 'security', args: ['show-keychain-info'] }]);
  });

  it('claims nothing where there is no such command', async () => {
    expect(await askKeychainState({ file: '/nowhere/security', timeoutMs: 1_000 })).toBeUndefined();
  });
});
