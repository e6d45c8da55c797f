import { expect, password, test } from './fixtures';
import { isOnHeadline, Panel } from './panel';

test('the focus is never lost, and keys do what they say', async ({ surroundings }) => {
  const app = await surroundings.launch();
  const panel = new Panel(app, await app.panel());
  const { page } = panel;
  await panel.fillSetUp(surroundings.proxyName, 'CORP\\alice', password);
  await test.step('Done has the focus, and Return presses it', async () => {
    await expect(panel.button('Done')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(panel.headline).toHaveText(isOnHeadline);
    await expect(page.locator('body')).not.toBeFocused();
  });
  await test.step('as after a new password', async () => {
    await panel.go('Change password…');
    await panel.password.fill(password);
    await page.keyboard.press('Enter');
    await expect(panel.button('Done')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(panel.headline).toHaveText(isOnHeadline);
  });
  await test.step('the arrow keys lead through Preferences, over the edges of the cards', async () => {
    await panel.go('Preferences');
    await panel.page.getByRole('button', { name: /^Company proxies/ }).focus();
    await page.keyboard.press('ArrowDown');
    await expect(panel.page.getByRole('button', { name: /^PAC/ })).toBeFocused();
    await page.keyboard.press('End');
    await expect(panel.page.getByRole('button', { name: 'Quit Latchkey' })).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await expect(panel.page.getByRole('button', { name: 'Export cntlm.conf…' })).toBeFocused();
    await page.keyboard.press('Home');
    await expect(panel.page.getByRole('button', { name: /^Company proxies/ })).toBeFocused();
    // Above them is the search.
    await page.keyboard.press('ArrowUp');
    await expect(panel.page.getByRole('searchbox')).toBeFocused();
    await panel.back();
  });
  await test.step('figures are said in words', async () => {
    await expect(panel.page.getByText(/^\d+ (?:kilo)?bytes a second$/).first()).toBeAttached();
    await panel.go('Preferences');
    await expect(
      panel.page.getByRole('button', { name: `Port and access ${surroundings.port}, this Mac`, exact: true }),
    ).toBeVisible();
    await panel.back();
  });
  await test.step('headline and switch do not meet with text twice as large', async () => {
    // What a page has room for then.
    const size = page.viewportSize();
    await page.setViewportSize({ width: 180, height: 800 });
    const [headline, toggle] = [await panel.headline.boundingBox(), await panel.mainSwitch.boundingBox()];
    const isApart =
      headline !== null &&
      toggle !== null &&
      (headline.x + headline.width <= toggle.x || headline.y + headline.height <= toggle.y);
    expect(isApart, JSON.stringify({ headline, toggle })).toBe(true);
    // The longest word of it stands in its own box.
    expect(await panel.headline.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(
      0,
    );
    if (size !== null) await page.setViewportSize(size);
  });
  await test.step('Command-W hides it', async () => {
    await page.keyboard.press('Meta+w');
    await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
  });
});
