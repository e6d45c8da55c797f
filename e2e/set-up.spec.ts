import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePorts } from '../test/servers/ports';
import type { AppSettings } from '../src/shared/app-settings';
import { invertDigits } from '../src/main/cntlm/hash-digits';
import { ntHash, ntowfv2 } from '../src/main/ntlm/ntowf';
import { account, expect, password, type Surroundings, test } from './fixtures';
import { Panel } from './panel';

/** As cntlm 0.92.3 writes it. */
const hash = invertDigits(ntowfv2(ntHash(password), account).toString('hex').toUpperCase());

const settings = async ({ directory }: Surroundings): Promise<Partial<AppSettings>> =>
  JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as Partial<AppSettings>;

/** An app that is started for the first time, with its panel. */
async function firstStart(surroundings: Surroundings, conf?: string): Promise<Panel> {
  const app = await surroundings.launch(conf === undefined ? {} : { env: { LATCHKEY_CONF: conf } });
  return new Panel(app, await app.panel());
}

/** A cntlm.conf where Latchkey looks for one. */
async function writeConf(surroundings: Surroundings, ...lines: readonly string[]): Promise<string> {
  const file = join(surroundings.directory, 'cntlm.conf');
  const all = [
    'Username alice',
    'Domain CORP',
    `Proxy ${surroundings.proxyName}`,
    `Listen ${surroundings.port}`,
    ...lines,
  ];
  await writeFile(file, `${all.join('\n')}\n`);
  return file;
}

