import { type EmulatedMac } from '../test/emulated-mac';
import { expect, macEnvironment, password, type Surroundings, test } from './fixtures';
import { isOnHeadline, Panel } from './panel';

/** An app that this Mac uses, with its panel open. */
async function setUpAndUse(surroundings: Surroundings, mac: EmulatedMac): Promise<Panel> {
  const app = await surroundings.launch({ env: macEnvironment(mac) });
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  await expect.poll(() => isInUse(mac)).toBe(true);
  return panel;
}

const isInUse = (mac: EmulatedMac): boolean =>
  mac.read().services.some(({ web }) => web.isOn && web.host === '127.0.0.1');

const isVisible = ({ app }: Panel): Promise<boolean> => app.ask('isPanelVisible');

for (const as of ['shown', 'hidden'] as const) {
  test(`log-out, restart and shut-down do not wait for a panel that is ${as}`, async ({
    surroundings,
    mac,
  }) => {
    const panel = await setUpAndUse(surroundings, mac);
    if (as === 'hidden') {
      await panel.app.ask('blurPanel');
      await expect.poll(() => isVisible(panel)).toBe(false);
    }
    await panel.app.ask('power', { event: 'shutdown' });
    await panel.app.ask('quit');
    expect(await panel.app.ended).toBe(0);
    expect(isInUse(mac)).toBe(false);
  });
}

test('a session that goes on after all finds everything as it was', async ({ surroundings, mac }) => {
  test.slow();
  const { app } = await setUpAndUse(surroundings, mac);
  await app.ask('power', { event: 'shutdown' });
  expect(isInUse(mac)).toBe(false);
  await test.step('another app stays, and Latchkey’s windows are closed by then', async () => {
    await app.ask('cancelQuit');
    await app.ask('quit');
    await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
    expect(await surroundings.fetchPage()).toBe(200);
    const again = await Panel.open(app);
    await expect(again.headline).toHaveText(isOnHeadline);
  });
  await test.step('this Mac uses Latchkey again', async () => {
    await expect.poll(() => isInUse(mac), { timeout: 300_000 }).toBe(true);
    const again = await Panel.open(app);
    await expect(again.headline).toHaveText('Latchkey is on');
    await expect(again.page.getByRole('switch', { name: 'Use for this Mac' })).toBeChecked();
  });
  await test.step('and what closes windows hides the panel, as before', async () => {
    await app.ask('closePanel');
    await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
    const again = await Panel.open(app);
    await expect(again.headline).toHaveText('Latchkey is on');
  });
  expect(await app.quit()).toBe(0);
  expect(isInUse(mac)).toBe(false);
});
