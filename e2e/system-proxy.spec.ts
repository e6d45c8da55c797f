import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type EmulatedMac, type EmulatedService, usualServices } from '../test/emulated-mac';
import { expect, macEnvironment, password, type Surroundings, takePicture, test } from './fixtures';
import type { RunningApp } from './launch-app';
import { Panel } from './panel';

const lan = 'USB 10/100/1000 LAN ';
const toggleName = 'Use for this Mac';

interface Scene {
  readonly surroundings: Surroundings;
  readonly mac: EmulatedMac;
}

/** An app that is on, on an emulated Mac that does not use it. */
async function setUp({ surroundings, mac }: Scene): Promise<Panel> {
  return Panel.setUpForTerminals(
    await surroundings.launch({ env: macEnvironment(mac) }),
    surroundings.proxyName,
    password,
  );
}

const toggle = ({ page }: Panel) => page.getByRole('switch', { name: toggleName });

/** An app that this Mac is to use, whatever comes of it. */
async function setUpWhatever({ surroundings, mac }: Scene): Promise<Panel> {
  const app = await surroundings.launch({ env: macEnvironment(mac) });
  const panel = new Panel(app, await app.panel());
  await panel.fillSetUp(surroundings.proxyName, 'CORP\\alice', password);
  await panel.button('Done').click();
  return panel;
}

async function setUpAndUse(scene: Scene): Promise<Panel> {
  const { surroundings, mac } = scene;
  const app = await surroundings.launch({ env: macEnvironment(mac) });
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  await expect(toggle(panel)).toBeChecked();
  await expect(toggle(panel)).not.toHaveAttribute('aria-busy', 'true');
  await expect.poll(() => isInUse(scene)).toBe(true);
  return panel;
}

