import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import type { AppSettings } from '../src/shared/app-settings';
import { expect, password, type Surroundings, takePicture, test } from './fixtures';
import { introduction, isOnHeadline, isOnToolTip, Panel } from './panel';

const setUp = async (surroundings: Surroundings): Promise<Panel> => {
  const panel = await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  await panel.go('Preferences');
  return panel;
};

const settingsOf = async ({ directory }: Surroundings): Promise<AppSettings> =>
  JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as AppSettings;

/** Fields that hold a setting: the page, the field, what is bad, what is good, and what is stored of it. */
const settingFields: readonly {
  readonly page: string;
  readonly field: string;
  readonly bad: readonly string[];
  readonly good: string;
  readonly key: keyof AppSettings;
  readonly stored: unknown;
}[] = [
  {
    page: 'Password age',
    field: 'Longest age',
    bad: ['0', '3651', '-1', '1.5', 'soon', '9 0'],
    good: '3650',
    key: 'maxPasswordAgeDays',
    stored: 3650,
  },
  { page: 'Password age', field: 'Longest age', bad: [], good: '', key: 'maxPasswordAgeDays', stored: null },
  {
    page: 'Password age',
    field: 'Remind me',
    bad: ['91', '-1', '2.5', 'never', ''],
    good: '0',
    key: 'remindDays',
    stored: 0,
  },
  {
    page: 'Advanced',
    field: 'Workstation name',
    bad: ['SIXTEEN-LETTERS-', 'A B', 'A"B', 'A/B'],
    good: 'MAC-ALICE',
    key: 'workstation',
    stored: 'MAC-ALICE',
  },
  { page: 'Advanced', field: 'Workstation name', bad: [], good: '', key: 'workstation', stored: '' },
];

test('a bad value stays in its field, says why and is not put to use', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  for (const { page, field: name, bad, good, key, stored } of settingFields) {
    await panel.go(page);
    const field = panel.page.getByRole('textbox', { name: new RegExp(`^${name}`) });
    const before = await settingsOf(surroundings);
    const shownBefore = await field.inputValue();
    for (const value of bad) {
      await field.fill(value);
      await field.press('Enter');
      await expect(field, `${name}: ${value}`).toHaveAttribute('aria-invalid', 'true');
      await expect(field, `${name}: ${value}`).toHaveAccessibleDescription(/\S/);
      await expect(field).toHaveValue(value);
    }
    if (bad.length > 0) {
      await field.press('Escape');
      await expect(field).toHaveValue(shownBefore);
      await expect(field).toHaveAttribute('aria-invalid', 'false');
      expect(await settingsOf(surroundings)).toEqual(before);
    }
    await field.fill(good);
    await field.press('Enter');
    await expect(field).toHaveAttribute('aria-invalid', 'false');
    await expect.poll(async () => (await settingsOf(surroundings))[key]).toEqual(stored);
    await panel.back();
  }
});

/** Types into a field that adds to a list. */
async function refuses(field: Locator, bad: readonly string[]): Promise<void> {
  for (const value of bad) {
    await field.fill(value);
    await field.press('Enter');
    await expect(field, value).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveValue(value);
  }
}

test('lists take what can be meant, and nothing twice', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('No proxy for');
  const noProxy = panel.field('Add host, domain or network');
  await refuses(noProxy, [
    'https://git.corp',
    'git.corp:99999',
    '10.0.0.0/33',
    '10.0.0.9-10.0.0.1',
    'two words',
    'a,b',
  ]);
  expect((await settingsOf(surroundings)).noProxy).toEqual([]);
  for (const [typed, kept] of [
    ['Git.Corp', 'git.corp'],
    ['.corp.test', '.corp.test'],
    ['10.1.0.0/16', '10.1.0.0/16'],
  ] as const) {
    await noProxy.fill(typed);
    await noProxy.press('Enter');
    await expect(noProxy).toHaveValue('');
    await expect.poll(async () => (await settingsOf(surroundings)).noProxy.at(-1)).toBe(kept);
  }
  await refuses(noProxy, ['GIT.CORP']);
  expect((await settingsOf(surroundings)).noProxy).toHaveLength(3);
  // Escape empties the field first, and leaves the page then.
  await noProxy.press('Escape');
  await expect(noProxy).toHaveValue('');
  await noProxy.press('Escape');
  await panel.go('Port and access');
  await panel.page.getByRole('radio', { name: /^Named addresses/ }).click();
  await panel.say('Nobody is named yet, so only this Mac may connect.');
  const access = panel.field('Add address or network');
  await refuses(access, ['http://10.0.0.1', '10.0.0.1:80', '10.0.0.0/40', '300.1.1.1', 'two words']);
  expect((await settingsOf(surroundings)).allowed).toEqual([]);
  await access.fill('192.168.7.0/24');
  await access.press('Enter');
  await expect.poll(async () => (await settingsOf(surroundings)).allowed).toEqual(['192.168.7.0/24']);
  await panel.button('Remove 192.168.7.0/24').click();
  await expect.poll(async () => (await settingsOf(surroundings)).allowed).toEqual([]);
});

