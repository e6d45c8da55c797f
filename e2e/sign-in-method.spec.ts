import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppSettings } from '../src/shared/app-settings';
import { account, expect, password, type Surroundings, test } from './fixtures';
import { Panel } from './panel';

const settings = async ({ directory }: Surroundings): Promise<AppSettings> =>
  JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as AppSettings;

const setUp = async (surroundings: Surroundings): Promise<Panel> => {
  const panel = await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  await panel.go('Preferences');
  await panel.go('Sign-in');
  return panel;
};

const methods = ({ proxy }: Surroundings): string[] =>
  proxy.logons.map((logon) => `${logon.method} ${logon.accepted}`);

test('another method: why not first, and nothing before its own button and an accepted password', async ({
  surroundings,
}) => {
  const panel = await setUp(surroundings);
  const before = surroundings.proxy.logons.length;
  await panel.page.getByRole('radio', { name: 'Another method' }).click();
  await panel.page.getByRole('radio', { name: 'NTLMv1', exact: true }).click({ force: true });
  await panel.say(/Whoever listens can break NTLMv1/);
  await panel.say('NTLMv2 stays in use until you choose.');
  await panel.button('Keep NTLMv2').click();
  await expect(panel.page.getByRole('radio', { name: 'NTLMv2', exact: true })).toBeChecked();
  await panel.page.getByRole('radio', { name: 'Another method' }).click();
  await panel.page.getByRole('radio', { name: 'NTLMv1', exact: true }).click({ force: true });
  await panel.button('Use NTLMv1').click();
  expect((await settings(surroundings)).signInMethod ?? 'NTLMv2').toBe('NTLMv2');
  expect(surroundings.proxy.logons).toHaveLength(before);
  const field = panel.field('Password of CORP\\alice');
  await field.fill('wrong');
  await panel.button('Check and save').click();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  expect((await settings(surroundings)).signInMethod ?? 'NTLMv2').toBe('NTLMv2');
  await field.fill(password);
  await panel.button('Check and save').click();
  await expect.poll(async () => (await settings(surroundings)).signInMethod).toBe('NT');
  await panel.say('NTLMv1 is in use.');
  expect(methods(surroundings).slice(before)).toEqual(['NT false', 'NT true']);
  expect(await surroundings.fetchPage()).toBe(200);
  // And back, which is no warning.
  await panel.page.getByRole('radio', { name: 'NTLMv2', exact: true }).click();
  await panel.button('Use NTLMv2').click();
  await panel.field('Password of CORP\\alice').fill(password);
  await panel.button('Check and save').click();
  await expect.poll(async () => (await settings(surroundings)).signInMethod).toBe('NTLMv2');
  await expect(panel.page.getByText('NTLMv1 is in use.')).toHaveCount(0);
});

test('programs sign in themselves once that is switched on', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  expect(await surroundings.fetchPage()).toBe(200);
  await panel.page.getByRole('switch', { name: /^Programs sign in themselves/ }).click({ force: true });
  await expect.poll(() => surroundings.fetchPage()).toBe(407);
  await panel.say(/let this Mac alone connect/);
  await panel.page.getByRole('switch', { name: /^Programs sign in themselves/ }).click({ force: true });
  await expect.poll(() => surroundings.fetchPage()).toBe(200);
  expect(surroundings.proxy.logons.every(({ user }) => user === account.user)).toBe(true);
});
