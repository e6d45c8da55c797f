import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import type { AppSettings } from '../src/shared/app-settings';
import { freePorts } from '../test/servers/ports';
import { expect, password, type Surroundings, test } from './fixtures';
import { Panel } from './panel';

const settings = async ({ directory }: Surroundings): Promise<AppSettings> =>
  JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as AppSettings;

const setUp = async (surroundings: Surroundings): Promise<Panel> => {
  const panel = await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  await panel.go('Preferences');
  return panel;
};

/** Drags a row by its grip as far as another is below it. */
async function drag(row: Locator, onto: Locator): Promise<void> {
  const page = row.page();
  const [grip, target] = [await row.locator('.grip').boundingBox(), await onto.boundingBox()];
  if (grip === null || target === null) throw new Error('a row is not shown');
  const x = grip.x + grip.width / 2;
  await page.mouse.move(x, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(x, target.y + target.height / 2, { steps: 6 });
  await page.mouse.up();
}

test('access rules: put in order, and tried with an address', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('Port and access');
  await panel.page.getByRole('radio', { name: /^By rules/ }).click();
  const add = panel.field('Add rule, as in allow 10.1.0.0/16');
  const rules = ['allow 127.0.0.1', 'deny 10.1.0.0/16', 'allow 10.1.9.0/24'];
  for (const rule of rules) {
    await add.fill(rule);
    await add.press('Enter');
    await expect.poll(async () => (await settings(surroundings)).rules).toContain(rule);
  }
  const address = panel.field('Try an address');
  await address.fill('10.1.9.20');
  await panel.say('Denied, by rule 2');
  const list = panel.page.getByRole('list', { name: 'By rules, in order' });
  const rows = list.getByRole('listitem');
  await drag(rows.nth(2), rows.nth(1));
  await expect
    .poll(async () => (await settings(surroundings)).rules)
    .toEqual(['allow 127.0.0.1', 'allow 10.1.9.0/24', 'deny 10.1.0.0/16']);
  await panel.say('Allowed, by rule 2');
  await panel.button('Move deny 10.1.0.0/16 up').click();
  await panel.say('Denied, by rule 2');
  await address.fill('192.0.2.7');
  await panel.say('Allowed, as no rule fits');
  await address.fill('192.0.2.');
  await expect(panel.page.getByText('as no rule fits')).toBeHidden();
  expect(await surroundings.fetchPage()).toBe(200);
});

test('a SOCKS5 port says how many tunnels it has open', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const [port = 0] = await freePorts(1);
  await panel.go('SOCKS and tunnels');
  await panel.field('Add port, as in 1080').fill(String(port));
  await panel.field('Add port, as in 1080').press('Enter');
  await panel.say('This Mac, none open');
  const { port: originPort } = surroundings.origin;
  const socket = createConnection(port, '127.0.0.1');
  socket.write(Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, originPort >> 8, originPort & 255]));
  await panel.say('This Mac, 1 open');
  socket.destroy();
  await once(socket, 'close');
  await panel.say('This Mac, none open');
});

test('the time to wait off the network stands with its choice', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('Off network');
  await expect(panel.field('At most')).toBeHidden();
  await panel.page.getByRole('radio', { name: /^Wait/ }).click();
  const group = panel.page.getByRole('radiogroup');
  const field = group.getByLabel('At most');
  await field.fill('45');
  await field.press('Enter');
  await expect.poll(async () => (await settings(surroundings)).offNetworkWaitSeconds).toBe(45);
  await expect(panel.page.getByRole('radio', { name: /^Wait/ })).toBeChecked();
});
