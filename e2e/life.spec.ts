import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type AppSettings, defaultAppSettings } from '../src/shared/app-settings';
import type { Command } from '../src/shared/command';
import type { AppBridge } from '../src/shared/ipc';
import { startCompanyProxy } from '../test/company-proxy/start-company-proxy';
import { account, answersThroughTunnel, expect, password, type Surroundings, test } from './fixtures';
import type { RunningApp } from './launch-app';
import { isOnHeadline, isOnToolTip, Panel } from './panel';

const setUp = async (surroundings: Surroundings): Promise<Panel> =>
  Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);

const refusals = ({ proxy }: Surroundings): number => proxy.logons.filter(({ accepted }) => !accepted).length;

const settingsOf = async ({ directory }: Surroundings): Promise<AppSettings> =>
  JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as AppSettings;

const closing = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined).once('close', () => resolve());
  });

/** Runs a command as the panel's page does. */
const run = (page: Page, command: Command): ReturnType<AppBridge['run']> =>
  page.evaluate(
    (sent) => (globalThis as unknown as { latchkey: AppBridge }).latchkey.run(sent),
    command,
  ) as ReturnType<AppBridge['run']>;

async function showsInTray(app: RunningApp, image: string, toolTip: string | RegExp): Promise<void> {
  await expect.poll(async () => (await app.ask('tray')).image).toContain(image);
  expect((await app.ask('tray')).toolTip).toEqual(
    typeof toolTip === 'string' ? expect.stringContaining(toolTip) : expect.stringMatching(toolTip),
  );
}

async function hide({ app, page }: Panel): Promise<void> {
  await page.keyboard.press('Escape');
  await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
}

test('off ends what is open, and stays off over a restart', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app } = panel;
  await showsInTray(app, 'trayOnTemplate', `Signed in to ${surroundings.proxyName} as CORP\\alice`);
  const closed = closing(await surroundings.openTunnel());
  await panel.mainSwitch.click();
  await closed;
  await showsInTray(app, 'trayOffTemplate', 'Latchkey is off');
  expect(await app.quit()).toBe(0);
  const again = await surroundings.launch();
  await showsInTray(again, 'trayOffTemplate', 'Latchkey is off');
  await expect(surroundings.fetchPage()).rejects.toThrow('ECONNREFUSED');
  await again.ask('rightClickTray');
  await again.ask('clickMenu', { label: 'Turn on' });
  await expect.poll(() => surroundings.fetchPage().catch(String)).toBe(200);
  await showsInTray(again, 'trayOnTemplate', isOnToolTip);
  await again.ask('rightClickTray');
  expect((await again.ask('menu')).map(({ label }) => label)).not.toContain('Turn on');
  expect(refusals(surroundings)).toBe(0);
});

test('follows what System Settings say of opening at login', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app } = panel;
  test.skip(app.target === 'electron', 'an app that is not packaged has no login item');
  const toggle = panel.page.getByRole('switch', { name: 'Open at login' });
  const approval = panel.page.getByText('Needs your approval in System Settings');
  await toggle.click();
  await expect(toggle).toBeChecked();
  for (const [status, isChecked, needsApproval] of [
    ['not-registered', false, 0],
    ['requires-approval', true, 1],
    ['enabled', true, 0],
    ['not-found', false, 0],
    ['requires-approval', true, 1],
  ] as const) {
    await hide(panel);
    await app.ask('setLoginItemStatus', { status });
    await Panel.open(app);
    await expect(toggle).toBeChecked({ checked: isChecked });
    await expect(approval).toHaveCount(needsApproval);
  }
  await toggle.click();
  await expect(toggle).not.toBeChecked();
  expect(await app.ask('loginItem')).toBe('not-registered');
});

