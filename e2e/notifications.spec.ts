import { account, expect, password, test } from './fixtures';
import type { RunningApp } from './launch-app';
import { introduction, isOnHeadline, Panel } from './panel';

const titles = async (app: RunningApp): Promise<string[]> =>
  (await app.ask('notifications')).map(({ title }) => title);

const menuOf = async (app: RunningApp): Promise<string[]> => {
  await app.ask('rightClickTray');
  // Without the lines between them.
  return (await app.ask('menu')).map(({ label }) => label).filter((label) => label !== '');
};

test('macOS is given its first notification at the end of set-up, and not before', async ({
  surroundings,
}) => {
  const app = await surroundings.launch();
  const panel = new Panel(app, await app.panel());
  await expect(panel.field('Company proxy')).toBeVisible();
  expect(await titles(app)).toEqual([]);
  await panel.fillSetUp(surroundings.proxyName, 'CORP\\alice', password);
  await panel.button('Done').click();
  await expect(panel.headline).toHaveText(isOnHeadline);
  expect(await titles(app)).toEqual([introduction]);
  await app.ask('blurPanel');
  await app.ask('clickNotification', { index: 0 });
  await expect.poll(() => app.ask('isPanelVisible')).toBe(true);
  await expect(panel.headline).toHaveText(isOnHeadline);
});

test('where there are no notifications the icon, its menu and the panel tell what they would have', async ({
  surroundings,
}) => {
  const app = await surroundings.launch({ env: { E2E_NOTIFICATIONS: 'failed' } });
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  const notice = panel.page.getByText('Notifications are off');
  // The first one fails while macOS still asks.
  await expect.poll(() => titles(app)).toEqual([introduction]);
  await expect(notice).toHaveCount(0);
  await panel.go('Preferences', 'Password age');
  await panel.field('Longest age').fill('5');
  await panel.field('Longest age').press('Enter');
  await expect(notice).toBeVisible();
  await expect.poll(async () => (await app.ask('tray')).image).toContain('trayAttentionTemplate');
  expect((await app.ask('tray')).toolTip).toContain('Your password expires in 5 days');
  expect((await menuOf(app)).slice(0, 2)).toEqual(['Your password expires in 5 days', 'Change password…']);
  await panel.go('Open Notifications…');
  expect(await app.ask('opened')).toEqual([
    'x-apple.systempreferences:com.apple.Notifications-Settings.extension',
  ]);
  await panel.back();
  await panel.back();
  await expect(notice).toBeVisible();
  await panel.go('Doctor');
  await panel.button('Skip').click();
  await panel.say('macOS does not show the notifications of Latchkey');
  await panel.back();
  // The user has allowed them, and tries.
  await app.ask('notificationsAre', { answer: 'shown' });
  await panel.button('Try again').click();
  await expect(notice).toHaveCount(0);
  await expect.poll(async () => (await app.ask('tray')).image).toContain('trayOnTemplate');
  expect(await titles(app)).toEqual([introduction, 'Your password expires in 5 days', introduction]);
});

test('a refused password is told by the menu as well', async ({ surroundings }) => {
  const app = await surroundings.launch();
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  await panel.page.keyboard.press('Escape');
  await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
  surroundings.proxy.setPassword(account, 'new password');
  await expect.poll(() => surroundings.openTunnel().then(() => 'open', String)).toContain('502');
  await expect.poll(() => app.ask('isPanelVisible')).toBe(true);
  expect((await menuOf(app)).slice(0, 2)).toEqual([
    'The company proxy no longer accepts this password',
    'Enter password…',
  ]);
  await app.ask('clickMenu', { label: 'Enter password…' });
  await expect(panel.password).toBeFocused();
  await expect.poll(() => app.ask('isPanelFocused')).toBe(true);
});

test('an icon that is in no menu bar is told by the doctor', async ({ surroundings }) => {
  const app = await surroundings.launch();
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  test.skip(app.target === 'electron', 'the menu bar of this machine places the icon');
  for (const isPlaced of [false, true]) {
    // As macOS 26 does it with an icon that is switched off.
    await app.ask('placeTray', { x: 1000, y: isPlaced ? 0 : 900, width: 30, height: 24 });
    await panel.go('Doctor');
    await panel.button('Skip').click();
    await expect(panel.button('Run again')).toBeVisible();
    const told = panel.page.getByText('macOS does not show the icon of Latchkey');
    await expect(told).toHaveCount(isPlaced ? 0 : 1);
    if (!isPlaced) await panel.go('Open Menu Bar…');
    await panel.back();
  }
  expect(await app.ask('opened')).toEqual([
    'x-apple.systempreferences:com.apple.ControlCenter-Settings.extension',
  ]);
});
