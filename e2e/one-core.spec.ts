import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { EmulatedMac } from '../test/emulated-mac';
import { type CommandEnd, endOf } from './command-end';
import { account, expect, macEnvironment, password, type Surroundings, test } from './fixtures';
import { isOnHeadline, isOnToolTip, Panel } from './panel';

const newPassword = 'An0ther one';
const cli = join(__dirname, '..', 'out', 'cli', 'latchkey.cjs');

// Their logons would come between those that are counted.
test.use({ keepsWarm: false });

/** The command as a terminal on the Mac of the app has it. */
function start(surroundings: Surroundings, line: string, mac?: EmulatedMac): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [cli, ...line.split(' ')], {
    // Playwright asks for colours.
    env: { ...process.env, ...mac?.env, NO_COLOR: '1', LATCHKEY_STATE_DIR: surroundings.directory },
  });
}

function latchkey(
  surroundings: Surroundings,
  line: string,
  { input = '', mac }: { readonly input?: string; readonly mac?: EmulatedMac } = {},
): Promise<CommandEnd> {
  return endOf(start(surroundings, line, mac), input);
}

const setUp = async (surroundings: Surroundings): Promise<Panel> =>
  Panel.setUp(await surroundings.launch(), surroundings.proxyName, password);

test('status tells of the app, and `latchkey run` that it runs already', async ({ surroundings }) => {
  const app = await surroundings.launch();
  await app.panel();
  const before = await latchkey(surroundings, 'status');
  expect(before).toMatchObject({ code: 0, err: '' });
  expect(before.out).toContain('nothing is set up yet: open Latchkey in the menu bar');
  await Panel.setUp(app, surroundings.proxyName, password);
  expect(await surroundings.fetchPage()).toBe(200);
  const { out, code } = await latchkey(surroundings, 'status');
  expect(out).toMatch(/^Running +the app, version \d+\.\d+\.\d+$/m);
  expect(out).toMatch(new RegExp(`^Listening on +127\\.0\\.0\\.1:${surroundings.port}, `, 'm'));
  expect(out).toContain(`Company proxy   ${surroundings.proxyName}, in use`);
  expect(out).toContain('Account         CORP\\alice');
  expect(out).toMatch(/^Password +accepted$/m);
  expect(out).toMatch(/^Today +\d+ logons?, 0 refused, 0 without an answer$/m);
  expect(code).toBe(0);
  const run = await latchkey(surroundings, 'run');
  expect(run.err).toMatch(
    /^latchkey: Latchkey in the menu bar \(version \d+\.\d+\.\d+\) runs already, with these settings: `latchkey status`/m,
  );
  expect(run).toMatchObject({ code: 1, out: '' });
  expect(await surroundings.fetchPage()).toBe(200);
});

test('a password from the terminal is in the panel at once, with one logon', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const { proxy } = surroundings;
  proxy.setPassword(account, newPassword);
  await expect.poll(() => surroundings.openTunnel().then(() => 'open', String)).toContain('502');
  await expect(panel.password).toBeVisible();
  const before = proxy.logons.length;
  const refused = await latchkey(surroundings, 'credential set', { input: 'mistyped\n' });
  expect(refused.err).toContain('refused CORP\\alice');
  expect(refused.code).toBe(1);
  expect(proxy.logons).toHaveLength(before + 1);
  const { code, out } = await latchkey(surroundings, 'credential set', { input: `${newPassword}\n` });
  expect(out).toContain('The new password of CORP\\alice was accepted and is in use from now on.');
  expect(out).toContain('It is in the Keychain, where Latchkey finds it the next time.');
  expect(code).toBe(0);
  expect(proxy.logons.slice(before).map(({ accepted }) => accepted)).toEqual([false, true]);
  await panel.say('The company proxy accepts the password');
  await expect.poll(async () => (await panel.app.ask('tray')).toolTip).toMatch(isOnToolTip);
  expect(await surroundings.fetchPage()).toBe(200);
  expect(await panel.app.quit()).toBe(0);
  // And after a restart.
  await surroundings.launch();
  await expect.poll(() => surroundings.fetchPage().catch(() => 0)).toBe(200);
  expect(proxy.logons.slice(before).filter(({ accepted }) => !accepted)).toHaveLength(1);
});

test('the sign-in is paused and goes on', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  expect((await latchkey(surroundings, 'credential pause')).code).toBe(0);
  await expect(panel.headline).toHaveText('Sign-in is paused');
  expect((await latchkey(surroundings, 'status')).out).toContain('the sign-in is paused until');
  expect((await latchkey(surroundings, 'credential resume')).code).toBe(0);
  await expect(panel.headline).toHaveText(isOnHeadline);
});

