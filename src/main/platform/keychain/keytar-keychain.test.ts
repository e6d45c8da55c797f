import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type EmulatedMac, emulateMac } from '../../../../test/emulated-mac';
import type { KeychainError } from './keychain-error';
import { type Keytar, keytarKeychain, type KeytarKeychainOptions } from './keytar-keychain';
import type { Keychain } from '../ports';

let mac: EmulatedMac | undefined;

afterEach(() => {
  vi.unstubAllEnvs();
  mac?.remove();
  mac = undefined;
});

function memoryKeytar(): Keytar & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    getPassword: (service, account) => Promise.resolve(items.get(`${service}/${account}`) ?? null),
    setPassword: (service, account, password) => {
      items.set(`${service}/${account}`, password);
      return Promise.resolve();
    },
    deletePassword: (service, account) => Promise.resolve(items.delete(`${service}/${account}`)),
  };
}

/** A Keychain of which keytar says this. */
function refusing(message: string, options: KeytarKeychainOptions): Keychain {
  const refuse = (): Promise<never> => Promise.reject(new Error(message));
  const load = (): Promise<Keytar> =>
    Promise.resolve({ getPassword: refuse, setPassword: refuse, deletePassword: refuse });
  return keytarKeychain({ load, ...options });
}

/** A Mac whose Keychain is like this, to whoever asks its command. */
function onMac(keychain: 'open' | 'locked' | 'cancelled' | 'absent'): KeytarKeychainOptions {
  mac = emulateMac({ security: { keychain } });
  vi.stubEnv('LATCHKEY_MAC_STATE', mac.env['LATCHKEY_MAC_STATE']);
  return { platform: 'darwin', security: { file: join(mac.commands, 'security'), timeoutMs: 600_000 } };
}

const nowhere = { file: '/nowhere/security', timeoutMs: 1_000 };

async function refusal(keychain: Keychain): Promise<KeychainError> {
  return (await keychain.read('x').catch((error: unknown) => error)) as KeychainError;
}

describe('keytarKeychain', () => {
  it('reads, writes and removes under the service Latchkey', async () => {
    const keytar = memoryKeytar();
    const keychain = keytarKeychain({ load: () => Promise.resolve(keytar) });
    expect(await keychain.read('CORP\\alice')).toBeUndefined();
    await keychain.write('CORP\\alice', 'secret');
    expect([...keytar.items]).toEqual([['Latchkey/CORP\\alice', 'secret']]);
    expect(await keychain.read('CORP\\alice')).toBe('secret');
    expect(await keychain.remove('CORP\\alice')).toBe(true);
    expect(await keychain.remove('CORP\\alice')).toBe(false);
  });

  it.each([
    ['darwin', false],
    ['linux', true],
  ] as const)('says what to do on %s when keytar was not built', async (platform, needsLibsecret) => {
    const load = (): Promise<Keytar> => Promise.reject(new Error('Cannot find module'));
    const { code, message } = await refusal(keytarKeychain({ load, platform, security: nowhere }));
    expect(code).toBe('not-built');
    expect(message).toContain('`npm ci`');
    expect(/libsecret|linux/i.test(message)).toBe(needsLibsecret);
  });

  it('passes on why the Keychain said no, on one line', async () => {
    const keychain = refusing('Cannot autolaunch D-Bus\nwithout X11', { platform: 'linux' });
    await expect(keychain.write('x', 'secret')).rejects.toMatchObject({
      code: 'absent',
      message: 'the Keychain cannot be used: Cannot autolaunch D-Bus',
    });
  });

  it.each([
    ['User interaction is not allowed.', 'locked'],
    ['Cannot get secret of a locked object: Cannot create an item in a locked collection', 'locked'],
    ['The user name or passphrase you entered is not correct.', 'denied'],
    ['User canceled the operation.', 'denied'],
    ['The specified keychain could not be found.', 'absent'],
    ['No keychain is available. You may need to restart your computer.', 'absent'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'absent'],
    ['An unknown error occurred.', 'failed'],
  ])('takes %j for %s without asking anybody', async (message, code) => {
    expect(await refusal(refusing(message, { platform: 'linux', security: nowhere }))).toMatchObject({
      code,
    });
  });

  it.each([
    ['open', 'denied', 'Always Allow'],
    ['locked', 'locked', 'security unlock-keychain'],
    ['cancelled', 'locked', 'security unlock-keychain'],
    ['absent', 'absent', 'unbekannter Fehler'],
  ] as const)('knows a Keychain that is %s as %s on a German Mac', async (state, code, remedy) => {
    const error = await refusal(refusing('Ein unbekannter Fehler ist aufgetreten.', onMac(state)));
    expect(error).toMatchObject({ code, message: expect.stringContaining(remedy) as string });
    expect(mac?.calls()).toHaveLength(1);
  });

  it('does not have macOS ask the user once more for what keytar has said already', async () => {
    const error = await refusal(refusing('User canceled the operation.', onMac('locked')));
    expect(error.code).toBe('denied');
    expect(mac?.calls()).toEqual([]);
  });

  it('asks the user one thing at a time, and nothing twice', async () => {
    const asked: string[] = [];
    const answers: ((secret: string) => void)[] = [];
    const keytar: Keytar = {
      getPassword: (_service, account) => {
        asked.push(`read ${account}`);
        return new Promise((resolve) => answers.push(resolve));
      },
      setPassword: () => Promise.resolve(void asked.push('write')),
      deletePassword: () => Promise.resolve(asked.push('remove') > 0),
    };
    const keychain = keytarKeychain({ load: () => Promise.resolve(keytar) });
    expect(keychain.isWaiting).toBe(false);
    const reads = [keychain.read('alice'), keychain.read('alice')];
    const removed = keychain.remove('alice');
    await expect.poll(() => asked).toEqual(['read alice']);
    expect(keychain.isWaiting).toBe(true);
    answers[0]?.('secret');
    expect(await Promise.all(reads)).toEqual(['secret', 'secret']);
    expect(await removed).toBe(true);
    expect(asked).toEqual(['read alice', 'remove']);
    expect(keychain.isWaiting).toBe(false);
    // What was read once may have changed.
    const again = keychain.read('alice');
    await expect.poll(() => asked).toHaveLength(3);
    answers[1]?.('other');
    expect(await again).toBe('other');
  });

  it('says what keytar said where nothing can be told', async () => {
    const keychain = refusing('An unknown error occurred.', { platform: 'darwin', security: nowhere });
    expect(await refusal(keychain)).toMatchObject({
      code: 'failed',
      message: 'the Keychain cannot be used: An unknown error occurred.',
    });
  });
});
