import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppSettings } from '../src/shared/app-settings';
import { expect, macEnvironment, password, type Surroundings, takePicture, test } from './fixtures';
import { Panel } from './panel';

test.use({ keepsWarm: true });

const settingsOf = async ({ directory }: Surroundings): Promise<AppSettings> =>
  JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as AppSettings;

test('Activity shows the requests that keep connections ready, and hides them', async ({ surroundings }) => {
  const heads = (): number => surroundings.proxy.requests.filter(({ method }) => method === 'HEAD').length;
  const app = await surroundings.launch();
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  expect(await surroundings.fetchPage()).toBe(200);
  await panel.go('Activity');
  await panel.page.mouse.move(2, 2);
  const list = panel.page.getByRole('list', { name: 'Requests, newest first' });
  const own = list.getByRole('listitem').filter({ hasText: 'Latchkey’s own: keeps a connection ready' });
  // However many there are, those for one address are one row.
  const many = own.filter({ hasText: /\d×/ }).first();
  await expect(many).toBeVisible();
  expect(await own.count()).toBeLessThan(4);
  await expect.poll(heads).toBeGreaterThan(3);
  await many.getByRole('button').first().click();
  await panel.say('So that the next program finds a connection that is signed in.');
  await panel.say(/\d+ requests since /);
  await expect(panel.button('Always direct…')).toHaveCount(0);
  await takePicture(app, panel.page, 'activity-own');
  // While a row is open the list stands still, whatever becomes of the row meanwhile.
  const before = heads();
  await surroundings.openTunnel();
  await expect.poll(heads).toBeGreaterThan(before);
  await surroundings.fetchPage();
  await expect(panel.page.getByRole('button', { name: /^\d+ new requests$/ })).toBeVisible();
  await expect(many.getByRole('button').first()).toHaveAttribute('aria-expanded', 'true');
  const shown = panel.button('Latchkey’s own requests');
  await expect(shown).toHaveAttribute('aria-pressed', 'true');
  await shown.click();
  await expect(own).toHaveCount(0);
  await expect(list.getByRole('listitem').first()).toContainText('2 requests');
  await shown.click();
  await expect(own.first()).toBeVisible();
});

test('a switch ends them while the app runs, and brings them back', async ({ surroundings }) => {
  const { proxy } = surroundings;
  const app = await surroundings.launch();
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  await surroundings.fetchPage();
  await expect.poll(() => proxy.openConnections).toBeGreaterThan(3);
  await panel.go('Preferences', 'Company proxies');
  const keepReady = panel.page.getByRole('switch', { name: 'Keep connections ready' });
  await expect(keepReady).toHaveAccessibleDescription(/open faster/);
  await expect(keepReady).toBeChecked();
  await takePicture(app, panel.page, 'keep-ready');
  await keepReady.click();
  await expect(keepReady).not.toBeChecked();
  await expect.poll(async () => (await settingsOf(surroundings)).keepsWarm).toBe(false);
  await expect.poll(() => proxy.openConnections).toBeLessThan(2);
  await keepReady.click();
  await expect(keepReady).toBeChecked();
  await surroundings.fetchPage();
  await expect.poll(() => proxy.openConnections).toBeGreaterThan(3);
});

test('there are none in Low Power Mode, from the moment when macOS tells', async ({ surroundings, mac }) => {
  const { proxy } = surroundings;
  const app = await surroundings.launch({ env: macEnvironment(mac) });
  await Panel.setUp(app, surroundings.proxyName, password);
  await surroundings.fetchPage();
  await expect.poll(() => proxy.openConnections).toBeGreaterThan(3);
  mac.write({ ...mac.read(), powerMode: 'low' });
  await app.ask('postLocalNotification', { event: 'NSProcessInfoPowerStateDidChangeNotification' });
  await expect.poll(() => proxy.openConnections).toBeLessThan(2);
  const logonCount = proxy.logons.length;
  expect([await surroundings.fetchPage(), await surroundings.fetchPage()]).toEqual([200, 200]);
  expect(proxy.logons.length - logonCount).toBeLessThan(2);
  mac.write({ ...mac.read(), powerMode: 'usual' });
  await app.ask('postLocalNotification', { event: 'NSProcessInfoPowerStateDidChangeNotification' });
  await expect
    .poll(async () => {
      await surroundings.fetchPage();
      return proxy.openConnections;
    })
    .toBeGreaterThan(3);
});