test('a setting from the terminal is in Preferences', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await panel.go('Preferences', 'Password age');
  await expect(panel.field('Remind me')).toHaveValue('7');
  const set = await latchkey(surroundings, 'settings set remindDays 3');
  expect(set).toMatchObject({ code: 0, out: 'remindDays              3\n' });
  await expect(panel.field('Remind me')).toHaveValue('3');
  await panel.field('Remind me').fill('5');
  await panel.field('Remind me').press('Enter');
  await expect.poll(async () => (await latchkey(surroundings, 'settings get remindDays')).out).toBe('5\n');
  expect(await latchkey(surroundings, 'settings set port 0')).toMatchObject({ code: 2 });
});

test('off and on move the switch', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  await expect(panel.mainSwitch).toBeChecked();
  expect(await latchkey(surroundings, 'off')).toEqual({ code: 0, out: 'It is turned off.\n', err: '' });
  await expect(panel.mainSwitch).not.toBeChecked();
  await expect(panel.headline).toHaveText('Latchkey is off');
  await expect(surroundings.fetchPage()).rejects.toThrow();
  const { code, out } = await latchkey(surroundings, 'on');
  expect(out).toContain(`It listens on 127.0.0.1:${surroundings.port}`);
  expect(code).toBe(0);
  await expect(panel.mainSwitch).toBeChecked();
  await expect(panel.headline).toHaveText(isOnHeadline);
  expect(await surroundings.fetchPage()).toBe(200);
});

test('each request is followed at the terminal', async ({ surroundings }) => {
  await setUp(surroundings);
  const following = start(surroundings, 'activity --follow --last 0 --json');
  const ended = once(following, 'exit');
  let printed = '';
  following.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  // It is told of what is asked from when it listens.
  await expect
    .poll(async () => {
      await surroundings.fetchPage();
      return printed;
    })
    .toContain('"method":"GET"');
  const [first = ''] = printed.split('\n');
  expect(JSON.parse(first)).toMatchObject({
    target: { host: '127.0.0.1', port: surroundings.origin.port },
    route: { kind: 'upstream' },
    status: 200,
  });
  following.kill('SIGTERM');
  await ended;
  expect((await latchkey(surroundings, 'activity --last 1')).out).toMatch(
    new RegExp(` GET 127\\.0\\.0\\.1:${surroundings.origin.port} upstream 200 `),
  );
});

test('the Mac’s proxy is switched from the terminal', async ({ surroundings, mac }) => {
  const before = JSON.stringify(mac.read().services);
  const panel = await Panel.setUpForTerminals(
    await surroundings.launch({ env: macEnvironment(mac) }),
    surroundings.proxyName,
    password,
  );
  const toggle = panel.page.getByRole('switch', { name: 'Use for this Mac' });
  await expect(toggle).not.toBeChecked();
  const on = await latchkey(surroundings, 'system-proxy on', { mac });
  expect(on.out).toContain('This Mac uses Latchkey as its proxy');
  expect(on.code).toBe(0);
  await expect(toggle).toBeChecked();
  expect(mac.read().services[0]?.web).toMatchObject({ isOn: true, port: surroundings.port });
  const off = await latchkey(surroundings, 'system-proxy off', { mac });
  expect(off).toMatchObject({ code: 0, out: 'This Mac does not use Latchkey as its proxy.\n' });
  await expect(toggle).not.toBeChecked();
  await expect.poll(() => JSON.stringify(mac.read().services)).toBe(before);
});

test('the doctor, the log and the report are at the terminal, without a secret', async ({ surroundings }) => {
  const panel = await setUp(surroundings);
  const page = `http://127.0.0.1:${surroundings.origin.port}/`;
  const logons = surroundings.proxy.logons.length;
  expect((await latchkey(surroundings, `check --dry-run ${page}`)).code).toBe(0);
  expect(surroundings.proxy.logons).toHaveLength(logons);
  const checked = await latchkey(surroundings, `check ${page}`);
  expect(checked.out).toMatch(/✓ logon +CORP\\alice was accepted\n +✓ page +200 OK, /);
  expect(checked.code).toBe(0);
  expect(surroundings.proxy.logons).toHaveLength(logons + 1);
  const log = await latchkey(surroundings, 'log');
  const report = await latchkey(surroundings, 'report');
  expect([log.code, report.code]).toEqual([0, 0]);
  expect(log.out).not.toBe('');
  expect(report.out).toContain('== Last report of the doctor\nLatchkey');
  expect([log, report, checked].map(({ out }) => out).join('\n')).not.toContain(password);
  expect(await panel.app.quit()).toBe(0);
  expect(await latchkey(surroundings, 'status')).toMatchObject({
    code: 1,
    err: 'latchkey: Latchkey is not running: open the app, or start `latchkey run`\n',
  });
});
