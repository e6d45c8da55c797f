import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ntHash, ntowfv2 } from '../src/main/ntlm/ntowf';
import { freePorts } from '../test/servers/ports';
import { runCommand } from '../test/servers/run-command';
import type { AppSettings } from '../src/shared/app-settings';
import { account, answersThroughTunnel, expect, password, type Surroundings, test } from './fixtures';
import { Panel } from './panel';

const setUp = async (surroundings: Surroundings): Promise<Panel> => {
  const panel = await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  await panel.go('Preferences');
  return panel;
};

const settings = async ({ directory }: Surroundings): Promise<AppSettings> =>
  JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as AppSettings;

test('company proxies: added, checked, put in order, removed', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('Company proxies');
  const field = panel.field('Address of the new company proxy');
  await panel.button('Add a company proxy').click();
  for (const bad of ['second proxy:8080', 'second.test:99999', surroundings.proxyName]) {
    await field.fill(bad);
    await field.press('Enter');
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    expect((await settings(surroundings)).upstreams).toHaveLength(1);
  }
  await field.fill('second.test:8080');
  await field.press('Enter');
  await expect.poll(async () => (await settings(surroundings)).upstreams).toHaveLength(2);
  const rows = panel.page.getByRole('list', { name: 'Company proxies, in order' }).getByRole('button');
  await rows.nth(1).focus();
  await panel.page.keyboard.press('Alt+ArrowUp');
  await expect.poll(async () => (await settings(surroundings)).upstreams[0]?.host).toBe('second.test');
  await expect(rows.nth(0)).toBeFocused();
  await panel.page.keyboard.press('Alt+ArrowDown');
  await expect.poll(async () => (await settings(surroundings)).upstreams[1]?.host).toBe('second.test');
  expect(await surroundings.fetchPage()).toBe(200);
  await rows.nth(1).click();
  await panel.button('Remove second.test:8080').click();
  await expect.poll(async () => (await settings(surroundings)).upstreams).toHaveLength(1);
  await expect(panel.button('The last company proxy stays: Latchkey needs one.')).toBeDisabled();
});

test('no proxy for: what goes direct, and what would', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('No proxy for');
  const add = panel.field('Add host, domain or network');
  await add.fill('http://127.0.0.1/');
  await expect(add).toHaveAttribute('aria-invalid', 'true');
  await add.press('Enter');
  expect((await settings(surroundings)).noProxy).toEqual([]);
  await add.fill('127.0.0.1');
  await add.press('Enter');
  await expect.poll(async () => (await settings(surroundings)).noProxy).toEqual(['127.0.0.1']);
  const before = surroundings.proxy.requests.length;
  expect(await surroundings.fetchPage()).toBe(200);
  expect(surroundings.proxy.requests).toHaveLength(before);
  await panel.field('Try an address').fill('http://127.0.0.1:8000/page');
  await panel.say(/because of 127\.0\.0\.1/);
  await panel.field('Try an address').fill('elsewhere.test');
  await panel.say(/as no entry fits/);
  await panel.button('Remove 127.0.0.1').click();
  await expect.poll(async () => (await settings(surroundings)).noProxy).toEqual([]);
  expect(await surroundings.fetchPage()).toBe(200);
  expect(surroundings.proxy.requests.length).toBeGreaterThan(before);
});

test('port and access: open tunnels survive another port', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const tunnel = await surroundings.openTunnel();
  await panel.go('Port and access');
  const field = panel.field('Port');
  for (const bad of ['0', '70000', 'abc', '']) {
    await field.fill(bad);
    await field.press('Enter');
    await expect(field).toHaveAttribute('aria-invalid', 'true');
  }
  await field.press('Escape');
  await expect(field).toHaveValue(String(surroundings.port));
  const [port = 0] = await freePorts(1);
  await field.fill(String(port));
  await field.press('Enter');
  await expect.poll(async () => (await settings(surroundings)).port).toBe(port);
  await expect(surroundings.fetchPage()).rejects.toThrow('ECONNREFUSED');
  expect(await answersThroughTunnel(tunnel)).toBe(true);
  await panel.page.getByRole('radio', { name: /^Named addresses/ }).click();
  await expect.poll(async () => (await settings(surroundings)).access).toBe('named');
  await panel.field('Add address or network').fill('127.0.0.0/8');
  await panel.field('Add address or network').press('Enter');
  await expect.poll(async () => (await settings(surroundings)).allowed).toEqual(['127.0.0.0/8']);
  await panel.page.getByRole('radio', { name: /^This Mac/ }).click();
  await expect.poll(async () => (await settings(surroundings)).access).toBe('this-mac');
});

