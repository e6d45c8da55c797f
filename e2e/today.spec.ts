import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { AppBridge } from '../src/shared/ipc';
import { wordsFor } from '../src/shared/words/words-for';
import { expect, password, type Surroundings, takePicture, test } from './fixtures';
import type { RunningApp } from './launch-app';
import { isOnHeadline, isOnToolTip, Panel } from './panel';

const setUp = async (surroundings: Surroundings): Promise<Panel> =>
  Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);

/** The lines of the day, newest first. */
async function titles(page: Page): Promise<readonly string[]> {
  return page.locator('.event-title').allTextContents();
}

/** Looks at the page in both themes, keeps a picture of each, and asks axe. */
async function look(app: RunningApp, page: Page, name: string): Promise<void> {
  await page.evaluate(() => {
    document.documentElement.dataset['material'] = 'solid';
  });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await takePicture(app, page, `${name}-${colorScheme}`);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id}: ${String(target)}`),
    );
    expect(found, `${name}, ${colorScheme}`).toEqual([]);
  }
}

test('tells what has happened today, names each logon, and leads to the requests', async ({
  surroundings,
}) => {
  const panel = await setUp(surroundings);
  const { app, page } = panel;
  for (let count = 0; count < 3; count += 1) expect(await surroundings.fetchPage()).toBe(200);
  await app.ask('power', { event: 'suspend' });
  await app.ask('power', { event: 'resume' });
  await expect.poll(() => surroundings.fetchPage()).toBe(200);
  await panel.go('Activity');
  await page.getByRole('radio', { name: 'Today' }).check({ force: true });
  await expect(page.getByRole('heading', { name: 'Traffic today' })).toBeVisible();
  await expect.poll(() => titles(page)).toContain('Asleep');
  const lines = await titles(page);
  expect(lines.slice(-3)).toEqual(['On the company network', 'Latchkey turned on', 'Signed in']);
  // That of set-up; whatever it took since is named as well.
  await expect(page.locator('.event').last()).toContainText('One logon to 127.0.0.1 as CORP\\alice');
  const sent = Number(await page.locator('.figures dd').last().locator('span').first().textContent());
  expect(sent).toBe(surroundings.proxy.logons.length);
  // VoiceOver: one image and a sentence each.
  await expect(
    page.getByRole('img', { name: /^Traffic today by the hour: .+, most between \d+ and \d+$/ }),
  ).toBeVisible();
  await expect(
    page.getByRole('img', { name: /^on the company network from \d\d:\d\d to \d\d:\d\d/ }),
  ).toBeVisible();
  const hosts = page.getByRole('list', { name: 'Most traffic' });
  await expect(hosts.getByRole('button')).toHaveCount(1);
  await hosts.getByRole('button', { name: /^127\.0\.0\.1 / }).click();
  await expect(page.getByRole('searchbox')).toHaveValue('127.0.0.1');
  await expect(page.locator('.entry-head').first()).toContainText('4 requests');
  // A line of the day shows what was under way then.
  await page.getByRole('radio', { name: 'Today' }).check({ force: true });
  await page.getByRole('button', { name: /^Asleep/ }).press('Enter');
  await expect(page.locator('.around')).toContainText(/From \d\d:\d\d to \d\d:\d\d/);
  await expect(page.getByRole('searchbox')).toHaveValue('');
  await expect(page.locator('.entry-head').first()).toContainText('4 requests');
  await panel.button('Show all times').click();
  await expect(page.locator('.around')).toHaveCount(0);
});

test('costs nothing while nothing happens, and is one stop of the Tab key', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { page } = panel;
  await panel.go('Activity');
  // Whatever is drawn anew touches the fields.
  const changes = (): Promise<number> =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let count = 0;
          const observer = new MutationObserver((records) => (count += records.length));
          const root = document.querySelector('#root');
          if (root === null) return;
          observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
          setTimeout(() => resolve(count), 2_500);
        }),
    );
  await expect.poll(changes).toBe(0);
  await page.getByRole('radio', { name: 'Today' }).check({ force: true });
  await expect(page.locator('.event').first()).toBeVisible();
  await expect.poll(changes).toBe(0);
  expect(await surroundings.fetchPage()).toBe(200);
  const hosts = page.getByRole('list', { name: 'Most traffic' });
  await expect(hosts.getByRole('button')).toHaveCount(1);
  const lines = page.locator('.event');
  await lines.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(lines.nth(1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(lines.last()).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(hosts.getByRole('button').last()).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(lines.last()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(lines.first()).toBeFocused();
});

test('knows the day again after a restart, and no path of it', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  expect(await surroundings.fetchPage()).toBe(200);
  expect(await panel.app.quit()).toBe(0);
  const restarted = await surroundings.launch();
  await expect.poll(async () => (await restarted.ask('tray')).toolTip).toMatch(isOnToolTip);
  const again = await Panel.open(restarted);
  await expect(again.headline).toHaveText(isOnHeadline);
  await again.go('Activity');
  await again.page.getByRole('radio', { name: 'Today' }).check({ force: true });
  await expect
    .poll(async () => (await titles(again.page)).toReversed())
    .toEqual(expect.arrayContaining(['Signed in', 'Latchkey turned on', 'Latchkey turned off']));
  await expect(again.page.getByRole('list', { name: 'Most traffic' }).getByRole('button')).toHaveCount(1);
  await again.button('Copy the day').click();
  await expect.poll(() => again.app.ask('clipboard')).toContain('Latchkey turned off');
  expect(await again.app.ask('clipboard')).not.toContain(password);
});

for (const language of ['en', 'de'] as const) {
  test(`can be read by everybody, in both themes: ${language}`, async ({ surroundings }) => {
    const words = wordsFor(language);
    const panel = await setUp(surroundings);
    const { app, page } = panel;
    for (let count = 0; count < 6; count += 1) expect(await surroundings.fetchPage()).toBe(200);
    await page.evaluate(async (chosen) => {
      const { latchkey } = window as unknown as { readonly latchkey: AppBridge };
      await latchkey.run({ kind: 'change-settings', patch: { language: chosen } });
    }, language);
    await panel.go(words.status.activity);
    const head = page.locator('.entry-head').first();
    await expect(head).toContainText(words.activity.requests(6));
    await head.click();
    await page.locator('.trace.newest button').first().click();
    await expect(page.getByText(words.activity.routes.upstream)).toBeVisible();
    await look(app, page, `activity-group-${language}`);
    await panel.button(words.activity.alwaysDirect).click();
    await expect(
      page.getByRole('radio', { name: `127.0.0.1 ${words.activity.coveredToday(6)}` }),
    ).toBeChecked();
    await look(app, page, `activity-always-direct-${language}`);
    await panel.button(words.common.cancel).click();
    await page.getByRole('radio', { name: words.today.today }).check({ force: true });
    await expect(page.locator('.event').first()).toBeVisible();
    await look(app, page, `today-${language}`);
    await page.locator('.event').last().press('Enter');
    await expect(page.locator('.around')).toBeVisible();
    await look(app, page, `activity-around-${language}`);
  });
}

test('wears the accent colour that the user has chosen, and follows him', async ({ surroundings }) => {
  const app = await surroundings.launch({ env: { STANDIN_ACCENT: 'f7821bff' } });
  test.skip(app.target !== 'standin', 'Electron has the accent colour of this machine');
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  const { page } = panel;
  const token = (name: string): Promise<string> =>
    page.evaluate((wanted) => getComputedStyle(document.documentElement).getPropertyValue(wanted), name);
  await expect(panel.mainSwitch).toHaveCSS('background-color', 'rgb(247, 130, 27)');
  expect(await token('--on-accent')).toBe('#000000');
  await takePicture(app, page, 'accent-orange');
  await app.ask('setAccentColor', { color: '953d96ff' });
  await expect(panel.mainSwitch).toHaveCSS('background-color', 'rgb(149, 61, 150)');
  expect(await token('--on-accent')).toBe('#ffffff');
  await takePicture(app, page, 'accent-purple');
});
