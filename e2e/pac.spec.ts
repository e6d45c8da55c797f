import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCompanyProxy } from '../test/company-proxy/start-company-proxy';
import type { AppSettings } from '../src/shared/app-settings';
import { account, expect, password, type Surroundings, test } from './fixtures';
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
