import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { usualServices } from '../test/emulated-mac';
import { expect, macEnvironment, password, takePicture, test } from './fixtures';
import { Panel } from './panel';

const theirs = { isOn: true, host: '127.0.0.1', port: 9090, isAuthenticated: false };

const nodes = ({ page }: Panel): Locator => page.getByRole('group', { name: 'Route' }).getByRole('button');

/** What VoiceOver says of the nodes, from the left to the right. */
const spoken = (panel: Panel): Promise<(string | null)[]> =>
  nodes(panel).evaluateAll((found) => found.map((node) => node.getAttribute('aria-label')));

const onward = ['Latchkey, in use', 'Company proxy, signed in', 'Internet, in use'];

test('the route is the Mac’s and the connection’s, and its nodes mend it', async ({ surroundings, mac }) => {
  const app = await surroundings.launch({ env: macEnvironment(mac) });
  const panel = await Panel.setUpForTerminals(app, surroundings.proxyName, password);
  const node = (name: string): Locator => panel.button(name);
  const wifi = () => mac.read().services.find(({ name }) => name === 'Wi-Fi');
  const isOurs = (): boolean =>
    [wifi()?.web, wifi()?.secureWeb].every((setting) => setting?.port === surroundings.port);

  await test.step('terminals alone, by choice', async () => {
    await expect(panel.headline).toHaveText('On for terminals');
    await expect
      .poll(() => spoken(panel))
      .toEqual(['This Mac, goes its own way', 'Terminals, in use', ...onward]);
    await node('Terminals, in use').click();
    await panel.say(`http://127.0.0.1:${surroundings.port}`);
    await panel.page
      .getByRole('region', { name: 'Terminals' })
      .getByRole('button', { name: 'Copy terminal commands' })
      .click();
    await panel.say('Copied');
  });

  await test.step('the Mac’s node lets this Mac use it', async () => {
    await node('This Mac, goes its own way').click();
    await expect(node('Terminals, in use')).toHaveAttribute('aria-expanded', 'false');
    await panel.say('not Latchkey');
    await panel.button('Use for this Mac…').click();
    await expect(panel.headline).toHaveText('Latchkey is on');
    await expect.poll(() => spoken(panel)).toEqual(['This Mac, goes through Latchkey', ...onward]);
    // What was pressed stays open, and says what is so now.
    const details = panel.page.getByRole('region', { name: 'This Mac' });
    await expect(details).toContainText(`127.0.0.1:${surroundings.port}`);
    await expect(details.getByRole('button')).toHaveCount(0);
  });

  await test.step('a second press and Escape fold it, and the panel stays', async () => {
    const companyProxy = node('Company proxy, signed in');
    await companyProxy.click();
    await panel.say(surroundings.proxyName);
    await companyProxy.click();
    await expect(panel.page.getByRole('region', { name: 'Company proxy' })).toHaveCount(0);
    await companyProxy.click();
    await expect(companyProxy).toHaveAttribute('aria-expanded', 'true');
    await panel.page.keyboard.press('Escape');
    await expect(companyProxy).toHaveAttribute('aria-expanded', 'false');
    await expect(companyProxy).toBeFocused();
    expect(await app.ask('isPanelVisible')).toBe(true);
  });

  await test.step('another program takes the setting', async () => {
    const journal = join(surroundings.directory, 'system-proxy.json');
    for (let round = 0; round < 2; round += 1) {
      await expect.poll(isOurs).toBe(true);
      // Not while Latchkey is still at it, which is another story.
      await expect.poll(() => readFileSync(journal, 'utf8')).toContain('"phase": "on"');
      mac.change('Wi-Fi', { web: theirs, secureWeb: theirs });
    }
    await expect(panel.headline).toHaveText('This Mac goes another way');
    expect(await spoken(panel)).toEqual(['This Mac, goes another way', 'Terminals, in use', ...onward]);
    await expect(panel.button('Use Latchkey again')).toHaveCount(1);
    expect((await app.ask('tray')).toolTip).toContain('Another program has set its proxy to 127.0.0.1:9090');
    await node('This Mac, goes another way').click();
    await takePicture(app, panel.page, 'route-taken-node');
    // The repair is in one place.
    await expect(panel.button('Use Latchkey again')).toHaveCount(1);
    await panel.page
      .getByRole('region', { name: 'This Mac' })
      .getByRole('button', { name: 'Use Latchkey again' })
      .click();
    await expect.poll(isOurs).toBe(true);
    await expect(panel.headline).toHaveText('Latchkey is on');
  });

  await test.step('off: nothing is claimed', async () => {
    await panel.mainSwitch.click();
    await expect(panel.headline).toHaveText('Latchkey is off');
    expect(await spoken(panel)).toEqual([
      'This Mac, goes its own way',
      'Latchkey, not in use',
      'Company proxy, not in use',
      'Internet, not in use',
    ]);
    expect(wifi()?.web).toEqual(usualServices.find(({ name }) => name === 'Wi-Fi')?.web);
  });
});