test('the panel comes with the icon and with activation, and goes with both Escape and the icon', async ({
  surroundings,
}) => {
  const panel = await setUp(surroundings);
  const { app, page } = panel;
  const isVisible = (): Promise<boolean> => app.ask('isPanelVisible');
  await panel.go('Preferences');
  await page.keyboard.press('Escape');
  // A page deeper, Escape leads back first.
  await expect(panel.headline).toHaveText(isOnHeadline);
  expect(await isVisible()).toBe(true);
  await hide(panel);
  await app.ask('activate');
  await expect.poll(isVisible).toBe(true);
  await app.ask('clickTray', { ctrlKey: false });
  await expect.poll(isVisible).toBe(false);
  await app.ask('secondInstance');
  await expect.poll(isVisible).toBe(true);
  // It is shown already: both leave it.
  await app.ask('secondInstance');
  await app.ask('activate');
  expect(await isVisible()).toBe(true);
  await expect(panel.headline).toHaveText(isOnHeadline);
});

test('a second Latchkey ends at once', async ({ surroundings }) => {
  const first = await surroundings.launch();
  test.skip(first.target === 'electron', 'Playwright cannot drive an app that ends at once');
  const second = await surroundings.launch({ env: { STANDIN_SECOND_INSTANCE: '1' } });
  expect(await second.ended).toBe(0);
  expect(second.output()).toBe('');
});

test('copies terminal commands for the shell of the user, and never over what he is copying', async ({
  surroundings,
}) => {
  const app = await surroundings.launch({ env: { SHELL: '/opt/homebrew/bin/fish' } });
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  const { page } = panel;
  const clipboard = (): Promise<string> => app.ask('clipboard');
  await run(page, { kind: 'copy-text', text: 'of another program' });
  await panel.go('Preferences', 'Advanced');
  await page.getByRole('textbox', { name: /^Workstation name/ }).press('Meta+c');
  // The panel's commands arrive in order: had the key sent one, it would have been carried out by now.
  await run(page, { kind: 'try-address', address: 'example.com' });
  expect(await clipboard()).toBe('of another program');
  await panel.back();
  await panel.back();
  await page.getByText(`Signed in to ${surroundings.proxyName}`).first().selectText();
  await page.keyboard.press('Meta+c');
  await run(page, { kind: 'try-address', address: 'example.com' });
  expect(await clipboard()).not.toContain('http_proxy');
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await page.keyboard.press('Meta+c');
  await expect.poll(clipboard).toContain(`set -gx http_proxy 'http://127.0.0.1:${surroundings.port}'`);
  await panel.say('Copied. Paste it in a terminal.');
});

for (const [how, quit] of [
  ['Command-Q', ({ page }: Panel) => page.keyboard.press('Meta+q')],
  [
    'the menu',
    async ({ app }: Panel) => {
      await app.ask('rightClickTray');
      await app.ask('clickMenu', { label: 'Quit Latchkey' });
    },
  ],
  ['a signal of the system', ({ app }: Panel) => process.kill(app.pid, 'SIGTERM')],
] as const) {
  test(`${how} quits in order, with tunnels open and a sign-in under way`, async ({ surroundings }) => {
    const panel = await setUp(surroundings);
    const tunnels = [
      await surroundings.openTunnel(),
      await surroundings.openTunnel(),
      await surroundings.openTunnel(),
    ];
    const closed = tunnels.map(closing);
    // The company proxy never answers this one: nobody may wait for it.
    surroundings.proxy.misbehave({ silentAt: 'type-3' });
    const before = surroundings.proxy.challengeCount;
    const pending = surroundings.openTunnel().then(() => 'open', String);
    await expect.poll(() => surroundings.proxy.challengeCount).toBeGreaterThan(before);
    await quit(panel);
    expect(await panel.app.ended).toBe(0);
    await Promise.all(closed);
    expect(await pending).not.toBe('open');
    await expect(surroundings.fetchPage()).rejects.toThrow('ECONNREFUSED');
    expect(panel.app.output()).not.toMatch(/error/i);
  });
}

