import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { AppSettings } from '../src/shared/app-settings';
import { cutTexts } from './cut-texts';
import { expect, macEnvironment, password, takePicture, test } from './fixtures';
import { Panel } from './panel';

/** What a page has room for when its text is as large as this, in per cent. */
const widths = [
  [100, 360],
  [150, 240],
  [200, 180],
] as const;

const label = 'a-very-long-label-of-a-host-that-nobody-would-like-to-type-in-63';
/** As long as a name of DNS may be. */
const longHost = [label, label, label, label].join('.').slice(0, 253);
const longUser = 'Wilhelmine-Annegret.von-und-zu-Oberunterammergau-Musterfrau'.repeat(5).slice(0, 255);

const longest: Partial<AppSettings> = {
  upstreams: [
    { host: longHost, port: 65_535 },
    { host: '127.0.0.1', port: 1 },
  ],
  account: { domain: 'A-DOMAIN-WITH-15', user: longUser },
  noProxy: [longHost, `*.${longHost.slice(0, 250)}`, '2001:db8:ffff:ffff:ffff:ffff:ffff:0/112'],
  access: 'rules',
  rules: ['allow 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 'deny 255.255.255.255/32'],
  tunnels: [`65535:${longHost}:65535`],
  headers: [`X-${'Long-'.repeat(10)}Header: ${'a value without a blank'.replaceAll(' ', '-').repeat(8)}`],
  workstation: 'A'.repeat(63),
};

/** Where there is more than can be seen: the page shows that with a fade, and few lists of their own may have some. */
function hiddenRows(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('#root *')].flatMap((element) => {
      const { overflowY } = getComputedStyle(element);
      if (
        overflowY === 'visible' ||
        overflowY === 'clip' ||
        element.matches('input, .log-lines, .diff, .hidden')
      )
        return [];
      const hasMore = element.scrollHeight - element.clientHeight - element.scrollTop > 1;
      const shows = element.matches('.body') ? element.classList.contains('more') : false;
      return hasMore === shows ? [] : [`more is not shown: ${element.className} ${element.scrollHeight}`];
    }),
  );
}

/** Looks at a page with each size of text. Returns what is wrong with it, a line each. */
async function look(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const [size, width] of widths) {
    await page.evaluate(async (wanted) => {
      document.body.style.width = `${wanted}px`;
      // Whoever observes sizes is told in the frame after the next.
      for (let frame = 0; frame < 3; frame += 1)
        await new Promise((resolve) => {
          requestAnimationFrame(resolve);
        });
    }, width);
    const lookOnce = async (): Promise<string[]> => [
      ...(await cutTexts(page, width)),
      ...(await hiddenRows(page)),
    ];
    let wrong = await lookOnce();
    // What the window or its page has not come to yet counts for nothing; what is wrong stays so.
    for (let tries = 0; tries < 100 && wrong.length > 0; tries += 1) {
      await delay(100);
      wrong = await lookOnce();
    }
    found.push(...wrong.map((line) => `${name}, ${size} %: ${line}`));
  }
  await page.evaluate(() => {
    document.body.style.width = '';
  });
  return found;
}

for (const [language, locale] of [
  ['en', 'en-US'],
  ['de', 'de-DE'],
] as const) {
  test(`no text is cut and no row hidden, with the longest names and large text: ${language}`, async ({
    surroundings,
    mac,
  }) => {
    test.setTimeout(300_000);
    const found: string[] = [];
    const file = join(surroundings.directory, 'settings.json');
    const app = await surroundings.launch({ env: macEnvironment(mac) });
    // Set up first: the names are longer than a password can be kept for.
    await Panel.setUp(app, surroundings.proxyName, password);
    await app.quit();
    const before = JSON.parse(await readFile(file, 'utf8')) as AppSettings;
    await writeFile(file, JSON.stringify({ ...before, ...longest }));
    const again = await surroundings.launch({ language: locale, env: macEnvironment(mac) });
    // Without a hash for that account it asks for the password by itself.
    const page = await again.panel();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect(page.locator('input[type=password]')).toBeVisible();
    found.push(...(await look(page, 'password')));
    await takePicture(again, page, `long-password-${language}`);
    await page.keyboard.press('Escape');
    await expect(page.locator('button.node').first()).toBeVisible();
    found.push(...(await look(page, 'status')));
    await takePicture(again, page, `long-status-${language}`);
    const nodes = page.locator('button.node');
    for (let index = 0; index < (await nodes.count()); index += 1) {
      await nodes.nth(index).click();
      found.push(...(await look(page, `node ${index}`)));
    }
    await page.keyboard.press('Escape');
    await page.locator('[data-opens=preferences]').first().click();
    await expect(page.getByRole('searchbox')).toBeVisible();
    found.push(...(await look(page, 'preferences')));
    await takePicture(again, page, `long-preferences-${language}`);
    await page.getByRole('searchbox').fill('a-very-long');
    found.push(...(await look(page, 'search')));
    await takePicture(again, page, `long-search-${language}`);
    await page.getByRole('searchbox').fill('');
    const rows = page.locator('button.row[data-opens]');
    const count = await rows.count();
    expect(count).toBeGreaterThan(10);
    for (let index = 0; index < count; index += 1) {
      const section = (await rows.nth(index).getAttribute('data-opens'))?.split('/').at(-1) ?? '';
      await rows.nth(index).click();
      await expect(page.locator('.bar h1')).toBeVisible();
      found.push(...(await look(page, section)));
      await takePicture(again, page, `long-${section}-${language}`);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('searchbox')).toBeVisible();
    }
    expect(found).toEqual([]);
  });
}