test('rules are in their order, and one can be taken up', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('Port and access');
  await panel.page.getByRole('radio', { name: /^By rules/ }).click();
  const field = panel.field('Add rule, as in allow 10.1.0.0/16');
  const rules = async (): Promise<readonly string[]> => (await settingsOf(surroundings)).rules;
  for (const rule of ['deny 10.1.0.0/16', 'allow 127.0.0.1']) {
    await field.fill(rule);
    await field.press('Enter');
    await expect.poll(rules).toContain(rule);
  }
  const rows = panel.page.getByRole('list', { name: 'By rules, in order' }).getByRole('listitem');
  await expect(rows.nth(0)).toContainText('10.1.0.0/16');
  await expect(rows.nth(0)).toContainText('Deny');
  await panel.button('Move allow 127.0.0.1 up').click();
  await expect.poll(rules).toEqual(['allow 127.0.0.1', 'deny 10.1.0.0/16']);
  await expect(rows.nth(0)).toContainText('127.0.0.1');
  await takePicture(panel.app, panel.page, 'preferences-rules-en-light');
});

/** The status of a page that is fetched through an address of the local proxy, or why there is none. */
function fetchThrough(host: string, port: number, url: string): Promise<number | string> {
  return new Promise((resolve) => {
    request({ host, port, path: url, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', (error) => resolve(error.message))
      .end();
  });
}

test('who may connect is who may connect', async ({ surroundings }) => {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address;
  test.skip(own === undefined, 'this machine has no address but 127.0.0.1');
  const panel = await setUp(surroundings);
  const { port, origin } = surroundings;
  const fromElsewhere = (): Promise<number | string> =>
    fetchThrough(own ?? '', port, `http://127.0.0.1:${origin.port}/`);
  await panel.go('Port and access');
  expect(await fromElsewhere()).toContain('ECONNREFUSED');
  await panel.page.getByRole('radio', { name: /^Everyone/ }).click();
  await expect.poll(fromElsewhere).toBe(200);
  await panel.page.getByRole('radio', { name: /^Named addresses/ }).click();
  await expect.poll(fromElsewhere).not.toBe(200);
  const access = panel.field('Add address or network');
  await access.fill(own ?? '');
  await access.press('Enter');
  await expect.poll(fromElsewhere).toBe(200);
  expect(await surroundings.fetchPage()).toBe(200);
  await panel.page.getByRole('radio', { name: /^This Mac/ }).click();
  await expect.poll(fromElsewhere).toContain('ECONNREFUSED');
  expect(await surroundings.fetchPage()).toBe(200);
});

test('reminds of a password that is about to expire, once, and says it on the panel', async ({
  surroundings,
}) => {
  const panel = await setUp(surroundings);
  const { app } = panel;
  const titles = async (): Promise<string[]> => (await app.ask('notifications')).map(({ title }) => title);
  await panel.go('Password age');
  const longest = panel.field('Longest age');
  await longest.fill('90');
  await longest.press('Enter');
  await panel.say('90 days left');
  expect(await titles()).toEqual([introduction]);
  await longest.fill('5');
  await longest.press('Enter');
  await expect.poll(titles).toEqual([introduction, 'Your password expires in 5 days']);
  await panel.say('5 days left');
  await panel.back();
  await panel.back();
  await panel.say('5 days left');
  await app.ask('power', { event: 'resume' });
  await app.ask('clickNotification', { index: 1 });
  await expect(panel.headline).toHaveText('Password');
  await panel.say('This password is 0 days old. Your limit is 5 days.');
  expect(await app.quit()).toBe(0);
  const again = await surroundings.launch();
  await expect.poll(async () => (await again.ask('tray')).toolTip).toMatch(isOnToolTip);
  expect(await surroundings.fetchPage()).toBe(200);
  expect(await again.ask('notifications')).toEqual([]);
});

test('every setting is there again after a restart', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const choose = (name: RegExp | string): Promise<void> => panel.page.getByRole('radio', { name }).click();
  await panel.go('Company proxies');
  await panel.button('Add a company proxy').click();
  await panel.field('Address of the new company proxy').fill('second.test:8081');
  await panel.field('Address of the new company proxy').press('Enter');
  await panel.back();
  await panel.go('No proxy for');
  await panel.field('Add host, domain or network').fill('*.kept.test');
  await panel.field('Add host, domain or network').press('Enter');
  await panel.back();
  await panel.go('Off network');
  await choose(/^Refuse/);
  await panel.back();
  await panel.go('Advanced');
  await choose('English');
  await panel.back();
  await expect
    .poll(() => settingsOf(surroundings))
    .toMatchObject({
      upstreams: [{ port: surroundings.proxy.port }, { host: 'second.test', port: 8081 }],
      noProxy: ['*.kept.test'],
      offNetwork: 'refuse',
      language: 'en',
    });
  const before = await settingsOf(surroundings);
  expect(await panel.app.quit()).toBe(0);
  expect(await settingsOf(surroundings)).toEqual(before);
  // The language of the system is another one; the one of choice stays.
  const restarted = await surroundings.launch({ language: 'de-DE' });
  await expect.poll(async () => (await restarted.ask('tray')).toolTip).toMatch(isOnToolTip);
  const again = await Panel.open(restarted);
  await expect(again.headline).toHaveText(isOnHeadline);
  await again.go('Preferences', 'Company proxies');
  await again.say('second.test:8081');
  await again.back();
  await again.go('No proxy for');
  await again.say('*.kept.test');
  await again.back();
  await again.go('Off network');
  await expect(again.page.getByRole('radio', { name: /^Refuse/ })).toBeChecked();
  expect(await settingsOf(surroundings)).toEqual(before);
});
