import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppSettings } from '../src/shared/app-settings';
import { invertDigits } from '../src/main/cntlm/hash-digits';
import { ntHash, ntowfv2 } from '../src/main/ntlm/ntowf';
import type { EmulatedMac } from '../test/emulated-mac';
import { account, expect, macEnvironment, password, type Surroundings, takePicture, test } from './fixtures';
import { e2eTarget } from './launch-app';
import { Panel } from './panel';

// Electron goes by the proxy settings of the machine that it is on, which a test leaves alone.
test.skip(e2eTarget() !== 'standin', 'what an app sees of the emulated Mac, the stand-in knows alone');

const settingsOf = ({ directory }: Surroundings): Partial<AppSettings> =>
  JSON.parse(readFileSync(join(directory, 'settings.json'), 'utf8')) as Partial<AppSettings>;

const isInUse = (mac: EmulatedMac, { port }: Surroundings): boolean =>
  mac.read().services.some(({ web }) => web.isOn && web.host === '127.0.0.1' && web.port === port);

/** A first start that finds a cntlm.conf with a hash. */
async function findConf(
  surroundings: Surroundings,
  mac: EmulatedMac,
  options: { readonly language?: string } = {},
): Promise<Panel> {
  const file = join(surroundings.directory, 'cntlm.conf');
  const hash = invertDigits(ntowfv2(ntHash(password), account).toString('hex').toUpperCase());
  const lines = ['Username alice', 'Domain CORP', `PassNTLMv2 ${hash}`, `Proxy ${surroundings.proxyName}`];
  await writeFile(file, [...lines, `Listen ${surroundings.port}`, ''].join('\n'));
  const app = await surroundings.launch({
    ...options,
    env: { ...macEnvironment(mac), HOME: surroundings.directory, SHELL: '/bin/zsh', LATCHKEY_CONF: file },
  });
  return new Panel(app, await app.panel());
}

const standardUser = (mac: EmulatedMac, dialog: 'yields' | 'cancels' | 'hangs'): void =>
  mac.write({ ...mac.read(), user: 'standard', asksAdministrators: true, dialog });

test('from a found cntlm.conf until the Mac uses it: one click', async ({ surroundings, mac }) => {
  const panel = await findConf(surroundings, mac);
  await panel.button('Check and save').click();
  await panel.page.waitForTimeout(8000); console.log(await panel.page.locator('body').innerText(), readFileSync(join(surroundings.directory,'latchkey.log'),'utf8'), JSON.stringify(mac.calls()), panel.app.output());
  await expect(panel.headline).toHaveText('Ready');
  await panel.say('Safari goes through Latchkey, and curl does with the terminal commands');
  await panel.say('A page came through as CORP\\alice');
  await panel.say('The same page, with the terminal commands');
  expect(isInUse(mac, surroundings)).toBe(true);
  expect(settingsOf(surroundings).usesSystemProxy).toBe(true);
  // The keys are in it: it stays.
  await takePicture(panel.app, panel.page, 'ready-proved-en-light');
  await expect(panel.button('Done')).toBeFocused();
  await panel.button('Done').press('Enter');
  await expect(panel.headline).toHaveText('Latchkey is on');
});