test('finds a cntlm.conf by itself, and takes over what it understands', async ({ surroundings }) => {
  const file = await writeConf(
    surroundings,
    `PassNTLMv2 ${hash}`,
    'NoProxy 10.*, *.corp.test',
    'Nonsense of another program',
  );
  const before = await readFile(file, 'utf8');
  const panel = await firstStart(surroundings, file);
  const { page } = panel;
  await expect(panel.headline).toHaveText('Set up Latchkey');
  await expect(page.getByRole('radio', { name: 'cntlm.conf' })).toBeChecked();
  await panel.say(`Company proxy ${surroundings.proxyName}`);
  await panel.say('CORP\\alice, with its NTLMv2 hash: no password to type');
  await panel.say('2 addresses that need no proxy');
  await panel.say(/^Line 7\b.*not begin with a keyword/);
  // Looking costs nothing.
  expect(surroundings.proxy.connectionCount).toBe(0);
  await panel.button('Check and save').click();
  await panel.say(`Signed in to ${surroundings.proxyName} as CORP\\alice`);
  expect(surroundings.proxy.logons.map(({ accepted }) => accepted)).toContain(true);
  expect(surroundings.proxy.logons.map(({ accepted }) => accepted)).not.toContain(false);
  expect(await settings(surroundings)).toMatchObject({
    account,
    upstreams: [{ host: surroundings.proxy.host, port: surroundings.proxy.port }],
    port: surroundings.port,
    isOn: true,
  });
  expect((await settings(surroundings)).noProxy).toEqual(expect.arrayContaining(['10.*', '*.corp.test']));
  expect(await surroundings.fetchPage()).toBe(200);
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('takes over a cntlm.conf whose PAC names the company proxies, once the user has seen them', async ({
  surroundings,
}) => {
  const pac = join(surroundings.directory, 'proxy.pac');
  await writeFile(pac, `function FindProxyForURL() { return "PROXY ${surroundings.proxyName}"; }`);
  const file = join(surroundings.directory, 'cntlm.conf');
  const lines = ['Username alice', 'Domain CORP', `PassNTLMv2 ${hash}`, `Pac ${pac}`];
  await writeFile(file, `${lines.join('\n')}\nListen ${surroundings.port}\n`);
  const panel = await firstStart(surroundings, file);
  await panel.say(`PAC ${pac}`);
  await panel.button('Continue').click();
  await panel.say(
    `It names ${surroundings.proxyName}. By Check and save you agree that they get the sign-in.`,
  );
  expect(surroundings.proxy.connectionCount).toBe(0);
  await panel.button('Check and save').click();
  await panel.say(`Signed in to ${surroundings.proxyName} as CORP\\alice`);
  const { host, port } = surroundings.proxy;
  expect(await settings(surroundings)).toMatchObject({ account, pac, upstreams: [{ host, port }] });
  expect(await surroundings.fetchPage()).toBe(200);
});

test('asks for the password that a cntlm.conf does not hold', async ({ surroundings }) => {
  const file = await writeConf(surroundings);
  const panel = await firstStart(surroundings, file);
  await panel.say('CORP\\alice. Needs the password.');
  await panel.button('Continue').click();
  await expect(panel.password).toBeFocused();
  await panel.say('cntlm.conf has no hash that can be used, so the password is needed once.');
  await panel.password.fill(password);
  await panel.password.press('Enter');
  await panel.say(`Signed in to ${surroundings.proxyName} as CORP\\alice`);
  expect(await surroundings.fetchPage()).toBe(200);
});

test('a hash in a cntlm.conf that is out of date costs one logon', async ({ surroundings }) => {
  const file = await writeConf(surroundings, `PassNTLMv2 ${'0123456789ABCDEF'.repeat(2)}`);
  const panel = await firstStart(surroundings, file);
  await panel.button('Check and save').click();
  await panel.say(/The company proxy refused this password/);
  await panel.say('One logon was used.');
  expect(surroundings.proxy.logons.map(({ accepted }) => accepted)).toEqual([false]);
  expect(await settings(surroundings)).not.toHaveProperty('account');
  await panel.password.fill(password);
  await panel.password.press('Enter');
  await panel.say(`Signed in to ${surroundings.proxyName} as CORP\\alice`);
  expect(surroundings.proxy.logons.filter(({ accepted }) => !accepted)).toHaveLength(1);
});

test('set-up can wait, and is found again', async ({ surroundings }) => {
  const panel = await firstStart(surroundings, await writeConf(surroundings));
  await panel.button('Later').click();
  await expect(panel.headline).toHaveText('Latchkey is not set up');
  await panel.button('Set up…').click();
  await panel.page.getByRole('radio', { name: 'Type it in' }).check();
  await panel.button('Continue').click();
  await expect(panel.field('Company proxy')).toBeFocused();
  expect(surroundings.proxy.connectionCount).toBe(0);
});

test('what cannot be right is told at its field, and nothing is sent', async ({ surroundings }) => {
  const panel = await firstStart(surroundings);
  const proxy = panel.field('Company proxy');
  const user = panel.field('Account');
  await user.fill('CORP\\alice');
  await panel.password.fill(password);
  for (const bad of [
    'proxy corp:8080',
    'proxy.corp:99999',
    'proxy.corp:0',
    '300.1.1.1:8080',
    'ftp://proxy.corp:8443',
    'https://proxy.corp:99999',
  ]) {
    await proxy.fill(bad);
    await proxy.press('Enter');
    await expect(proxy, bad).toHaveAttribute('aria-invalid', 'true');
    await expect(proxy, bad).toHaveAccessibleDescription(/\S/);
  }
  // Without a port one is proposed, not assumed.
  const [host = '', port = ''] = surroundings.proxyName.split(':');
  await proxy.fill('proxy.corp.test');
  await proxy.press('Enter');
  await panel.button('Use proxy.corp.test:8080').click();
  await expect(proxy).toHaveValue('proxy.corp.test:8080');
  await expect(proxy).toHaveAttribute('aria-invalid', 'false');
  await proxy.fill(`${host}:${port}`);
  for (const bad of ['alice', 'CORP/alice', 'CORP\\', '\\alice']) {
    await user.fill(bad);
    await user.press('Enter');
    await expect(user, bad).toHaveAttribute('aria-invalid', 'true');
    await expect(user, bad).toHaveAccessibleDescription(/\S/);
  }
  await user.fill('CORP\\alice');
  await panel.password.fill('');
  await panel.password.press('Enter');
  await expect(panel.button('Check and save')).toBeDisabled();
  expect(surroundings.proxy.connectionCount).toBe(0);
  expect(await settings(surroundings)).not.toHaveProperty('account');
});

test('says what stands in the way, uses no logon and saves nothing', async ({ surroundings }) => {
  const panel = await firstStart(surroundings);
  const [deadPort = 0] = await freePorts(1);
  await panel.fillSetUp(`127.0.0.1:${deadPort}`, 'CORP\\alice', password);
  await panel.say(/No logon was used\./);
  await expect(panel.page.getByText(`127.0.0.1:${deadPort}`).first()).toBeVisible();
  await panel.fillSetUp(`127.0.0.1:${surroundings.port}`, 'CORP\\alice', password);
  await panel.say(`127.0.0.1:${surroundings.port} is the address of Latchkey on this Mac`);
  expect(surroundings.proxy.connectionCount).toBe(0);
  expect(await settings(surroundings)).not.toHaveProperty('account');
});

test('is ready without a logon where the company proxy asks for none', async ({ surroundings }) => {
  surroundings.proxy.misbehave({ noAuthentication: true });
  const panel = await firstStart(surroundings);
  await panel.fillSetUp(surroundings.proxyName, 'CORP\\alice', password);
  await expect(panel.headline).toHaveText('Ready');
  expect(surroundings.proxy.logons).toHaveLength(0);
  expect(await surroundings.fetchPage()).toBe(200);
  expect(surroundings.proxy.logons).toHaveLength(0);
  expect(await settings(surroundings)).toMatchObject({ account, isOn: true });
  // It begins to ask: the password that was given is there.
  surroundings.proxy.misbehave({});
  expect(await surroundings.openTunnel().then(() => 'open', String)).toBe('open');
  expect(surroundings.proxy.logons.map(({ accepted }) => accepted)).toEqual([true]);
});

test('a check can be cancelled until the logon leaves', async ({ surroundings }) => {
  const panel = await firstStart(surroundings);
  // It takes the connection and never says a word.
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = mute.address() as { port: number };
    await panel.fillSetUp(`127.0.0.1:${port}`, 'CORP\\alice', password);
    await panel.button('Cancel').click();
    await panel.say('The check was cancelled. Nothing was saved.');
    await panel.say('No logon was used.');
    expect(await settings(surroundings)).not.toHaveProperty('account');
    // The field of a check that is over does not keep the password.
    await expect(panel.password).toHaveValue('');
  } finally {
    mute.close();
  }
  surroundings.proxy.misbehave({ silentAt: 'type-3' });
  await panel.fillSetUp(surroundings.proxyName, 'CORP\\alice', password);
  await expect.poll(() => surroundings.proxy.challengeCount).toBe(1);
  await panel.say('Signing in');
  await expect(panel.button('Cancel')).toHaveCount(0);
});