function service(mac: EmulatedMac, name: string): EmulatedService {
  const found = mac.read().services.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

/** Whether every service that can be set leads to the local proxy. */
function isInUse({ mac, surroundings: { port } }: Scene): boolean {
  const usable = mac.read().services.filter(({ isEnabled, device }) => isEnabled && device !== '');
  return usable.every(
    ({ web, secureWeb, pac }) =>
      [web, secureWeb].every((each) => each.isOn && each.host === '127.0.0.1' && each.port === port) &&
      !pac.isOn,
  );
}

/** What it was like before, to the byte. */
const remember = (mac: EmulatedMac): string => JSON.stringify(mac.read().services);

async function expectBack(mac: EmulatedMac, before: string): Promise<void> {
  await expect.poll(() => remember(mac)).toBe(before);
}

const journalOf = ({ directory }: Surroundings): string => join(directory, 'system-proxy.json');

const untilOn = (app: RunningApp): Promise<void> =>
  expect.poll(async () => (await app.ask('tray')).toolTip).toContain('Latchkey is on');

test('is switched on and off in panel and menu', async ({ surroundings, mac }) => {
  const scene = { surroundings, mac };
  mac.write({ ...mac.read(), services: usualServices });
  const before = remember(mac);
  const panel = await setUp(scene);
  const { app } = panel;
  await expect(toggle(panel)).not.toBeChecked();
  expect(remember(mac)).toBe(before);
  await toggle(panel).click();
  await expect(toggle(panel)).toBeChecked();
  await expect.poll(() => isInUse(scene)).toBe(true);
  expect(service(mac, 'Bluetooth PAN')).toEqual(JSON.parse(before)[2]);
  await app.ask('rightClickTray');
  expect((await app.ask('menu')).find(({ label }) => label === toggleName)?.checked).toBe(true);
  await app.ask('clickMenu', { label: toggleName });
  await expectBack(mac, before);
  await expect(toggle(panel)).not.toBeChecked();
  await app.ask('rightClickTray');
  expect((await app.ask('menu')).find(({ label }) => label === toggleName)?.checked).toBe(false);
});

test('follows the large switch, and keeps what the user wants', async ({ surroundings, mac }) => {
  const scene = { surroundings, mac };
  const before = remember(mac);
  const panel = await setUpAndUse(scene);
  await panel.mainSwitch.click();
  await expect(panel.headline).toHaveText('Latchkey is off');
  await panel.say('This Mac’s own proxy settings are back in place');
  expect(remember(mac)).toBe(before);
  await expect(toggle(panel)).toBeChecked();
  await panel.mainSwitch.click();
  await expect(panel.headline).toHaveText('Latchkey is on');
  await expect.poll(() => isInUse(scene)).toBe(true);
  // And while it is off, the switch says what will be.
  await panel.mainSwitch.click();
  await expect(panel.headline).toHaveText('Latchkey is off');
  await toggle(panel).click();
  await expect(toggle(panel)).not.toBeChecked();
  await panel.mainSwitch.click();
  await expect(panel.headline).toHaveText('On for terminals');
  expect(remember(mac)).toBe(before);
});

test('another port is followed at once', async ({ surroundings, mac }) => {
  const before = remember(mac);
  const panel = await setUpAndUse({ surroundings, mac });
  const free = await freePort();
  await panel.go('Preferences', 'Port and access');
  const field = panel.page.getByRole('textbox', { name: /^Port/ });
  await field.fill(String(free));
  await field.press('Enter');
  await expect.poll(() => service(mac, 'Wi-Fi').web.port).toBe(free);
  expect(await surroundings.fetchPage(free)).toBe(200);
  await panel.app.quit();
  expect(remember(mac)).toBe(before);
});

const waysOut: readonly (readonly [string, (app: RunningApp) => unknown])[] = [
  [
    'the menu',
    async (app) => {
      await app.ask('rightClickTray');
      await app.ask('clickMenu', { label: 'Quit Latchkey' });
    },
  ],
  ['the preferences', async (app) => (await Panel.open(app)).go('Preferences', 'Quit Latchkey')],
  ['the system, as at an update', (app) => app.ask('quit')],
  [
    'the end of the session, which waits for nothing',
    async (app) => {
      await app.ask('power', { event: 'shutdown' });
      await app.ask('quit');
    },
  ],
  ['SIGTERM', ({ pid }) => process.kill(pid, 'SIGTERM')],
  ['SIGINT', ({ pid }) => process.kill(pid, 'SIGINT')],
  ['SIGHUP', ({ pid }) => process.kill(pid, 'SIGHUP')],
  ['an error that nothing catches', (app) => app.ask('throwUncaught')],
];

test('everything is back after each way out, and in use again after the next start', async ({
  surroundings,
  mac,
}) => {
  const scene = { surroundings, mac };
  const before = remember(mac);
  let { app } = await setUpAndUse(scene);
  for (const [name, leave] of waysOut) {
    await test.step(name, async () => {
      await expect.poll(() => isInUse(scene)).toBe(true);
      await leave(app);
      expect(await app.ended).toBe(0);
      // On a busy machine the time that Latchkey has may not do, and the watchdog goes on.
      await expectBack(mac, before);
      await expect.poll(() => existsSync(journalOf(surroundings))).toBe(false);
    });
    app = await surroundings.launch({ env: macEnvironment(mac) });
  }
  await test.step('kill -9: the watchdog does it', async () => {
    await expect.poll(() => isInUse(scene)).toBe(true);
    process.kill(app.pid, 'SIGKILL');
    await expectBack(mac, before);
    await expect.poll(() => existsSync(journalOf(surroundings))).toBe(false);
  });
});

test('a power cut: the next start puts everything back before anything else', async ({
  surroundings,
  mac,
}) => {
  const scene = { surroundings, mac };
  const before = remember(mac);
  const { app } = await setUpAndUse(scene);
  // What a disk has after a cut, at which no watchdog outlives Latchkey.
  const [onDisk, journal] = [mac.read(), readFileSync(journalOf(surroundings))];
  process.kill(app.pid, 'SIGKILL');
  await expectBack(mac, before);
  await expect.poll(() => existsSync(journalOf(surroundings))).toBe(false);
  mac.write(onDisk);
  writeFileSync(journalOf(surroundings), journal);
  expect(isInUse(scene)).toBe(true);
  // Off, so that nothing is switched on again.
  const file = join(surroundings.directory, 'settings.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"isOn": true', '"isOn": false'));
  const again = await surroundings.launch({ env: macEnvironment(mac) });
  await expect.poll(async () => (await again.ask('tray')).toolTip).toContain('Latchkey is off');
  expect(remember(mac)).toBe(before);
  expect(existsSync(journalOf(surroundings))).toBe(false);
});

