import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { wordsFor } from '../src/shared/words/words-for';
import { cutTexts } from './cut-texts';
import { account, expect, macEnvironment, password, takeOutProxies, takePicture, test } from './fixtures';
import type { RunningApp } from './launch-app';
import { isOnHeadline, Panel } from './panel';

const themes = ['light', 'dark'] as const;

/** What axe finds, as a line each. */
async function complaints(page: Page): Promise<string[]> {
  // Its second page, for frames, would be a window that the app knows nothing of.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${String(target)}`));
}

const widths = [320, 480, 360];

/** Looks at the screen as it is in both themes, keeps a picture of each, and looks whether it fits narrower and wider. */
async function look(app: RunningApp, page: Page, name: string, language: string): Promise<void> {
  // What macOS shows through the panel is not here to be measured: the opaque colours take its place.
  await page.evaluate(() => {
    document.documentElement.dataset['material'] = 'solid';
  });
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await takePicture(app, page, `${name}-${language}-${theme}`);
    expect(await complaints(page), `${name}, ${language}, ${theme}`).toEqual([]);
  }
  if (app.target === 'electron') return;
  for (const width of widths) {
    await page.setViewportSize({ width, height: page.viewportSize()?.height ?? 560 });
    expect(await cutTexts(page), `${name}, ${language}, ${width} px wide`).toEqual([]);
  }
}