test('a crash costs nothing but the open tunnels', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('Preferences', 'Password age');
  await panel.field('Longest age').fill('90');
  await panel.field('Longest age').press('Enter');
  await expect.poll(async () => (await settingsOf(surroundings)).maxPasswordAgeDays).toBe(90);
  const before = await settingsOf(surroundings);
  process.kill(panel.app.pid, 'SIGKILL');
  await panel.app.ended;
  const logons = surroundings.proxy.logons.length;
  const again = await surroundings.launch();
  await expect.poll(() => surroundings.fetchPage().catch(String)).toBe(200);
  expect(await settingsOf(surroundings)).toEqual(before);
  expect(surroundings.proxy.logons).toHaveLength(logons + 1);
  expect(refusals(surroundings)).toBe(0);
  expect(await again.ask('notifications')).toEqual([]);
  const panelAgain = await Panel.open(again);
  await expect(panelAgain.headline).toHaveText(isOnHeadline);
  await panelAgain.go('Preferences', 'Password age');
  await expect(panelAgain.field('Longest age')).toHaveValue('90');
});

test('one damaged setting costs no other', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  expect(await panel.app.quit()).toBe(0);
  const file = join(surroundings.directory, 'settings.json');
  const damaged = JSON.stringify({ ...(await settingsOf(surroundings)), remindDays: 'soon', noProxy: 7 });
  await writeFile(file, damaged);
  const app = await surroundings.launch();
  await showsInTray(app, 'trayOnTemplate', isOnToolTip);
  const again = await Panel.open(app);
  const kept = join(surroundings.directory, 'settings.damaged-1.json');
  await again.say(`It was kept as ${kept}`);
  expect(await readFile(kept, 'utf8')).toBe(damaged);
  await again.button('Dismiss').click();
  await expect(again.page.getByText('It was kept as')).toHaveCount(0);
  await again.go('Preferences', 'Password age');
  await expect(again.field('Remind me')).toHaveValue(String(defaultAppSettings.remindDays));
  await again.field('Remind me').fill('3');
  await again.field('Remind me').press('Enter');
  // Everything is in the file again, with what was not damaged and what was usual.
  await expect
    .poll(() => settingsOf(surroundings).catch(() => undefined))
    .toMatchObject({
      account,
      port: surroundings.port,
      isOn: true,
      noProxy: defaultAppSettings.noProxy,
      remindDays: 3,
    });
});

test('without its Keychain it says so, and keeps the password until it quits', async ({ surroundings }) => {
  test.skip(process.platform !== 'linux', 'a Mac has a Keychain');
  const panel = await setUp(surroundings);
  expect(await panel.app.quit()).toBe(0);
  for (const start of ['the first', 'the next']) {
    await test.step(`${start} start without it`, async () => {
      const logons = surroundings.proxy.logons.length;
      const app = await surroundings.launch({
        env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' },
      });
      const asked = new Panel(app, await app.panel());
      await asked.say(/^The Keychain gave an error: /);
      await showsInTray(app, 'trayAttentionTemplate', 'The Keychain does not answer');
      await expect(asked.password).toBeVisible();
      expect(surroundings.proxy.logons).toHaveLength(logons);
      await asked.password.fill(password);
      await asked.button('Keep until Latchkey quits').click();
      await asked.say('The company proxy accepts the password');
      await asked.say('Kept until Latchkey quits');
      await showsInTray(app, 'trayOnTemplate', isOnToolTip);
      expect(await surroundings.fetchPage()).toBe(200);
      expect(surroundings.proxy.logons.length).toBe(logons + 1);
      expect(await app.quit()).toBe(0);
    });
  }
  expect(refusals(surroundings)).toBe(0);
  // With the Keychain back nobody is asked.
  const app = await surroundings.launch();
  await expect.poll(() => surroundings.fetchPage().catch(String)).toBe(200);
  expect(await app.ask('isPanelVisible')).toBe(false);
});

