import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CompanyProxy, startCompanyProxy } from '../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../test/company-proxy/start-origin';
import { type EmulatedMac, emulateMac } from '../../test/emulated-mac';
import { account, password, send } from '../../test/engine-fixture';
import { type Latchkey, startLatchkey } from '../../test/servers/start-latchkey';

let mac: EmulatedMac;
let origin: Origin;
let proxy: CompanyProxy;
let latchkey: Latchkey | undefined;

beforeEach(async () => {
  mac = emulateMac();
  origin = await startOrigin();
  proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
});

afterEach(async () => {
  await latchkey?.close();
  latchkey = undefined;
  await proxy.close();
  await origin.close();
  vi.unstubAllEnvs();
  mac.remove();
});

async function start(...args: readonly string[]): Promise<void> {
  const config = `Username ${account.user}\nDomain ${account.domain}\nPassword ${password}\nProxy ${proxy.host}:${proxy.port}\n`;
  latchkey = await startLatchkey({ config, keepsWarm: true, args: ['--verbose', ...args] });
}

const open = async (): Promise<number> =>
  (await send(latchkey?.port ?? 0, `http://127.0.0.1:${origin.port}/`)).status;
/** One after the other: a logon behind the first of them takes no longer than some. */
const openMany = async (): Promise<void> => {
  for (let left = 30; left > 0; left -= 1) expect(await open()).toBe(200);
};
const output = (): string => latchkey?.output() ?? '';

describe('latchkey run', () => {
  it('keeps connections ready, and says so when it is asked to tell everything', async () => {
    await start();
    expect(await open()).toBe(200);
    await expect.poll(() => proxy.openConnections).toBeGreaterThan(3);
    await expect
      .poll(output)
      .toMatch(
        /own request, keeps a connection to 127\.0\.0\.1:\d+ ready, with a logon: HEAD latchkey\.invalid:80 503/,
      );
    expect(output()).toContain(', to have a connection ready');
  });

  it('keeps none with --no-warm-connections', async () => {
    await start('--no-warm-connections');
    await openMany();
    expect(proxy.logons).toHaveLength(1);
    expect(output()).not.toContain('own request');
  });

  it('keeps none while the Mac saves its battery', async () => {
    mac.write({ ...mac.read(), powerMode: 'low' });
    for (const [name, value] of Object.entries(mac.env)) vi.stubEnv(name, value);
    await start();
    await openMany();
    await expect.poll(() => mac.calls()).toContainEqual({ command: 'pmset', args: ['-g'] });
    await openMany();
    expect(proxy.logons).toHaveLength(1);
    expect(output()).not.toContain('own request');
  });

  it('keeps them on a Mac that does not', async () => {
    for (const [name, value] of Object.entries(mac.env)) vi.stubEnv(name, value);
    await start();
    await expect
      .poll(async () => {
        await open();
        return output();
      })
      .toContain('own request');
  });
});