/** Presses Tab until the element with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement === document.body ? null : document.activeElement;
      const label = element?.getAttribute('aria-label') ?? element?.textContent ?? '';
      const own = element instanceof HTMLInputElement ? (element.labels?.[0]?.textContent ?? '') : '';
      return `${label} ${own}`;
    });
    if (focused.includes(name)) return;
  }
  throw new Error(`the keyboard does not lead to ${name}`);
}

test('every screen can be reached with the keyboard alone', async ({ surroundings, mac }) => {
  takeOutProxies(mac);
  const app = await surroundings.launch({ env: macEnvironment(mac) });
  const page = await app.panel();
  const panel = new Panel(app, page);
  await expect(panel.field('Company proxy')).toBeFocused();
  await page.keyboard.type(surroundings.proxyName);
  await page.keyboard.press('Tab');
  await page.keyboard.type('CORP\\alice');
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await expect(panel.button('Done')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel.headline).toHaveText(isOnHeadline);
  for (const [name, title] of [
    ['Change password…', 'Password'],
    ['Activity', 'Activity'],
    ['Doctor', 'Doctor'],
    ['Preferences', 'Preferences'],
  ] as const) {
    await tabTo(page, name);
    await page.keyboard.press('Enter');
    await expect(panel.headline).toHaveText(title);
    await page.keyboard.press('Escape');
    await expect(panel.headline).toHaveText(isOnHeadline);
    // The focus is back where it was.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(name);
  }
  await tabTo(page, 'Preferences');
  await page.keyboard.press('Enter');
  await expect(panel.headline).toHaveText('Preferences');
  for (const section of [
    'Company proxies',
    'PAC',
    'Sign-in',
    'No proxy for',
    'Port and access',
    'SOCKS and tunnels',
    'Headers',
    'Password age',
    'Off network',
    'This Mac',
    'Terminal',
    'Log',
    'Advanced',
  ]) {
    await tabTo(page, section);
    await page.keyboard.press('Enter');
    await expect(panel.headline).toHaveText(section);
    await page.keyboard.press('Escape');
    await expect(panel.headline).toHaveText('Preferences');
  }
  await page.keyboard.press('Escape');
  await expect(panel.headline).toHaveText(isOnHeadline);
  await page.keyboard.press('Escape');
  await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
});

for (const [language, locale] of [
  ['en', 'en-US'],
  ['de', 'de-DE'],
] as const) {
  const words = wordsFor(language);

  test(`axe finds nothing on any screen in either theme, and nothing is cut: ${language}`, async ({
    surroundings,
    mac,
  }) => {
    test.setTimeout(900_000);
    const keychain = join(surroundings.directory, 'keychain-says');
    takeOutProxies(mac);
    const app = await surroundings.launch({
      language: locale,
      env: { ...macEnvironment(mac), E2E_KEYCHAIN: keychain },
    });
    const page = await app.panel();
    const see = (name: string): Promise<void> => look(app, page, name, language);
    const open = (screen: string): Promise<void> => page.locator(`[data-opens=${screen}]`).first().click();
    const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
    const mainSwitch = page.getByRole('switch', { name: 'Latchkey', exact: true });

    await see('set-up');
    const fields = page.locator('input');
    await fields.nth(0).fill('proxy.corp');
    await fields.nth(1).fill('alice');
    await fields.nth(2).fill('not this one');
    await page.keyboard.press('Enter');
    await expect(page.locator('[aria-invalid=true]')).toHaveCount(2);
    await see('set-up-mistakes');
    await fields.nth(0).fill(surroundings.proxyName);
    await fields.nth(1).fill('CORP\\alice');
    await page.locator('input[type=password]').press('Enter');
    await expect(page.getByText(words.setUp.refused)).toBeVisible();
    await see('set-up-refused');
    // From here on the Keychain takes nothing.
    await writeFile(keychain, 'User canceled the operation.');
    await fields.nth(2).fill(password);
    await page.keyboard.press('Enter');
    await expect(button(words.common.done)).toBeVisible();
    // The pointer keeps what would close by itself.
    await page.mouse.move(20, 20);
    await see('set-up-ready');
    await button(words.common.done).click();
    await expect(page.getByText(words.status.keptForSession)).toBeVisible();
    expect(await surroundings.fetchPage()).toBe(200);
    await see('status-keychain');
    await button(words.common.dismiss).click();
    await see('status');
    for (const [place, name] of ['mac', 'latchkey', 'company-proxy', 'internet'].entries()) {
      await page.locator('button.node').nth(place).click();
      await see(`status-node-${name}`);
    }
    await page.keyboard.press('Escape');

    await open('activity');
    await see('activity');
    await page.locator('.entry-head').first().click();
    await expect(page.getByText(words.activity.routes.upstream)).toBeVisible();
    await see('activity-open');
    await page.getByRole('searchbox').fill('nothing.like.this');
    await expect(button(words.activity.clearFilter)).toBeVisible();
    await see('activity-nothing');
    await page.getByRole('searchbox').fill('');
    await page.keyboard.press('Escape');

    await open('doctor');
    await expect(button(words.doctor.signInOnce)).toBeVisible();
    await see('doctor-asking');
    await button(words.doctor.signInOnce).click();
    await expect(button(words.doctor.runAgain)).toBeVisible();
    await see('doctor-report');
    await page.keyboard.press('Escape');

    await open('password');
    await see('password');
    await page.keyboard.press('Escape');

    await open('preferences');
    await see('preferences');
    const sections = page.locator('button.row[data-opens]');
    const count = await sections.count();
    expect(count).toBeGreaterThanOrEqual(6);
    for (let index = 0; index < count; index += 1) {
      const section = (await sections.nth(index).getAttribute('data-opens'))?.split('/').at(-1);
      await sections.nth(index).click();
      await see(`preferences-${section}`);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('Escape');

    await mainSwitch.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(words.connection.off);
    await see('off');
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(surroundings.port, '127.0.0.1', resolve));
    await mainSwitch.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(words.connection.couldNotStart);
    await see('port-in-use');
    await new Promise((resolve) => squatter.close(resolve));
    await mainSwitch.click();
    await expect(page.getByText(surroundings.proxyName).first()).toBeVisible();

    surroundings.proxy.setPassword(account, 'new password');
    await expect.poll(() => surroundings.openTunnel().then(() => 'open', String)).toContain('502');
    await expect(page.locator('input[type=password]')).toBeVisible();
    await see('password-needed');
    await page.locator('input[type=password]').fill('nor this one');
    await page.keyboard.press('Enter');
    await expect(page.getByText(words.setUp.refused)).toBeVisible();
    await see('password-refused');
    await page.locator('input[type=password]').fill('new password');
    await page.keyboard.press('Enter');
    await expect(page.getByText(words.password.saved)).toBeVisible();
    await see('password-saved');
    await button(words.common.done).click();
    await surroundings.proxy.close();
    await expect.poll(() => surroundings.fetchPage()).toBe(200);
    await expect(button(words.status.checkAgain)).toBeVisible();
    await see('direct');
  });
}