test('a port that was taken meanwhile is given up for a free one', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  expect(await panel.app.quit()).toBe(0);
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(surroundings.port, '127.0.0.1', resolve));
  try {
    const app = await surroundings.launch();
    await showsInTray(app, 'trayAttentionTemplate', 'Latchkey could not start');
    const again = await Panel.open(app);
    await again.say(new RegExp(`^Port ${surroundings.port} is in use by another program`));
    const button = again.page.getByRole('button', { name: /^Use port \d+$/ });
    const port = Number((await button.textContent())?.replace(/\D/g, ''));
    await button.click();
    await expect(again.headline).toHaveText(isOnHeadline);
    expect(await surroundings.fetchPage(port)).toBe(200);
    expect((await settingsOf(surroundings)).port).toBe(port);
    await again.go('Copy terminal commands');
    await expect.poll(() => app.ask('clipboard')).toContain(`http://127.0.0.1:${port}`);
  } finally {
    await new Promise((resolve) => squatter.close(resolve));
  }
});

test('a start that failed can be tried again', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.mainSwitch.click();
  await expect(panel.headline).toHaveText('Latchkey is off');
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(surroundings.port, '127.0.0.1', resolve));
  await panel.mainSwitch.click();
  await expect(panel.headline).toHaveText('Latchkey could not start');
  await expect(panel.mainSwitch).not.toBeChecked();
  await new Promise((resolve) => squatter.close(resolve));
  await panel.mainSwitch.click();
  await expect(panel.headline).toHaveText(isOnHeadline);
  expect(await surroundings.fetchPage()).toBe(200);
});

test('sleeps in the office and wakes up elsewhere', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app } = panel;
  const tunnel = await surroundings.openTunnel();
  await app.ask('power', { event: 'suspend' });
  await app.ask('power', { event: 'resume' });
  expect(await answersThroughTunnel(tunnel)).toBe(true);
  expect(await surroundings.fetchPage()).toBe(200);
  await app.ask('power', { event: 'suspend' });
  await surroundings.proxy.close();
  await app.ask('power', { event: 'resume' });
  // With no company proxy about, it goes direct.
  await expect.poll(() => surroundings.fetchPage()).toBe(200);
  await panel.say('Off the company network: going direct');
  await app.ask('power', { event: 'suspend' });
  const { port } = surroundings.proxy;
  const back = await startCompanyProxy({ accounts: [{ ...account, password }], port });
  try {
    await app.ask('power', { event: 'resume' });
    await panel.say(`Using ${surroundings.proxyName}`);
    expect(await surroundings.fetchPage()).toBe(200);
    await panel.say(`Signed in to ${surroundings.proxyName} as CORP\\alice`);
    expect(back.logons.map(({ accepted }) => accepted)).toEqual([true]);
  } finally {
    await back.close();
  }
});

test('a password is changed elsewhere without a refused logon', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app, page } = panel;
  const tunnel = await surroundings.openTunnel();
  await panel.go('Change password…');
  await page.getByRole('switch', { name: 'Pause sign-in' }).click();
  await expect.poll(async () => (await app.ask('tray')).toolTip).toContain('Sign-in is paused');
  surroundings.proxy.setPassword(account, 'new password');
  const logons = surroundings.proxy.logons.length;
  // A browser that asks meanwhile is kept waiting, and is served once there is a password.
  const waiting = surroundings.openTunnel();
  await panel.password.fill('new password');
  await panel.button('Check and save').click();
  await panel.say('The company proxy accepts the password');
  expect(await answersThroughTunnel(await waiting)).toBe(true);
  expect(await answersThroughTunnel(tunnel)).toBe(true);
  expect(surroundings.proxy.logons.length).toBeGreaterThan(logons);
  expect(refusals(surroundings)).toBe(0);
  await panel.button('Done').click();
  await expect(panel.headline).toHaveText(isOnHeadline);
  expect(await app.quit()).toBe(0);
  // The new hash is in the Keychain.
  const again = await surroundings.launch({ env: { E2E_OPENED_AT_LOGIN: '1' } });
  await expect.poll(() => surroundings.fetchPage().catch(String)).toBe(200);
  expect(refusals(surroundings)).toBe(0);
  expect(await again.ask('isPanelVisible')).toBe(false);
  expect(await again.ask('notifications')).toEqual([]);
});

