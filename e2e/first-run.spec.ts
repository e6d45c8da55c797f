import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { invertDigits } from '../src/main/cntlm/hash-digits';
import { ntHash, ntowfv2 } from '../src/main/ntlm/ntowf';
import { account, answersThroughTunnel, expect, password, takePicture, test } from './fixtures';
import { introduction, isOnHeadline, Panel } from './panel';

test('from nothing to a page through the company proxy', async ({ surroundings }) => {
  const app = await surroundings.launch();
  // It shows itself: there is something to do.
  const panel = new Panel(app, await app.panel());
  expect((await app.ask('tray')).toolTip).toContain('Latchkey is not set up');
  // There is nothing to take over, and the page greets all the same.
  await expect(panel.field('Company proxy')).toBeFocused();
  await expect(panel.headline).toHaveText('Set up Latchkey');
  await expect(panel.page.locator('.intro .mark')).toBeVisible();
  await takePicture(app, panel.page, 'set-up-greeting');
  await panel.fillSetUp(surroundings.proxyName, 'CORP\\alice', password);
  await panel.say(`Signed in to ${surroundings.proxyName} as CORP\\alice`);
  await takePicture(app, panel.page, 'set-up-ready-en-light');
  expect(surroundings.proxy.logons.map(({ accepted }) => accepted)).not.toContain(false);
  await panel.button('Done').click();
  await expect(panel.headline).toHaveText(isOnHeadline);
  expect(await surroundings.fetchPage()).toBe(200);
  await expect.poll(async () => (await app.ask('tray')).image).toContain('trayOnTemplate');
  // Nothing that a user would not want in a file.
  const settings = await readFile(join(surroundings.directory, 'settings.json'), 'utf8');
  const hash = ntowfv2(ntHash(password), account).toString('hex');
  for (const secret of [password, hash, hash.toUpperCase()]) {
    expect(settings).not.toContain(secret);
    expect(app.output()).not.toContain(secret);
  }
  expect(await app.quit()).toBe(0);
});

test('a password that is refused costs one logon, and none until it is changed', async ({ surroundings }) => {
  const app = await surroundings.launch();
  const panel = new Panel(app, await app.panel());
  await panel.fillSetUp(surroundings.proxyName, 'alice@CORP', 'not this one');
  await panel.say(/The company proxy refused this password/);
  expect(surroundings.proxy.logons).toHaveLength(1);
  await expect(panel.button('Check and save')).toBeDisabled();
  await panel.password.press('Enter');
  expect(surroundings.proxy.logons).toHaveLength(1);
  await panel.password.fill(password);
  await panel.field('Account').fill('CORP\\alice');
  await panel.button('Check and save').click();
  await panel.say(/Signed in to/);
  expect(surroundings.proxy.logons.filter(({ accepted }) => !accepted)).toHaveLength(1);
});

test('takes over a cntlm.conf, with its hash', async ({ surroundings }) => {
  const file = join(surroundings.directory, 'cntlm.conf');
  // As cntlm 0.92.3 writes it.
  const hash = invertDigits(ntowfv2(ntHash(password), account).toString('hex').toUpperCase());
  await writeFile(
    file,
    [
      'Username alice',
      'Domain CORP',
      `PassNTLMv2 ${hash}`,
      `Proxy ${surroundings.proxyName}`,
      `Listen ${surroundings.port}`,
      '',
    ].join('\n'),
  );
  const app = await surroundings.launch();
  const panel = new Panel(app, await app.panel());
  await app.ask('chooseFiles', { openFile: file });
  await panel.page.keyboard.press('Meta+,');
  await panel.go('Import cntlm.conf…');
  await expect(panel.page.getByRole('radio', { name: 'cntlm.conf' }).first()).toBeChecked();
  await panel.say(file);
  await takePicture(app, panel.page, 'set-up-found-en-light');
  await panel.button('Check and save').click();
  await panel.say('Ready');
  await expect
    .poll(async () => (await app.ask('tray')).toolTip)
    .toContain(`Signed in to ${surroundings.proxyName}`);
  expect(await surroundings.fetchPage()).toBe(200);
});

test('a changed password: the prompt comes by itself, once, and open tunnels stay', async ({
  surroundings,
}) => {
  const app = await surroundings.launch();
  const panel = new Panel(app, await app.panel());
  await panel.fillSetUp(surroundings.proxyName, 'CORP\\alice', password);
  await panel.button('Done').click();
  const tunnel = await surroundings.openTunnel();
  await panel.page.keyboard.press('Escape');
  await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
  surroundings.proxy.setPassword(account, 'new password');
  // Connections that are signed in do not notice; another one must be.
  await expect.poll(async () => await surroundings.openTunnel().then(() => 'open', String)).toContain('502');
  await expect.poll(() => app.ask('isPanelVisible')).toBe(true);
  await panel.say(/New password for CORP\\alice/);
  expect((await app.ask('notifications')).map(({ title }) => title)).toEqual([
    introduction,
    'The company proxy refused the password',
  ]);
  await takePicture(app, panel.page, 'password-refused-en-light');
  const refusals = (): number => surroundings.proxy.logons.filter(({ accepted }) => !accepted).length;
  const before = refusals();
  expect(before).toBeLessThanOrEqual(2);
  await expect(surroundings.openTunnel()).rejects.toThrow('502');
  expect(refusals()).toBe(before);
  await panel.password.fill('new password');
  await panel.password.press('Enter');
  await panel.say('The company proxy accepts the password');
  expect(await answersThroughTunnel(tunnel)).toBe(true);
  expect(await answersThroughTunnel(await surroundings.openTunnel())).toBe(true);
  expect(refusals()).toBe(before);
  expect(await app.ask('notifications')).toHaveLength(2);
});