test('SOCKS5 users are let in by their passwords, which stand in no file', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const [socksPort = 0] = await freePorts(1);
  await panel.go('SOCKS and tunnels');
  await panel.field('Add port, as in 1080').fill(String(socksPort));
  await panel.field('Add port, as in 1080').press('Enter');
  await expect.poll(async () => (await settings(surroundings)).socks).toEqual([String(socksPort)]);
  await panel.say('Nobody needs a password');
  await panel.button('Add user').click();
  await expect(panel.field('Name')).toHaveAttribute('aria-invalid', 'true');
  await panel.field('Name').fill('dave');
  await panel.password.fill('open sesame');
  await panel.button('Add user').click();
  await expect.poll(async () => (await settings(surroundings)).socksUsers).toEqual(['dave']);
  await expect(panel.field('Name')).toHaveValue('');
  await expect(panel.password).toHaveValue('');
  await panel.say('With a user here nobody else is let in by SOCKS5.');
  const fetchAs = (who: string): Promise<number | null> =>
    runCommand('curl', [
      '-s',
      '-m',
      '60',
      '--socks5-hostname',
      `${who}127.0.0.1:${socksPort}`,
      `http://127.0.0.1:${surroundings.origin.port}/`,
    ]).then(({ exitCode }) => exitCode);
  expect(await fetchAs('dave:open%20sesame@')).toBe(0);
  expect(await fetchAs('')).not.toBe(0);
  expect(await readFile(join(surroundings.directory, 'settings.json'), 'utf8')).not.toContain('sesame');
  await panel.field('Name').fill('dave');
  await panel.password.fill('another');
  await panel.button('Change password').click();
  await expect(panel.password).toHaveValue('');
  expect(await fetchAs('dave:open%20sesame@')).not.toBe(0);
  expect(await fetchAs('dave:another@')).toBe(0);
  await panel.button('Remove dave').click();
  await expect.poll(async () => (await settings(surroundings)).socksUsers).toEqual([]);
  expect(await fetchAs('')).toBe(0);
});

test('password age, off network and the rest apply at once', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('Password age');
  await panel.field('Longest age').fill('0');
  await panel.field('Longest age').press('Enter');
  await expect(panel.field('Longest age')).toHaveAttribute('aria-invalid', 'true');
  await panel.field('Longest age').fill('90');
  await panel.field('Longest age').press('Enter');
  await expect.poll(async () => (await settings(surroundings)).maxPasswordAgeDays).toBe(90);
  await panel.field('Remind me').fill('14');
  await panel.field('Remind me').press('Enter');
  await expect.poll(async () => (await settings(surroundings)).remindDays).toBe(14);
  await panel.back();
  await panel.go('Off network');
  await panel.page.getByRole('radio', { name: /^Refuse/ }).click();
  await expect.poll(async () => (await settings(surroundings)).offNetwork).toBe('refuse');
  // The file is written a moment before the panel shows it; until then a click on the other choice is none.
  await expect(panel.page.getByRole('radio', { name: /^Refuse/ })).toBeChecked();
  await surroundings.proxy.close();
  await expect.poll(() => surroundings.fetchPage()).toBe(502);
  await panel.page.getByRole('radio', { name: /^Go direct/ }).click();
  await expect.poll(() => surroundings.fetchPage()).toBe(200);
  await panel.back();
  await panel.go('Advanced');
  const workstation = panel.page.getByRole('textbox', { name: /^Workstation name/ });
  await workstation.fill('A-NAME-THAT-IS-MUCH-TOO-LONG');
  await expect(workstation).toHaveAttribute('aria-invalid', 'true');
  await workstation.fill('MAC-ALICE');
  await workstation.press('Enter');
  await expect.poll(async () => (await settings(surroundings)).workstation).toBe('MAC-ALICE');
  await panel.page.getByRole('radio', { name: 'Deutsch' }).click({ force: true });
  await expect(panel.page.getByText('Sprache', { exact: true }).first()).toBeVisible();
});

test('exports a cntlm.conf without a secret', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const saveFile = join(surroundings.directory, 'exported.conf');
  await panel.app.ask('chooseFiles', { saveFile });
  await panel.go('Export cntlm.conf…');
  await panel.button('Save…').click();
  await panel.say('The file was written. It holds no password and no hash.');
  const text = await readFile(saveFile, 'utf8');
  expect(text).toContain(`Proxy ${surroundings.proxyName}`.replace(/ +/, ' ').split(' ')[1]);
  expect(text).toMatch(/Username\s+alice/);
  expect(text.toLowerCase()).not.toContain(ntowfv2(ntHash(password), account).toString('hex'));
  expect(text).not.toContain(password);
});

test('forgets an account, and asks for the password anew', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('Advanced', 'Forget this account…');
  await panel.say('Forget CORP\\alice?');
  await panel.button('Forget').click();
  await expect.poll(async () => (await panel.app.ask('tray')).toolTip).toContain('not set up');
  await expect(surroundings.fetchPage()).rejects.toThrow('ECONNREFUSED');
  expect(await settings(surroundings)).not.toHaveProperty('account');
});
