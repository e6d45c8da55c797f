import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answersThroughTunnel, expect, password, type Surroundings, test } from './fixtures';
import { isOnHeadline, isOnToolTip, Panel } from './panel';

const setUp = async (surroundings: Surroundings): Promise<Panel> =>
  Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);

const refusals = ({ proxy }: Surroundings): number => proxy.logons.filter(({ accepted }) => !accepted).length;

test('is switched off and on in the panel and in the menu', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app } = panel;
  expect(await surroundings.fetchPage()).toBe(200);
  await panel.mainSwitch.click();
  await expect(panel.headline).toHaveText('Latchkey is off');
  await expect(surroundings.fetchPage()).rejects.toThrow('ECONNREFUSED');
  expect((await app.ask('tray')).image).toContain('trayOffTemplate');
  await app.ask('rightClickTray');
  await app.ask('clickMenu', { label: 'Turn on' });
  await expect(panel.headline).toHaveText(isOnHeadline);
  expect(await surroundings.fetchPage()).toBe(200);
  await app.ask('clickTray', { ctrlKey: true });
  expect((await app.ask('menu')).map(({ label }) => label)).toContainEqual(
    expect.stringMatching(/^(?:Signed in|On for terminals,) as CORP\\alice$/),
  );
  await app.ask('clickMenu', { label: 'Turn off' });
  // The menu has taken the focus.
  const again = await Panel.open(app);
  await expect(again.headline).toHaveText('Latchkey is off');
  expect(refusals(surroundings)).toBe(0);
});

test('opens at login as macOS lets it', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app } = panel;
  test.skip(app.target === 'electron', 'an app that is not packaged has no login item');
  const toggle = panel.page.getByRole('switch', { name: 'Open at login' });
  await expect(toggle).not.toBeChecked();
  await toggle.click();
  await expect(toggle).toBeChecked();
  expect(await app.ask('loginItem')).toBe('enabled');
  await toggle.click();
  await expect(toggle).not.toBeChecked();
  await app.ask('setLoginItemStatus', { status: 'requires-approval' });
  await toggle.click();
  await panel.say('Needs your approval in System Settings');
  await panel.go('Open System Settings…');
  expect(await app.ask('opened')).toEqual([
    'x-apple.systempreferences:com.apple.LoginItems-Settings.extension',
  ]);
});

test('comes and goes as a panel does', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app } = panel;
  const isVisible = (): Promise<boolean> => app.ask('isPanelVisible');
  await panel.page.keyboard.press('Escape');
  await expect.poll(isVisible).toBe(false);
  await app.ask('secondInstance');
  await expect.poll(isVisible).toBe(true);
  await app.ask('blurPanel');
  await expect.poll(isVisible).toBe(false);
  // The click that took the focus away does not open it again; a later one does.
  await app.ask('clickTray', { ctrlKey: false });
  await expect
    .poll(async () => {
      if (!(await isVisible())) await app.ask('clickTray', { ctrlKey: false });
      return isVisible();
    })
    .toBe(true);
  const { x, y, width } = await app.ask('panelBounds');
  expect(width).toBe(360);
  if (app.target === 'standin') expect({ x, y }).toEqual({ x: 835, y: 30 });
});

test('copies the terminal commands from row, key and menu', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { app } = panel;
  await panel.go('Copy terminal commands');
  await panel.say('Copied. Paste it in a terminal.');
  const commands = await app.ask('clipboard');
  expect(commands).toContain(`http://127.0.0.1:${surroundings.port}`);
  for (const name of ['http_proxy', 'HTTPS_PROXY', 'no_proxy']) expect(commands).toContain(name);
  await app.ask('rightClickTray');
  await app.ask('clickMenu', { label: 'Copy terminal commands' });
  expect(await app.ask('clipboard')).toBe(commands);
  await panel.page.keyboard.press('Meta+c');
  await panel.say('Copied. Paste it in a terminal.');
});

