import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppBridge } from '../src/shared/ipc';
import type { AppState } from '../src/shared/state';
import { expect, macEnvironment, password, test } from './fixtures';
import { isOnHeadline, Panel } from './panel';

test('a start that fails is told in a dialog, and leaves this Mac its own settings', async ({
  surroundings,
  mac,
}) => {
  const before = JSON.stringify(mac.read().services);
  const app = await surroundings.launch({ env: macEnvironment(mac) });
  test.skip(app.target === 'electron', 'the system’s dialog would wait for the user');
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  const toggle = panel.page.getByRole('switch', { name: 'Use for this Mac' });
  // Set-up has left it on.
  await expect(toggle).toBeChecked();
  await expect(toggle).not.toHaveAttribute('aria-busy', 'true');
  expect(JSON.stringify(mac.read().services)).not.toBe(before);
  // As after a power cut, at which no watchdog outlives Latchkey.
  const journal = join(surroundings.directory, 'system-proxy.json');
  const [onDisk, written] = [mac.read(), readFileSync(journal)];
  process.kill(app.pid, 'SIGKILL');
  await expect.poll(() => existsSync(journal)).toBe(false);
  mac.write(onDisk);
  writeFileSync(journal, written);
  const again = await surroundings.launch({ env: { ...macEnvironment(mac), E2E_START_FAILS: '1' } });
  expect(await again.ended).toBe(1);
  expect(again.output()).toMatch(
    /error box: Latchkey could not start\. This Mac’s own proxy settings are in place\.[^]*thrown by a spec/,
  );
  expect(JSON.stringify(mac.read().services)).toBe(before);
});

test('a panel that cannot start after an update leads to a new start', async ({ surroundings }) => {
  const panel = await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  const { app } = panel;
  await app.ask('chooseButton', { index: 1 });
  await app.ask('endPanelProcess', { reason: 'integrity-failure' });
  // Not now: the proxy goes on, and the next click asks again.
  await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
  expect(await surroundings.fetchPage()).toBe(200);
  await app.ask('clickTray', { ctrlKey: false });
  await expect.poll(() => app.ask('isPanelVisible')).toBe(true);
  await app.ask('chooseButton', { index: 0 });
  await app.ask('endPanelProcess', { reason: 'launch-failed' });
  expect(await app.ended).toBe(0);
  expect(app.output()).toContain('starts again');
});

test('an app that is being worked on has files of its own', async ({ surroundings }) => {
  const folder = join(surroundings.directory, 'tmp');
  await mkdir(folder);
  const app = await surroundings.launch({
    env: { STANDIN_PACKAGED: '0', LATCHKEY_STATE_DIR: '', TMPDIR: folder },
  });
  test.skip(app.target === 'electron', 'its files would be those of whoever works on it');
  const panel = new Panel(app, await app.panel());
  const appData = join(folder, `standin-${app.pid}`, 'appData');
  const own = join(appData, 'Latchkey (development)');
  // The usual port may be somebody else's on this computer.
  const { port } = surroundings;
  await writeFile(join(own, 'settings.json'), JSON.stringify({ version: 1, port }));
  const stateOf = (): Promise<AppState> =>
    panel.page.evaluate(() => (globalThis as unknown as { latchkey: AppBridge }).latchkey.getState());
  await expect.poll(async () => (await stateOf()).settings.port).toBe(port);
  await panel.fillSetUp(surroundings.proxyName, 'CORP\\alice', password);
  await panel.button('Done').click();
  await expect(panel.headline).toHaveText(isOnHeadline);
  await expect
    .poll(() => readdir(own))
    .toEqual(expect.arrayContaining(['settings.json', 'credentials.json']));
  expect(await readdir(appData)).toEqual(['Latchkey (development)']);
});
