import { expect, password, takePicture, test } from './fixtures';
import { Panel } from './panel';

test('the panel grows as far as the screen allows', async ({ surroundings }) => {
  const app = await surroundings.launch();
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  const height = async (): Promise<number> => (await app.ask('panelBounds')).height;
  const before = await height();
  for (const name of [/^Terminals/, /^Latchkey, in use/, /^Company proxy/]) {
    await panel.page.getByRole('button', { name }).first().click();
    // What unfolds takes no row away.
    await expect(panel.page.locator('button.row', { hasText: 'Change password…' })).toBeInViewport({
      ratio: 1,
    });
    await expect.poll(height).toBeGreaterThan(before);
  }
  await expect(panel.page.locator('.body.more')).toHaveCount(0);
  await panel.page.keyboard.press('Escape');
  await expect.poll(height).toBe(before);
});

test('what a low screen has no room for scrolls, and a fade shows it', async ({ surroundings }) => {
  const app = await surroundings.launch({ env: { STANDIN_SCREEN_HEIGHT: '400' } });
  test.skip(app.target === 'electron', 'a screen is as high as it is');
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  const body = panel.page.locator('.body');
  await panel.page.getByRole('button', { name: /^Company proxy/ }).click();
  // The menu bar and the edges of the screen are left free.
  expect((await app.ask('panelBounds')).height).toBe(400 - 25 - 13);
  await expect(body).toHaveClass(/more/);
  await expect(body).toHaveCSS('mask-image', /40px/);
  await takePicture(app, panel.page, 'low-screen');
  const last = panel.button('Change password…');
  await expect(last).not.toBeInViewport();
  await body.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(last).toBeInViewport({ ratio: 1 });
  await expect(body).not.toHaveClass(/more/);
  // The way on is there all the time.
  await expect(panel.button('Preferences')).toBeInViewport({ ratio: 1 });
});