test('quits in order with tunnels open, and finds everything again', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const tunnel = await surroundings.openTunnel();
  expect(await answersThroughTunnel(tunnel)).toBe(true);
  const closed = new Promise((resolve) => tunnel.once('close', resolve));
  expect(await panel.app.quit()).toBe(0);
  await closed;
  const before = surroundings.proxy.logons.length;
  const again = await surroundings.launch();
  await expect.poll(async () => (await again.ask('tray')).toolTip).toMatch(isOnToolTip);
  // It is on as before, and nobody is bothered.
  expect(await again.ask('isPanelVisible')).toBe(false);
  expect(await surroundings.fetchPage()).toBe(200);
  expect(surroundings.proxy.logons.length).toBe(before + 1);
  expect(refusals(surroundings)).toBe(0);
});

test('stays quiet when it is opened at login', async ({ surroundings }) => {
  const app = await surroundings.launch({ env: { E2E_OPENED_AT_LOGIN: '1' } });
  await expect.poll(async () => (await app.ask('tray')).toolTip).toContain('not set up');
  expect(await app.ask('isPanelVisible')).toBe(false);
});

test('keeps damaged settings aside and says so', async ({ surroundings }) => {
  const file = join(surroundings.directory, 'settings.json');
  await writeFile(file, '{"version": 1, "port": 31');
  const app = await surroundings.launch();
  const panel = new Panel(app, await app.panel());
  await panel.back();
  const kept = (await readdir(surroundings.directory)).filter(
    (name) => name.startsWith('settings') && name !== 'settings.json',
  );
  expect(kept).toHaveLength(1);
  await panel.say(new RegExp(kept[0]?.replaceAll('.', '\\.') ?? 'nothing was kept'));
  expect(await readFile(join(surroundings.directory, kept[0] ?? ''), 'utf8')).toBe(
    '{"version": 1, "port": 31',
  );
});

test('waits while the password is being changed elsewhere', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('Change password…');
  await panel.page.getByRole('switch', { name: 'Pause sign-in' }).click();
  await panel.back();
  await expect(panel.headline).toHaveText('Sign-in is paused');
  await panel.go('Go on with the old password');
  await expect(panel.headline).toHaveText(isOnHeadline);
  await panel.app.ask('power', { event: 'suspend' });
  await panel.app.ask('power', { event: 'resume' });
  expect(await surroundings.fetchPage()).toBe(200);
});

test('gives the panel nothing but its bridge', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { page } = panel;
  const own = await page.evaluate(() => ({
    require: typeof (globalThis as { require?: unknown }).require,
    process: typeof (globalThis as { process?: unknown }).process,
    bridge: Object.keys((globalThis as unknown as { latchkey: object }).latchkey).toSorted(),
  }));
  expect(own).toEqual({
    require: 'undefined',
    process: 'undefined',
    bridge: ['getState', 'onStateChanged', 'run'],
  });
  const run = (command: unknown): Promise<unknown> =>
    page.evaluate(
      (sent) =>
        (globalThis as unknown as { latchkey: { run: (value: unknown) => Promise<unknown> } }).latchkey.run(
          sent,
        ),
      command,
    );
  for (const command of [
    { kind: 'no-such-command' },
    { kind: 'turn-off', more: 1 },
    { kind: 'change-settings', patch: { isOn: false } },
    'turn-off',
    null,
  ]) {
    expect(await run(command)).toMatchObject({ kind: 'failed', problem: { kind: 'not-a-latchkey-task' } });
  }
  const url = page.url();
  await page.evaluate(() => {
    window.open('https://example.com/');
    location.href = 'https://example.com/';
  });
  await expect(panel.headline).toHaveText(isOnHeadline);
  expect(page.url()).toBe(url);
  const inline = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.wasRun = true';
    document.head.append(script);
    return (globalThis as { wasRun?: boolean }).wasRun ?? false;
  });
  expect(inline).toBe(false);
});