test('speaks German everywhere, and English as soon as it is wanted', async ({ surroundings }) => {
  const app = await surroundings.launch({ language: 'de-DE' });
  const page = await app.panel();
  await page.getByRole('textbox', { name: 'Firmenproxy' }).fill(surroundings.proxyName);
  await page.getByRole('textbox', { name: 'Konto' }).fill('CORP\\alice');
  await page.locator('input[type=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Fertig' }).click();
  const headline = page.getByRole('heading', { level: 1 });
  await expect(headline).toHaveText(/^(?:Latchkey ist eingeschaltet|Ein für Terminals)$/);
  await showsInTray(app, 'trayOnTemplate', `Bei ${surroundings.proxyName} als CORP\\alice angemeldet`);
  await app.ask('rightClickTray');
  const labels = (await app.ask('menu')).map(({ label }) => label);
  expect(labels).toEqual(
    expect.arrayContaining([expect.stringContaining('CORP\\alice'), 'Ausschalten', 'Latchkey beenden']),
  );
  // What a browser shows is German as well.
  surroundings.proxy.setPassword(account, 'new password');
  await expect.poll(() => surroundings.openTunnel().then(() => 'open', String)).toContain('502');
  await expect
    .poll(async () => (await app.ask('notifications')).map(({ title }) => title))
    .toEqual(['Latchkey meldet sich hier', 'Der Firmenproxy hat das Passwort abgelehnt']);
  await run(page, { kind: 'change-settings', patch: { language: 'en' } });
  await expect.poll(async () => (await app.ask('tray')).toolTip).toContain('Password needed');
  await expect(headline).toHaveText('Password');
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  await app.ask('rightClickTray');
  await app.ask('clickMenu', { label: 'Turn off' });
  await showsInTray(app, 'trayOffTemplate', 'Latchkey is off');
});

test('macOS is told not to put the app to sleep behind its hidden window', async ({ surroundings }) => {
  const app = await surroundings.launch();
  test.skip(app.target === 'electron' && process.platform !== 'darwin', 'only a Mac has App Nap');
  await expect.poll(() => app.ask('userDefault', { key: 'NSAppSleepDisabled' })).toBe(true);
});

test('the panel may open, ask for, load and send nothing', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app, page } = panel;
  for (const permission of [
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'openExternal',
    'hid',
  ]) {
    expect(await app.ask('grants', { permission }), permission).toBe(false);
  }
  for (const url of ['https://example.com/', 'file:///etc/passwd', 'latchkey://panel/', 'about:blank']) {
    expect(await app.ask('opensWindow', { url }), url).toBe(false);
  }
  const { status, headers } = await app.ask('request', { url: 'latchkey://panel/', method: 'GET' });
  expect(status).toBe(200);
  const policy = (headers['content-security-policy'] ?? '').split('; ').toSorted();
  expect(policy).toEqual([
    "base-uri 'none'",
    "default-src 'none'",
    "font-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "img-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
  ]);
  expect(headers['x-content-type-options']).toBe('nosniff');
  for (const [url, method] of [
    ['latchkey://panel/', 'POST'],
    ['latchkey://panel/..%2Fmain/index.js', 'GET'],
    ['latchkey://elsewhere/', 'GET'],
    ['latchkey://panel/settings.json', 'GET'],
  ] as const) {
    expect((await app.ask('request', { url, method })).status, url).toBe(404);
  }
  const violated = await page.evaluate(async () => {
    const directives: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      directives.push(event.effectiveDirective);
    });
    await fetch('https://example.com/').catch(() => undefined);
    const frame = document.createElement('iframe');
    frame.src = 'https://example.com/';
    const image = document.createElement('img');
    image.src = 'https://example.com/image.png';
    const script = document.createElement('script');
    script.src = 'https://example.com/script.js';
    document.body.append(frame, image, script);
    while (new Set(directives).size < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    return [...new Set(directives)].toSorted();
  });
  expect(violated).toEqual(['connect-src', 'frame-src', 'img-src', 'script-src-elem']);
  await expect(panel.headline).toHaveText(isOnHeadline);
});
