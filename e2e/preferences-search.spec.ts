import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppSettings } from '../src/shared/app-settings';
import { expect, password, type Surroundings, takePicture, test } from './fixtures';
import { Panel } from './panel';

const setUp = async (surroundings: Surroundings): Promise<Panel> =>
  Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);

const settings = async ({ directory }: Surroundings): Promise<AppSettings> =>
  JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as AppSettings;

test('the search looks in names, sections and values, and the keys lead on', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { page } = panel;
  await panel.go('Preferences');
  const field = page.getByRole('searchbox', { name: 'Search preferences' });
  await page.keyboard.press('Meta+f');
  await expect(field).toBeFocused();
  const hits = page.getByRole('region', { name: 'Found' }).getByRole('button');
  await page.keyboard.type('port');
  await expect(hits.first()).toContainText('Port and access');
  await expect(hits.filter({ hasText: 'SOCKS5 ports' })).toContainText('SOCKS and tunnels');
  await takePicture(panel.app, page, 'preferences-search-en-light');
  await page.keyboard.press('Escape');
  await expect(field).toHaveValue('');
  await expect(panel.headline).toHaveText('Preferences');
  // A value, and the page that it is on.
  await page.keyboard.type(String(surroundings.proxy.port));
  await expect(hits).toHaveCount(1);
  await expect(hits.first()).toContainText('Company proxies');
  await page.keyboard.press('Enter');
  await expect(panel.headline).toHaveText('Company proxies');
  await page.keyboard.press('Escape');
  await expect(panel.headline).toHaveText('Preferences');
  // Down leads into the rows, and up back to the field.
  await field.focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('button', { name: /^Company proxies/ })).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(field).toBeFocused();
  await page.keyboard.type('nothing of the kind');
  await panel.say('Nothing here is called “nothing of the kind”');
  await panel.button('Clear the search').click();
  await expect(field).toBeFocused();
});

test('the log tells everything for an hour, and the last lines are there to copy', async ({
  surroundings,
}) => {
  const panel = await setUp(surroundings);
  const { page, app } = panel;
  await panel.go('Preferences');
  await page.getByRole('button', { name: /^Log/ }).click();
  await page.getByRole('radio', { name: 'Everything, for an hour' }).click();
  await expect.poll(async () => (await settings(surroundings)).logLevel).toBe('debug');
  await panel.say(/^back to problems only at \d\d:\d\d$/);
  expect(await surroundings.fetchPage()).toBe(200);
  const lines = page.getByRole('region', { name: 'The last lines' });
  await expect(lines).toContainText(`127.0.0.1:${surroundings.origin.port}`);
  await takePicture(app, page, 'preferences-log-en-light');
  await panel.button('Copy lines').click();
  await expect.poll(() => app.ask('clipboard')).toContain(`127.0.0.1:${surroundings.origin.port}`);
  await page.getByRole('radio', { name: 'Problems only' }).click();
  await expect(page.getByText(/^back to problems only/)).toHaveCount(0);
});
