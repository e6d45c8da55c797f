import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ntHash, ntowfv2 } from '../src/main/ntlm/ntowf';
import type { AppBridge } from '../src/shared/ipc';
import { account, expect, password, type Surroundings, test } from './fixtures';
import type { RunningApp } from './launch-app';
import { Panel } from './panel';

const newPassword = 'An0ther one';

const refusals = ({ proxy }: Surroundings): number => proxy.logons.filter(({ accepted }) => !accepted).length;

const hashOf = (text: string): string => ntowfv2(ntHash(text), account).toString('hex');

/** An app whose password the directory has changed, and which knows that it is refused. */
async function setUpAndRefuse(surroundings: Surroundings): Promise<Panel> {
  const panel = await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  surroundings.proxy.setPassword(account, newPassword);
  await refuse(surroundings);
  await expect(panel.password).toBeVisible();
  return panel;
}

/** Connections that are signed in do not notice; another one must be. */
async function refuse(surroundings: Surroundings): Promise<void> {
  await expect.poll(() => surroundings.openTunnel().then(() => 'open', String)).toContain('502');
}

async function showsAttention(app: RunningApp): Promise<void> {
  await expect.poll(async () => (await app.ask('tray')).image).toContain('trayAttentionTemplate');
  expect((await app.ask('tray')).toolTip).toContain('The company proxy no longer accepts this password');
}

test('the notification leads to the password, and nothing is sent meanwhile', async ({ surroundings }) => {
  const panel = await setUpAndRefuse(surroundings);
  const { app } = panel;
  await showsAttention(app);
  const before = surroundings.proxy.logons.length;
  await panel.password.fill('half of a pass');
  await panel.button('Not now').click();
  await expect.poll(() => app.ask('isPanelVisible')).toBe(false);
  await app.ask('clickNotification', { index: 1 });
  await expect.poll(() => app.ask('isPanelVisible')).toBe(true);
  await expect(panel.headline).toHaveText('Password');
  await expect(panel.password).toBeFocused();
  await expect(panel.password).toHaveValue('');
  expect(surroundings.proxy.logons).toHaveLength(before);
  expect(await app.ask('notifications')).toHaveLength(2);
});

test('many requests at once cost no more than two logons with a password that has changed', async ({
  surroundings,
}) => {
  const panel = await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  surroundings.proxy.setPassword(account, newPassword);
  const attempts = Array.from({ length: 30 }, () => surroundings.openTunnel().then(() => 'open', String));
  await Promise.all(attempts);
  await refuse(surroundings);
  await panel.say(/New password for CORP\\alice/);
  expect(refusals(surroundings)).toBeGreaterThan(0);
  expect(refusals(surroundings)).toBeLessThanOrEqual(2);
});

test('a password that is refused again keeps its field, and costs one logon', async ({ surroundings }) => {
  const panel = await setUpAndRefuse(surroundings);
  const before = surroundings.proxy.logons.length;
  // This one is known to be refused.
  await panel.password.fill(password);
  await panel.password.press('Enter');
  await panel.say('No logon was used.');
  expect(surroundings.proxy.logons).toHaveLength(before);
  await panel.password.fill('nor this one');
  await panel.password.press('Enter');
  await panel.say('One logon was used. Nothing more is sent until you change something.');
  expect(surroundings.proxy.logons).toHaveLength(before + 1);
  await expect(panel.password).toHaveValue('nor this one');
  await expect(panel.button('Check and save')).toBeDisabled();
  await panel.password.press('Enter');
  // The account was unlocked since, say: one more, as the user wants it.
  await panel.page.getByRole('button', { name: 'Sign in once with the same password' }).click();
  await expect.poll(() => surroundings.proxy.logons.length).toBe(before + 2);
  await panel.say('The same password is not sent twice.');
  await panel.password.fill(newPassword);
  await panel.password.press('Enter');
  await panel.say('The company proxy accepts the password');
  expect(surroundings.proxy.logons.slice(before).map(({ accepted }) => accepted)).toEqual([
    false,
    false,
    true,
  ]);
  expect(await panel.app.ask('notifications')).toHaveLength(2);
  expect(await surroundings.fetchPage()).toBe(200);
});

test('a refused password stays refused over a restart, whatever asks for it', async ({ surroundings }) => {
  const panel = await setUpAndRefuse(surroundings);
  expect(await panel.app.quit()).toBe(0);
  const before = surroundings.proxy.logons.length;
  const refusedBefore = refusals(surroundings);
  const app = await surroundings.launch();
  const again = new Panel(app, await app.panel());
  await showsAttention(app);
  await expect(again.password).toBeVisible();
  const answers = Array.from({ length: 10 }, () => surroundings.openTunnel().then(() => 'open', String));
  for (const answer of await Promise.all(answers)) expect(answer).toContain('502');
  await app.ask('power', { event: 'suspend' });
  await app.ask('power', { event: 'resume' });
  expect(await surroundings.fetchPage()).toBe(502);
  await again.back();
  await again.mainSwitch.click();
  await expect(again.headline).toHaveText('Latchkey is off');
  await again.mainSwitch.click();
  await expect(again.password).toBeVisible();
  await again.back();
  await again.go('Doctor');
  await expect(again.button('Run again')).toBeVisible();
  expect(surroundings.proxy.logons).toHaveLength(before);
  await again.back();
  await again.go('Enter password…');
  await again.password.fill(newPassword);
  await again.password.press('Enter');
  await again.say('The company proxy accepts the password');
  expect(await surroundings.fetchPage()).toBe(200);
  expect(refusals(surroundings)).toBe(refusedBefore);
});

test('a new password is nowhere but in the Keychain', async ({ surroundings }) => {
  const panel = await setUpAndRefuse(surroundings);
  const { app, page } = panel;
  await panel.password.fill(newPassword);
  await panel.password.press('Enter');
  await panel.button('Done').click();
  expect(await surroundings.fetchPage()).toBe(200);
  const state = await page.evaluate(() =>
    (globalThis as unknown as { latchkey: AppBridge }).latchkey.getState(),
  );
  await panel.go('Activity');
  await expect(page.getByRole('list', { name: 'Requests, newest first' })).toBeVisible();
  await panel.button('Copy the list').click();
  await expect.poll(() => app.ask('clipboard')).toContain('127.0.0.1');
  const seen = [JSON.stringify(state), await page.content(), await app.ask('clipboard')];
  expect(await app.quit()).toBe(0);
  seen.push(app.output());
  const files = await readdir(surroundings.directory, { recursive: true, withFileTypes: true });
  for (const file of files.filter((each) => each.isFile())) {
    seen.push(await readFile(join(file.parentPath, file.name), 'utf8'));
  }
  const all = seen.join('\n').toLowerCase();
  // It is all there, so that what is not found was not just looked for in the wrong place.
  for (const part of ['"revision"', 'class="entry-head"', '"upstreams"', 'corp\\\\alice'])
    expect(all).toContain(part);
  for (const secret of [password, newPassword, hashOf(password), hashOf(newPassword), 'tlrmtvntuaad']) {
    expect(all).not.toContain(secret.toLowerCase());
  }
});
