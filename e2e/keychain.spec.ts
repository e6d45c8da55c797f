import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ntHash, ntowfv2 } from '../src/main/ntlm/ntowf';
import { account, expect, password, type Surroundings, test } from './fixtures';
import type { RunningApp } from './launch-app';
import { isOnToolTip, Panel } from './panel';

const hash = ntowfv2(ntHash(password), account).toString('hex');
const denied = 'User canceled the operation.';

const launch = (surroundings: Surroundings): Promise<RunningApp> =>
  surroundings.launch({ env: { E2E_KEYCHAIN: fileOf(surroundings) } });

const fileOf = ({ directory }: Surroundings): string => join(directory, 'keychain-says');

/** How often the Keychain has said no. */
async function asked(surroundings: Surroundings): Promise<number> {
  return (await readFile(`${fileOf(surroundings)}.asked`, 'utf8')).trim().split('\n').length;
}

/** Everything that the app has written. */
async function written({ directory }: Surroundings): Promise<string> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  );
  return texts.join('\n').toLowerCase();
}

/** An app that has a password in the Keychain, ended, and what the Keychain says from then on. */
async function setUpAndQuit(surroundings: Surroundings, says: string): Promise<void> {
  const panel = await Panel.setUp(await launch(surroundings), surroundings.proxyName, password);
  expect(await panel.app.quit()).toBe(0);
  await writeFile(fileOf(surroundings), says);
}

for (const [says, title, sentence] of [
  [denied, 'The Keychain said no', 'Latchkey was not given access to read or keep the sign-in'],
  [
    'The user name or passphrase you entered is not correct.',
    'The Keychain said no',
    'Latchkey was not given access to read or keep the sign-in',
  ],
  [
    'User interaction is not allowed.',
    'The Keychain is locked',
    'Latchkey cannot read or keep the sign-in until it is unlocked',
  ],
  [
    'The specified keychain could not be found.',
    'There is no Keychain',
    'Latchkey has no place to keep the sign-in',
  ],
  [
    'An unknown error occurred.',
    'The Keychain does not answer',
    /The Keychain gave an error: .*unknown error/,
  ],
] as const) {
  test(`set-up goes on without a Keychain that says “${says}”`, async ({ surroundings }) => {
    await writeFile(fileOf(surroundings), says);
    const panel = await Panel.setUp(await launch(surroundings), surroundings.proxyName, password);
    await panel.say(title);
    await panel.say(sentence);
    await panel.say('The password works all the same, and is kept until Latchkey quits.');
    expect(await surroundings.fetchPage()).toBe(200);
    await panel.button('Dismiss').click();
    await expect(panel.page.getByText(title)).toHaveCount(0);
    // What the Keychain did not take is nowhere else.
    expect(await written(surroundings)).not.toContain(hash);
  });
}

test('a start without leave to read the Keychain sends nothing, and reads it when it is told to', async ({
  surroundings,
}) => {
  await setUpAndQuit(surroundings, denied);
  const before = surroundings.proxy.logons.length;
  const app = await launch(surroundings);
  const panel = new Panel(app, await app.panel());
  await panel.say('The Keychain said no');
  await expect(panel.password).toBeVisible();
  await expect.poll(async () => (await app.ask('tray')).image).toContain('trayAttentionTemplate');
  expect((await app.ask('notifications')).map(({ title }) => title)).toEqual([
    'Latchkey needs your password',
  ]);
  expect(await asked(surroundings)).toBe(1);
  await panel.button('Try again').click();
  await expect.poll(() => asked(surroundings)).toBe(2);
  await panel.say('The Keychain said no');
  expect(surroundings.proxy.logons).toHaveLength(before);
  await rm(fileOf(surroundings));
  await panel.button('Try again').click();
  await expect.poll(async () => (await app.ask('tray')).toolTip).toMatch(isOnToolTip);
  expect(await surroundings.fetchPage()).toBe(200);
  expect(surroundings.proxy.logons.slice(before).map(({ accepted }) => accepted)).toEqual([true]);
});

test('a question about the Keychain holds up neither the start nor the end of Latchkey', async ({
  surroundings,
}) => {
  await setUpAndQuit(surroundings, 'asks');
  await promisify(execFile)('mkfifo', [`${fileOf(surroundings)}.pipe`]);
  const app = await launch(surroundings);
  await expect
    .poll(async () => (await app.ask('tray')).toolTip)
    .toContain('The Keychain has not answered yet');
  // Everything was closed by then: only the thread was left.
  expect(await app.quit()).toBeNull();
});

test('a password can be kept until Latchkey quits, and no longer', async ({ surroundings }) => {
  await setUpAndQuit(surroundings, denied);
  const app = await launch(surroundings);
  const panel = new Panel(app, await app.panel());
  await panel.say('The Keychain said no');
  await panel.password.fill(password);
  await panel.button('Keep until Latchkey quits').click();
  await panel.say('The company proxy accepts the password');
  await panel.say('Kept until Latchkey quits');
  expect(await surroundings.fetchPage()).toBe(200);
  expect(await app.quit()).toBe(0);
  const again = await launch(surroundings);
  // The Keychain would still say no, and there is nowhere else to have it from.
  await expect.poll(async () => (await again.ask('tray')).toolTip).toContain('The Keychain said no');
});
