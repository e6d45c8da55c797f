import type { Page } from '@playwright/test';
import { account, expect, password, type Surroundings, test } from './fixtures';
import type { RunningApp } from './launch-app';
import { Panel } from './panel';

const newPassword = 'An0ther one';

const setUp = async (surroundings: Surroundings): Promise<Panel> =>
  Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);

async function hide({ app, page }: Panel): Promise<void> {
  await page.keyboard.press('Escape');
  await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
}

/** The directory knows another password from now on, and the company proxy says so. */
async function refuse(surroundings: Surroundings): Promise<void> {
  surroundings.proxy.setPassword(account, newPassword);
  await expect.poll(() => surroundings.openTunnel().then(() => 'open', String)).toContain('502');
}

/** What somebody types who does not look at the panel. */
async function typeOn(page: Page): Promise<void> {
  await page.keyboard.type('and so on, ');
  await page.keyboard.press('Enter');
}

const isVisible = (app: RunningApp): Promise<boolean> => app.ask('isPanelVisible');

test('a prompt for the password takes no keys, and nothing that is typed elsewhere is sent', async ({
  surroundings,
}) => {
  const panel = await setUp(surroundings);
  const { app, page } = panel;
  await hide(panel);
  await refuse(surroundings);
  await expect.poll(() => isVisible(app)).toBe(true);
  expect(await app.ask('isPanelFocused')).toBe(false);
  await panel.say(/New password for CORP\\alice/);
  const before = surroundings.proxy.logons.length;
  // Even if macOS gave it the keys.
  await typeOn(page);
  await expect(panel.password).toHaveValue('');
  await expect(panel.password).not.toBeFocused();
  expect(surroundings.proxy.logons).toHaveLength(before);
  await panel.password.click();
  await page.keyboard.type(newPassword);
  await page.keyboard.press('Enter');
  await panel.say('The company proxy accepts the password');
  expect(surroundings.proxy.logons).toHaveLength(before + 1);
});

test('who types in the panel does not find himself in the field of the password', async ({
  surroundings,
}) => {
  const panel = await setUp(surroundings);
  const { app, page } = panel;
  await panel.go('Preferences', 'No proxy for');
  await page.getByRole('textbox', { name: 'Try an address' }).click();
  await page.keyboard.type('wiki');
  await refuse(surroundings);
  await panel.say(/New password for CORP\\alice/);
  const before = surroundings.proxy.logons.length;
  await typeOn(page);
  await expect(panel.password).toHaveValue('');
  expect(surroundings.proxy.logons).toHaveLength(before);
  // The click on the notification is the user's: now he wants to type.
  await app.ask('clickNotification', { index: 1 });
  await expect(panel.password).toBeFocused();
  expect(await app.ask('isPanelFocused')).toBe(true);
});

test('a start whose password was refused comes up without the keys', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await refuse(surroundings);
  expect(await panel.app.quit()).toBe(0);
  const app = await surroundings.launch();
  const again = new Panel(app, await app.panel());
  await expect.poll(() => isVisible(app)).toBe(true);
  expect(await app.ask('isPanelFocused')).toBe(false);
  await expect(again.password).toBeVisible();
  await expect(again.password).not.toBeFocused();
});

test('the panel goes with the keys, and gives them back', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app, page } = panel;
  await test.step('another app becomes the active one', async () => {
    await app.ask('setAppActive', { isActive: true });
    await app.ask('setAppActive', { isActive: false });
    await expect.poll(() => isVisible(app)).toBe(false);
  });
  test.skip(app.target === 'electron', 'nobody makes an app the active one there');
  await test.step('Latchkey was the active one, as after a dialog', async () => {
    await Panel.open(app);
    await app.ask('setAppActive', { isActive: true });
    await hide(panel);
    expect(await app.ask('isAppActive')).toBe(false);
    await Panel.open(app);
    expect(await app.ask('isPanelFocused')).toBe(true);
  });
  await test.step('the page alone notices', async () => {
    await page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    // The window has the keys: it is old news.
    expect(await isVisible(app)).toBe(true);
  });
});

test('a click on the icon closes the panel, however long it is held', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app } = panel;
  await app.ask('pressTray', { ctrlKey: false });
  await expect.poll(() => isVisible(app)).toBe(false);
  // Longer than any click.
  await new Promise((resolve) => setTimeout(resolve, 700));
  await app.ask('releaseTray', { ctrlKey: false });
  expect(await isVisible(app)).toBe(false);
  await app.ask('clickTray', { ctrlKey: false });
  await expect.poll(() => isVisible(app)).toBe(true);
});
