import { describe, expect, it } from 'vitest';
import { type Keytar, keytarKeychain } from './keytar-keychain';

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

describe('keytarKeychain', () => {
  it('reads, writes and removes under the service Latchkey', async () => {
    const keytar = memoryKeytar();
    const keychain = keytarKeychain('Latchkey', () => Promise.resolve(keytar));
    expect(await keychain.read('CORP\\alice')).toBeUndefined();
    await keychain.write('CORP\\alice', 'secret');
    expect([...keytar.items]).toEqual([['Latchkey/CORP\\alice', 'secret']]);
    expect(await keychain.read('CORP\\alice')).toBe('secret');
    expect(await keychain.remove('CORP\\alice')).toBe(true);
    expect(await keychain.remove('CORP\\alice')).toBe(false);
  });

  it('says what to do when keytar is not there', async () => {
    const keychain = keytarKeychain('Latchkey', () => Promise.reject(new Error('Cannot find module')));
    await expect(keychain.read('x')).rejects.toMatchObject({
      code: 'absent',
      message: expect.stringContaining('install libsecret-1-dev') as string,
    });
  });

  it('passes on why the Keychain said no, on one line', async () => {
    const refuse = (): Promise<never> => Promise.reject(new Error('Cannot autolaunch D-Bus\nwithout X11'));
    const keychain = keytarKeychain('Latchkey', () =>
      Promise.resolve({ getPassword: refuse, setPassword: refuse, deletePassword: refuse }),
    );
    await expect(keychain.write('x', 'secret')).rejects.toMatchObject({
      code: 'refused',
      message: 'the Keychain cannot be used: Cannot autolaunch D-Bus',
    });
  });
});