test('a standard user is asked once, and may cancel', async ({ surroundings, mac }) => {
  const scene = { surroundings, mac };
  const before = remember(mac);
  const asked = () => mac.calls().filter(({ command }) => command === 'osascript').length;
  mac.write({ ...mac.read(), user: 'standard', dialog: 'cancels' });
  const app = await surroundings.launch({ env: macEnvironment(mac) });
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  // Set-up has asked, and a cancelled question is none that comes again by itself.
  await panel.say('macOS will ask for an administrator’s password');
  await expect(toggle(panel)).not.toBeChecked();
  expect(asked()).toBe(1);
  expect(remember(mac)).toBe(before);
  mac.write({ ...mac.read(), dialog: 'yields' });
  await toggle(panel).click();
  await expect(toggle(panel)).toBeChecked();
  await expect.poll(() => isInUse(scene)).toBe(true);
  expect(asked()).toBe(2);
  // Turning off without an administrator would cut every program off: it stays on.
  mac.write({ ...mac.read(), dialog: 'cancels' });
  await panel.mainSwitch.click();
  await expect.poll(asked).toBe(3);
  await expect(panel.headline).toHaveText('Latchkey is on');
  await expect(panel.mainSwitch).toBeChecked();
  await expect(toggle(panel)).toBeChecked();
  expect(isInUse(scene)).toBe(true);
  expect(await surroundings.fetchPage()).toBe(200);
  // Neither does it quit, unless the user wants it all the same.
  await panel.app.ask('chooseButton', { index: 0 });
  await panel.app.ask('rightClickTray');
  await panel.app.ask('clickMenu', { label: 'Quit Latchkey' });
  await expect.poll(asked).toBe(4);
  expect(await surroundings.fetchPage()).toBe(200);
  await panel.app.ask('chooseButton', { index: 1 });
  await panel.app.ask('rightClickTray');
  await panel.app.ask('clickMenu', { label: 'Quit Latchkey' });
  expect(await panel.app.ended).toBe(0);
  expect(isInUse(scene)).toBe(true);
  // Nobody is asked at a start; a click puts everything back.
  mac.write({ ...mac.read(), dialog: 'yields' });
  const askedSoFar = asked();
  const again = await surroundings.launch({ env: macEnvironment(mac) });
  await untilOn(again);
  expect(asked()).toBe(askedSoFar);
  const next = await Panel.open(again);
  await next.mainSwitch.click();
  await expect(next.headline).toHaveText('Latchkey is off');
  expect(remember(mac)).toBe(before);
  expect(asked()).toBe(askedSoFar + 1);
});

test('says who has the setting, and does not fight', async ({ surroundings, mac }) => {
  const scene = { surroundings, mac };
  const panel = await setUpAndUse(scene);
  const theirs = { isOn: true, host: 'charles.example', port: 8888, isAuthenticated: false };
  mac.change('Wi-Fi', { web: theirs, secureWeb: theirs });
  await expect.poll(() => isInUse(scene)).toBe(true);
  // Not while Latchkey is still at it, which is another story.
  await expect.poll(() => readFileSync(journalOf(surroundings), 'utf8')).toContain('"phase": "on"');
  mac.change('Wi-Fi', { web: theirs, secureWeb: theirs });
  await panel.say(
    'Another program has set its proxy to charles.example:8888. Terminals still go through Latchkey.',
  );
  await expect(toggle(panel)).not.toBeChecked();
  expect(service(mac, 'Wi-Fi').web).toEqual(theirs);
  await takePicture(panel.app, panel.page, 'system-proxy-taken-over');
  // A click takes it back.
  await toggle(panel).click();
  await expect.poll(() => isInUse(scene)).toBe(true);
  await expect(toggle(panel)).toBeChecked();
});

test('says when a VPN is in front', async ({ surroundings, mac }) => {
  mac.write({
    ...mac.read(),
    store: { 'State:/Network/Global/Proxies': { HTTPEnable: 1, HTTPProxy: 'vpn.example', HTTPPort: 3128 } },
  });
  const panel = await setUpWhatever({ surroundings, mac });
  await panel.say('A VPN or a profile puts vpn.example:3128 in front. Terminals go through Latchkey.');
  await expect(toggle(panel)).toBeChecked();
});

test('names a service that macOS does not let go, and sets the others', async ({ surroundings, mac }) => {
  mac.write({ ...mac.read(), services: usualServices });
  mac.change('Wi-Fi', { refuses: true });
  const panel = await setUpWhatever({ surroundings, mac });
  await panel.say(/macOS did not take the settings of “Wi-Fi”/);
  await expect(toggle(panel)).toBeChecked();
  expect(service(mac, lan).web).toMatchObject({ isOn: true, host: '127.0.0.1', port: surroundings.port });
  await takePicture(panel.app, panel.page, 'system-proxy-service-refused');
});

test('by a PAC file, as the preferences say', async ({ surroundings, mac }) => {
  const before = remember(mac);
  const panel = await setUpAndUse({ surroundings, mac });
  await panel.go('Preferences');
  await panel.page.getByRole('button', { name: /^This Mac/ }).click();
  await panel.page.getByRole('radio', { name: 'PAC file' }).click();
  const url = `http://127.0.0.1:${surroundings.port}/proxy.pac`;
  await expect.poll(() => service(mac, 'Wi-Fi').pac).toEqual({ isOn: true, url });
  expect(service(mac, 'Wi-Fi').web.isOn).toBe(false);
  expect(await (await fetch(url)).text()).toContain(`PROXY 127.0.0.1:${surroundings.port}`);
  await panel.say(/uses Latchkey as its proxy, through a PAC/);
  await panel.page.getByRole('radio', { name: 'Proxy settings' }).click();
  await expect.poll(() => isInUse({ surroundings, mac })).toBe(true);
  await panel.app.quit();
  expect(remember(mac)).toBe(before);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
