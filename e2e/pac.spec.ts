import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startCompanyProxy } from '../test/company-proxy/start-company-proxy';
import type { AppSettings } from '../src/shared/app-settings';
import { account, expect, macEnvironment, password, type Surroundings, takePicture, test } from './fixtures';
import { Panel } from './panel';

const settings = async ({ directory }: Surroundings): Promise<AppSettings> =>
  JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as AppSettings;

/** A PAC in the folder of the spec. */
async function writePac({ directory }: Surroundings, answer: string): Promise<string> {
  const file = join(directory, 'proxy.pac');
  await writeFile(file, `function FindProxyForURL(url, host) { return "${answer}"; }`);
  return file;
}

test('a PAC is set up, and the company proxies that it names are agreed to with it', async ({
  surroundings,
}) => {
  const file = await writePac(surroundings, `PROXY ${surroundings.proxyName}`);
  const app = await surroundings.launch();
  const panel = new Panel(app, await app.panel());
  await panel.field('Company proxy').fill(file);
  await panel.say(`It names ${surroundings.proxyName}.`);
  await panel.fillSetUp(file, 'CORP\\alice', password);
  await panel.say(`Signed in to ${surroundings.proxyName} as CORP\\alice`);
  const { host, port } = surroundings.proxy;
  expect(await settings(surroundings)).toMatchObject({ pac: file, upstreams: [{ host, port }] });
  expect(await surroundings.fetchPage()).toBe(200);
  await panel.button('Done').click();
  await panel.go('Activity');
  await panel.page.locator('.entry-head').first().click();
  await panel.say(`PROXY ${surroundings.proxyName}`);
});

test('a company proxy that the PAC names anew is asked about, and gets no sign-in before', async ({
  surroundings,
}) => {
  const other = await startCompanyProxy({ accounts: [{ ...account, password }] });
  try {
    const panel = await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
    const file = await writePac(surroundings, `PROXY localhost:${other.port}`);
    await panel.go('Preferences', 'PAC');
    await panel.page.getByRole('radio', { name: 'By a PAC' }).check();
    await panel.field('URL or file of the PAC').fill('proxy.pac');
    await panel.field('URL or file of the PAC').press('Enter');
    await panel.say('Give a URL without a password, or the whole path of a file.');
    await panel.field('URL or file of the PAC').fill(file);
    await panel.field('URL or file of the PAC').press('Enter');
    await panel.say(new RegExp(`${file}, read .* ago`));
    expect(await surroundings.fetchPage()).toBe(502);
    await panel.back();
    await panel.go('No proxy for');
    await panel.field('Try an address').fill('elsewhere.test');
    await panel.say(`as the PAC says PROXY localhost:${other.port}`);
    await panel.back();
    await panel.back();
    await panel.say(`The PAC names localhost:${other.port}.`);
    expect(other.logons).toEqual([]);
    await panel.button('Agree').click();
    await expect.poll(async () => (await settings(surroundings)).upstreams).toHaveLength(2);
    await expect(panel.button('Agree')).toBeHidden();
    expect(await surroundings.fetchPage()).toBe(200);
    expect(other.logons.map(({ accepted }) => accepted)).not.toContain(false);
  } finally {
    await other.close();
  }
});

test('a Mac whose company hands out a PAC is set up with two clicks, an account and a password', async ({
  surroundings,
  mac,
}) => {
  const server = createServer((_request, response) => {
    response.end(`function FindProxyForURL() { return "PROXY ${surroundings.proxyName}"; }`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // By a name that is not this Mac's own: such a PAC would be Latchkey's.
  const url = `http://[::ffff:127.0.0.1]:${(server.address() as AddressInfo).port}/proxy.pac`;
  const off = { isOn: false, host: '', port: 0, isAuthenticated: false };
  mac.change('Wi-Fi', {
    web: off,
    secureWeb: off,
    socks: off,
    pac: { isOn: true, url },
    isAutoDiscovering: false,
  });
  try {
    const app = await surroundings.launch({ env: macEnvironment(mac) });
    const panel = new Panel(app, await app.panel());
    const { page } = panel;
    await expect(page.getByRole('radio', { name: 'This Mac’s PAC' })).toBeChecked();
    await page.evaluate(() => {
      const counted = globalThis as { clicks?: number };
      counted.clicks = 0;
      addEventListener(
        'click',
        (event) => (counted.clicks = (counted.clicks ?? 0) + (event.detail > 0 ? 1 : 0)),
        true,
      );
    });
    await panel.button('Continue').click();
    await panel.say(
      `It names ${surroundings.proxyName}. By Check and save you agree that they get the sign-in.`,
    );
    await expect(panel.field('Account')).toBeFocused();
    await page.keyboard.type('CORP\\alice');
    await page.keyboard.press('Tab');
    await expect(panel.password).toBeFocused();
    await page.keyboard.type(password);
    await takePicture(app, page, 'set-up-mac-pac');
    expect(surroundings.proxy.logons).toEqual([]);
    await panel.button('Check and save').click();
    await panel.say(/goes through Latchkey/);
    expect(await page.evaluate(() => (globalThis as { clicks?: number }).clicks)).toBe(2);
    const { host, port } = surroundings.proxy;
    expect(await settings(surroundings)).toMatchObject({
      pac: 'mac',
      upstreams: [{ host, port }],
      isOn: true,
    });
    expect(await surroundings.fetchPage()).toBe(200);
    expect(surroundings.proxy.logons.map(({ accepted }) => accepted)).not.toContain(false);
  } finally {
    server.close();
  }
});
