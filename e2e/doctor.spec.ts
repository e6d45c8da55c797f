import { ntHash, ntowfv2 } from '../src/main/ntlm/ntowf';
import { account, expect, password, type Surroundings, test } from './fixtures';
import { Panel } from './panel';

const openDoctor = async (surroundings: Surroundings): Promise<Panel> => {
  const panel = await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  await panel.go('Doctor');
  return panel;
};

test('asks before it signs in, and its report holds no secret', async ({ surroundings }) => {
  const panel = await openDoctor(surroundings);
  await panel.say('Sign in once?');
  const before = surroundings.proxy.logons.length;
  await panel.button('Sign in once').click();
  await panel.say('It works');
  expect(surroundings.proxy.logons.length).toBe(before + 1);
  await panel.button('Copy report').click();
  await expect.poll(() => panel.app.ask('clipboard')).toContain(surroundings.proxyName);
  const report = await panel.app.ask('clipboard');
  const hash = ntowfv2(ntHash(password), account).toString('hex');
  for (const secret of [password, hash, hash.toUpperCase(), 'TlRMTVNTUAAD']) {
    expect(report).not.toContain(secret);
  }
});

test('makes no logon when it may not', async ({ surroundings }) => {
  const panel = await openDoctor(surroundings);
  await panel.say('Sign in once?');
  const before = surroundings.proxy.logons.length;
  await panel.button('Skip').click();
  await panel.say('All is well as far as it was tried');
  expect(surroundings.proxy.logons.length).toBe(before);
});

test('says where the way ends', async ({ surroundings }) => {
  const panel = await Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);
  await surroundings.proxy.close();
  await panel.go('Doctor');
  await panel.say(/refuses the connection|cannot be reached|did not accept the connection/);
  await expect(panel.button('Run again')).toBeVisible();
});
