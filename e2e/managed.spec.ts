import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, macEnvironment, password, takePicture, test } from './fixtures';
import { Panel } from './panel';

/** A profile as macOS lays it down, for all users. */
function writeProfile(folder: string, proxy: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'app.latchkey.mac.plist'),
    `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>ManagedBy</key><string>Corp IT</string>
<key>ManagedContact</key><string>it@corp.example</string>
<key>CompanyProxies</key><array><string>${proxy}</string></array>
<key>AccountDomain</key><string>CORP</string>
<key>MaxPasswordAgeDays</key><integer>90</integer>
<key>OffNetwork</key><string>refuse</string>
</dict></plist>`,
  );
}

test('what a profile has set is locked, says by whom, and set-up signs in to nothing else', async ({
  surroundings,
  mac,
}) => {
  const folder = join(surroundings.directory, 'managed');
  writeProfile(folder, surroundings.proxyName);
  const app = await surroundings.launch({ env: { ...macEnvironment(mac), LATCHKEY_MANAGED: folder } });
  const panel = new Panel(app, await app.panel());

  // Another company proxy, and another domain, cost no logon.
  await panel.fillSetUp(surroundings.proxyName, 'OTHER\\alice', password);
  await panel.say('Corp IT has set it for this Mac');
  expect(surroundings.proxy.logons).toEqual([]);
  await panel.field('Account').fill('CORP\\alice');
  await panel.password.fill(password);
  await panel.button('Check and save').click();
  await panel.page.mouse.move(20, 20);
  await panel.button('Done').click();

  await panel.go('Preferences');
  await panel.say('Corp IT looks after some settings');
  await panel.say('Questions: it@corp.example');
  await takePicture(app, panel.page, 'managed-root');
  const row = panel.page.getByRole('button', { name: /^Company proxies/ });
  await expect(row).toHaveAccessibleName(/locked$/);
  await expect(panel.page.getByRole('button', { name: /^No proxy for/ })).not.toHaveAccessibleName(/locked/);

  await row.click();
  await panel.say('Locked by Corp IT');
  await panel.say('The domain CORP is set.');
  await expect(panel.page.getByRole('button', { name: 'Add a company proxy' })).toHaveCount(0);
  // What is not in the profile stays the user's.
  const ready = panel.page.getByRole('switch', { name: /^Keep connections ready/ });
  await expect(ready).not.toBeChecked();
  await ready.click();
  await expect(ready).toBeChecked();
  await takePicture(app, panel.page, 'managed-company-proxies');
  await panel.back();

  await panel.go('Off network');
  await expect(panel.page.getByRole('radio', { name: 'Refuse' })).toBeChecked();
  await expect(panel.page.getByRole('radio', { name: 'Go direct' })).toBeDisabled();
  await panel.page.evaluate(() => {
    document.documentElement.dataset['material'] = 'solid';
  });
  for (const theme of ['light', 'dark'] as const) {
    await panel.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await takePicture(app, panel.page, `managed-off-network-${theme}`);
    const { violations } = await new AxeBuilder({ page: panel.page }).setLegacyMode().analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  }
});
