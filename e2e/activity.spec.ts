import { expect, password, type Surroundings, test } from './fixtures';
import { Panel } from './panel';

const setUp = async (surroundings: Surroundings): Promise<Panel> =>
  Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);

const rows = 2_000;
const lanes = 20;

test('shows what was decided for each request, under load as well', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { page } = panel;
  await panel.go('Activity');
  // New rows wait while the pointer is in the list.
  await page.mouse.move(2, 2);
  let left = rows;
  const statuses = new Set<number>();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (left > 0) {
        left -= 1;
        statuses.add(await surroundings.fetchPage());
      }
    }),
  );
  expect([...statuses]).toEqual([200]);
  const list = page.getByRole('list', { name: 'Requests, newest first' });
  // They are of one host, and went the same way.
  const head = list.getByRole('listitem').first().getByRole('button').first();
  await expect(head).toContainText(/2,00\d requests · via 127\.0\.0\.1/);
  expect(await list.getByRole('listitem').count()).toBe(1);
  await head.click();
  const newest = page.getByRole('list', { name: 'The newest of them' });
  await expect(newest.getByRole('button')).toHaveCount(4);
  await expect(newest.getByRole('button').last()).toContainText(/[\d,]+ more since \d\d:\d\d/);
  await newest.getByRole('button').first().click();
  await panel.say('Route: company proxy');
  await panel.say('Answered 200');
  await panel
    .field('Filter by host, rule or status')
    .or(page.getByRole('searchbox'))
    .first()
    .fill('nothing.like.this');
  await panel.say('Nothing fits “nothing.like.this”');
  await panel.button('Clear the filter').click();
  await page.getByRole('radio', { name: 'Direct' }).click();
  await panel.say('Nothing of this kind');
  await page.getByRole('radio', { name: 'All' }).click();
  await panel.button('Pause').click();
  await panel.button('Copy the list').click();
  await expect
    .poll(async () => (await panel.app.ask('clipboard')).split('\n').length)
    .toBeGreaterThanOrEqual(rows);
  const copied = await panel.app.ask('clipboard');
  expect(copied).toContain(`127.0.0.1:${surroundings.origin.port}`);
  expect(copied).not.toMatch(/Authorization|NTLM TlRM/i);
});

test('makes a host direct from its row', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  expect(await surroundings.fetchPage()).toBe(200);
  await panel.go('Activity');
  const list = panel.page.getByRole('list', { name: 'Requests, newest first' });
  await list.getByRole('listitem').first().getByRole('button').first().click();
  await panel.button('Always direct…').click();
  // An address has no domain; what it covers is said before.
  await expect(panel.page.getByRole('radio', { name: /127\.0\.0\.1 [1-9]\d* today/ })).toBeChecked();
  await expect(panel.button('Always direct')).toBeFocused();
  await panel.page.keyboard.press('Escape');
  await expect(panel.button('Always direct…')).toBeFocused();
  await panel.page.keyboard.press('Enter');
  await panel.page.keyboard.press('Enter');
  // The row asks no more: the rule holds.
  await expect(panel.button('Always direct…')).toBeFocused();
  const pages = (): number => surroundings.proxy.requests.filter(({ method }) => method === 'GET').length;
  const before = pages();
  expect(await surroundings.fetchPage()).toBe(200);
  expect(pages()).toBe(before);
  // The pointer is in the list: new ones wait.
  await panel.button('1 new request').click();
  await expect(list.getByText(/direct, by 127\.0\.0\.1/)).toHaveCount(1);
});

test('keeps the button for new rows in place for whoever goes to it', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { page } = panel;
  expect(await surroundings.fetchPage()).toBe(200);
  await panel.go('Activity');
  const list = page.getByRole('list', { name: 'Requests, newest first' });
  const heads = list.getByRole('listitem').getByRole('button');
  await heads.first().hover();
  await surroundings.fetchPage();
  await panel.button('1 new request').hover();
  await surroundings.fetchPage();
  await panel.button('2 new requests').click();
  await expect(heads.first()).toContainText('3 requests');
  expect(await list.getByRole('button', { expanded: true }).count()).toBe(0);
  // The pointer is in the list still.
  await surroundings.fetchPage();
  await expect(panel.button('1 new request')).toBeVisible();
  // By the keys: the focus goes to the button and, with it gone, to the newest row.
  await heads.first().focus();
  await page.mouse.move(2, 2);
  await page.keyboard.press('Shift+Tab');
  await expect(panel.button('1 new request')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(heads.first()).toContainText('4 requests');
  await expect(heads.first()).toBeFocused();
});
