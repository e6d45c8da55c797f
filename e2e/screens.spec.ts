import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { account, expect, password, takePicture, test } from './fixtures';
import type { RunningApp } from './launch-app';
import { Panel } from './panel';

const themes = ['light', 'dark'] as const;

/** What axe finds, as a line each. */
async function complaints(page: Page): Promise<string[]> {
  // Its second page, for frames, would be a window that the app knows nothing of.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${String(target)}`));
}

/** Looks at the screen as it is in both themes, and keeps a picture of each. */
async function look(app: RunningApp, page: Page, name: string, language: string): Promise<void> {
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    // What macOS shows through the panel is not here to be measured: the opaque colours take its place.
    await page.evaluate(() => {
      document.documentElement.dataset['material'] = 'solid';
    });
    await takePicture(app, page, `${name}-${language}-${theme}`);
    expect(await complaints(page), `${name}, ${language}, ${theme}`).toEqual([]);
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

test('every screen can be reached with the keyboard alone', async ({ surroundings }) => {
  const app = await surroundings.launch({ env: { LATCHKEY_CONF: '/nowhere/cntlm.conf' } });
  const page = await app.panel();
  const panel = new Panel(app, page);
  await expect(panel.field('Company proxy')).toBeFocused();
  await page.keyboard.type(surroundings.proxyName);
  await page.keyboard.press('Tab');
  await page.keyboard.type('CORP\\alice');
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await panel.say(/Signed in to/);
  await tabTo(page, 'Done');
  await page.keyboard.press('Enter');
  await expect(panel.headline).toHaveText('Latchkey is on');
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
    await expect(panel.headline).toHaveText('Latchkey is on');
    // The focus is back where it was.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(name);
  }
  await tabTo(page, 'Preferences');
  await page.keyboard.press('Enter');
  await expect(panel.headline).toHaveText('Preferences');
  for (const section of [
    'Company proxies',
    'No proxy for',
    'Port and access',
    'Password age',
    'Off network',
    'Advanced',
  ]) {
    await tabTo(page, section);
    await page.keyboard.press('Enter');
    await expect(panel.headline).toHaveText(section);
    await page.keyboard.press('Escape');
    await expect(panel.headline).toHaveText('Preferences');
  }
  await page.keyboard.press('Escape');
  await expect(panel.headline).toHaveText('Latchkey is on');
  await page.keyboard.press('Escape');
  await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
});

for (const [language, locale] of [
  ['en', 'en-US'],
  ['de', 'de-DE'],
] as const) {
  test(`axe finds nothing on any screen in either theme: ${language}`, async ({ surroundings }) => {
    const app = await surroundings.launch({
      language: locale,
      env: { LATCHKEY_CONF: '/nowhere/cntlm.conf' },
    });
    const page = await app.panel();
    await look(app, page, 'set-up', language);
    const fields = page.locator('input');
    await fields.nth(0).fill(surroundings.proxyName);
    await fields.nth(1).fill('CORP\\alice');
    await fields.nth(2).fill('not this one');
    await page.keyboard.press('Enter');
    await expect(page.locator('[aria-invalid=true]')).toBeVisible();
    await look(app, page, 'set-up-refused', language);
    await fields.nth(2).fill(password);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('switch').first()).toBeVisible();
    await look(app, page, 'set-up-ready', language);
    await page.getByRole('button').last().click();
    expect(await surroundings.fetchPage()).toBe(200);
    await look(app, page, 'status', language);
    for (const screen of ['activity', 'doctor', 'preferences']) {
      await page.locator(`[data-opens=${screen}]`).click();
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await look(app, page, screen, language);
      if (screen !== 'preferences') await page.keyboard.press('Escape');
    }
    const sections = page.locator('button.row[data-opens]');
    const count = await sections.count();
    expect(count).toBeGreaterThanOrEqual(6);
    for (let index = 0; index < count; index += 1) {
      const name = (await sections.nth(index).getAttribute('data-opens')) ?? String(index);
      await sections.nth(index).click();
      await look(app, page, name.replace('/', '-'), language);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('Escape');
    await page.locator('[role=switch]').first().click();
    await look(app, page, 'off', language);
    await page.locator('[role=switch]').first().click();
    surroundings.proxy.setPassword(account, 'new password');
    await expect.poll(() => surroundings.openTunnel().then(() => 'open', String)).toContain('502');
    await expect(page.locator('input[type=password]')).toBeVisible();
    await look(app, page, 'password-needed', language);
  });
}
