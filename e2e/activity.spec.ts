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
  await expect
    .poll(async () => Number(await list.getByRole('listitem').first().getAttribute('aria-setsize')))
    .toBeGreaterThanOrEqual(rows);
  // However many there are, only those that can be seen are drawn.
  expect(await list.getByRole('listitem').count()).toBeLessThan(60);
  await list.getByRole('listitem').first().getByRole('button').first().click();
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
  await panel.button('Always direct').click();
  const before = surroundings.proxy.requests.length;
  // While a row is open, new ones wait.
  const more = panel.page.getByRole('button', { name: /new requests?$/ });
  await expect
    .poll(async () => {
      await surroundings.fetchPage();
      if (await more.isVisible()) await more.click();
      return list.getByText(/direct, by 127\.0\.0\.1/).count();
    })
    .toBeGreaterThan(0);
  expect(await surroundings.fetchPage()).toBe(200);
  expect(surroundings.proxy.requests.length - before).toBeLessThanOrEqual(1);
});
