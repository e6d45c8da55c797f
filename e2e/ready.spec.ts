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
  // A PAC of the Mac would be offered first.
  mac.change('Wi-Fi', { pac: { isOn: false, url: '' } });
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
  await expect(panel.headline).toHaveText('Ready');
  await panel.say('Safari goes through Latchkey, and curl does with the terminal commands');
  await panel.say('A page came through as CORP\\alice');
  await panel.say('The same page, with the terminal commands');
  expect(isInUse(mac, surroundings)).toBe(true);
  expect(settingsOf(surroundings).usesSystemProxy).toBe(true);
  expect(surroundings.proxy.requests.map(({ target }) => target)).toContain(
    `http://origin.test:${surroundings.origin.port}/`,
  );
  await expect(panel.button('Done')).toBeFocused();
  await takePicture(panel.app, panel.page, 'ready-proved-en-light');
  await panel.button('Done').press('Enter');
  await expect(panel.headline).toHaveText('Latchkey is on');
});

test('Ready stays while the pointer or the keys are in it', async ({ surroundings, mac }) => {
  const panel = await findConf(surroundings, mac);
  const { page } = panel;
  await panel.button('Check and save').click();
  await expect(panel.headline).toHaveText('Ready');
  await page.mouse.move(100, 100);
  await page.clock.install();
  await panel.say('Closes by itself in 5 s');
  await page.clock.runFor(20_000);
  await panel.say('Closes by itself in 5 s');
  expect(await panel.app.ask('isPanelVisible')).toBe(true);
});

test('with the block in the start file it is the block that is tried, and Ready closes by itself', async ({
  surroundings,
  mac,
}) => {
  const file = join(surroundings.directory, 'settings.json');
  const before = JSON.parse(readFileSync(file, 'utf8')) as Partial<AppSettings>;
  await writeFile(file, JSON.stringify({ ...before, writesShellBlock: true }));
  const panel = await findConf(surroundings, mac, { language: 'de-DE' });
  // Without the pointer, which it would wait for.
  await panel.button('Prüfen und sichern').press('Enter');
  await expect(panel.headline).toHaveText('Bereit');
  await panel.say('Safari und curl gehen durch Latchkey');
  await panel.say('Dieselbe Seite, durch den Block in ~/.zshrc');
  expect(readFileSync(join(surroundings.directory, '.zshrc'), 'utf8')).toContain(`:${surroundings.port}`);
  await panel.say(/Schließt sich in \d s/);
  await takePicture(panel.app, panel.page, 'ready-proved-de');
  await expect.poll(() => panel.app.ask('isPanelVisible')).toBe(false);
});

test('Skip is no failure: ready for terminals, and one action for the rest', async ({
  surroundings,
  mac,
}) => {
  standardUser(mac, 'hangs');
  const panel = await findConf(surroundings, mac);
  const before = JSON.stringify(mac.read().services);
  await panel.button('Check and save').click();
  await panel.say('macOS asks for an administrator’s password. It goes to macOS; Latchkey never sees it.');
  await panel.say('Without it, apps keep their own settings; terminals work.');
  await expect(panel.button('Waiting for macOS…')).toBeDisabled();
  await takePicture(panel.app, panel.page, 'ready-asking-en-light');
  await panel.button('Skip').click();
  await expect(panel.headline).toHaveText('Ready for terminals');
  await panel.say(
    'With the terminal commands curl goes through Latchkey. Apps keep this Mac’s own settings.',
  );
  await panel.say('Needs an administrator');
  await panel.say('Your proxy settings are as they were.');
  await takePicture(panel.app, panel.page, 'ready-skipped-en-light');
  expect(JSON.stringify(mac.read().services)).toBe(before);
  expect(settingsOf(surroundings).usesSystemProxy).toBe(false);
  standardUser(mac, 'yields');
  await panel.button('Use for this Mac…').click();
  await expect(panel.headline).toHaveText('Ready');
  expect(isInUse(mac, surroundings)).toBe(true);
});

test('a question of macOS that is cancelled is no failure either', async ({ surroundings, mac }) => {
  standardUser(mac, 'cancels');
  const panel = await findConf(surroundings, mac);
  await panel.button('Check and save').click();
  await expect(panel.headline).toHaveText('Ready for terminals');
  expect(settingsOf(surroundings).usesSystemProxy).toBe(false);
});

test('the headline does not say what was not seen', async ({ surroundings, mac }) => {
  const panel = await findConf(surroundings, mac);
  // A user's own file sends curl elsewhere.
  await writeFile(join(surroundings.directory, '.curlrc'), `proxy = ${surroundings.proxyName}\n`);
  await panel.button('Check and save').click();
  await panel.say('A page came, but not through Latchkey');
  await expect(panel.headline).toHaveText('Latchkey is on');
  await takePicture(panel.app, panel.page, 'ready-unproved-en-light');
});
