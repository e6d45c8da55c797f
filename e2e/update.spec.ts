import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { AppSettings } from '../src/shared/app-settings';
import type { EmulatedMac } from '../test/emulated-mac';
import { type CommandEnd, endOf } from './command-end';
import {
  answersThroughTunnel,
  expect,
  macEnvironment,
  password,
  type Surroundings,
  takePicture,
  test as base,
} from './fixtures';
import { e2eTarget, type RunningApp } from './launch-app';
import { Panel } from './panel';
import { archiveOf, startUpdateFeed, type UpdateFeed } from './update-feed';

/** Newer than any that this project has. */
const newer = '900.1.0';
const notes =
  '- PAC files are read again within a second\n- Access rules for IPv6\n- One line for equal requests';

const test = base.extend<{ feed: UpdateFeed }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from the pattern.
  feed: async ({}, use) => {
    const feed = await startUpdateFeed({ version: newer, archive: archiveOf(newer), notes });
    await use(feed);
    await feed.close();
  },
});

test.skip(
  e2eTarget() === 'electron',
  'Squirrel.Mac is part of Electron on a Mac alone, and takes an app that is signed',
);

interface Scene {
  readonly surroundings: Surroundings;
  readonly mac: EmulatedMac;
  readonly feed: UpdateFeed;
}

const applicationsOf = ({ directory }: Surroundings): string => join(directory, 'Applications');

async function launch(
  { surroundings, mac, feed }: Scene,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningApp> {
  const { directory } = surroundings;
  const config = join(directory, 'app-update.yml');
  await mkdir(applicationsOf(surroundings), { recursive: true });
  await writeFile(config, `provider: generic\nurl: ${feed.url}\nupdaterCacheDirName: latchkey-updater\n`);
  return surroundings.launch({
    env: {
      ...macEnvironment(mac),
      // What was loaded lies in the user's own folder of caches.
      HOME: directory,
      LATCHKEY_UPDATE_CONFIG: config,
      STANDIN_APPLICATIONS: applicationsOf(surroundings),
      ...env,
    },
  });
}

/** An app that was set up before, with its panel open. */
async function openAgain(scene: Scene, env: Readonly<Record<string, string>> = {}): Promise<Panel> {
  const app = await launch(scene, env);
  // There is no icon to be clicked before.
  await expect.poll(async () => (await app.ask('tray')).toolTip).not.toBe('');
  return Panel.open(app);
}

/** An app that is on, at its page for updates. */
async function setUp(scene: Scene, env: Readonly<Record<string, string>> = {}): Promise<Panel> {
  const panel = await Panel.setUp(await launch(scene, env), scene.surroundings.proxyName, password);
  await panel.go('Preferences', 'Update');
  return panel;
}

async function lookFor(panel: Panel): Promise<void> {
  await panel.button('Look now').click();
}

async function findReady(scene: Scene, env: Readonly<Record<string, string>> = {}): Promise<Panel> {
  const panel = await setUp(scene, env);
  await lookFor(panel);
  await panel.say(`Latchkey ${newer} is ready`);
  return panel;
}

const installed = ({ surroundings }: Scene): Promise<string> =>
  readFile(join(applicationsOf(surroundings), 'Latchkey.app', 'Contents', 'version'), 'utf8');

function command({ surroundings }: Scene, ...args: readonly string[]): Promise<CommandEnd> {
  const child = spawn(process.execPath, ['out/cli/latchkey.cjs', ...args], {
    env: { ...process.env, LATCHKEY_STATE_DIR: surroundings.directory },
  });
  return endOf(child, '');
}

const paths = ({ requests }: UpdateFeed): string[] => requests.map(({ path }) => path);

/** Pictures of what is to be seen, and a look at them for those who see none of it. */
async function look({ app, page }: Panel, name: string): Promise<void> {
  // What macOS shows through the panel is not here to be measured: the opaque colours take its place.
  await page.evaluate(() => {
    document.documentElement.dataset['material'] = 'solid';
  });
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await takePicture(app, page, `${name}-${theme}`);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
}

test('a good one comes through the local proxy, and up at once with everything as it was', async ({
  surroundings,
  mac,
  feed,
}) => {
  const scene = { surroundings, mac, feed };
  const before = JSON.stringify(mac.read().services);
  const panel = await setUp(scene);
  await look(panel, 'update-not-looked');
  // Set-up leaves the Mac in use of it.
  await expect.poll(() => JSON.stringify(mac.read().services)).not.toBe(before);
  await lookFor(panel);
  await panel.say(`Latchkey ${newer} is ready`);
  await panel.say('Loaded through Latchkey, signature checked');
  await panel.say('Access rules for IPv6');

  // Two requests, which tell the version and nothing else of this Mac, by the company proxy that asks for a sign-in.
  expect(paths(feed)).toEqual(['/latest-mac.yml', `/Latchkey-${newer}-${process.arch}.zip`]);
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };
  for (const { headers } of feed.requests) {
    expect(headers['user-agent']).toBe(`Latchkey/${version}`);
    expect(Object.keys(headers).toSorted()).toEqual(
      ['accept', 'cache-control', 'connection', 'host', 'user-agent', 'via'].filter(
        (name) => name in headers,
      ),
    );
  }
  const { port: feedPort } = new URL(feed.url);
  expect(surroundings.proxy.requests.filter(({ target }) => target.includes(`:${feedPort}/`))).toHaveLength(
    2,
  );

  const tunnel = await surroundings.openTunnel();
  await panel.say('Cuts 1 tunnel');
  await look(panel, 'update-ready');
  await panel.page.getByRole('button', { name: 'Install now…' }).click();
  await panel.say('That cuts 1 tunnel. Latchkey ends and comes up again by itself.');
  await look(panel, 'update-question');
  await panel.button('Cancel').click();
  expect(await answersThroughTunnel(tunnel)).toBe(true);
  await panel.page.getByRole('button', { name: 'Install now…' }).click();
  await panel.button('Install now').click();
  expect(await panel.app.ended).toBe(0);
  expect(panel.app.output()).toContain('ShipIt: installed, and opened');
  expect(await installed(scene)).toBe(newer);
  expect(JSON.stringify(mac.read().services)).toBe(before);

  const opened = await openAgain(scene, { STANDIN_VERSION: newer });
  await expect.poll(() => surroundings.fetchPage().catch(String)).toBe(200);
  await expect.poll(() => JSON.stringify(mac.read().services)).not.toBe(before);
  await expect(opened.mainSwitch).toBeChecked();
  await opened.go('Preferences');
  await opened.say(`Latchkey ${newer}`);
  await opened.go('Update');
  await opened.say(`Latchkey ${newer} is the newest`);
});

test('waits for quiet when it is told to, and is told of at a terminal', async ({
  surroundings,
  mac,
  feed,
}) => {
  const scene = { surroundings, mac, feed };
  const panel = await setUp(scene);
  expect((await command(scene, 'update', 'install')).err).toContain('no update is ready');
  expect(await command(scene, 'update', 'check')).toMatchObject({ code: 0, err: '' });
  await panel.say(`Latchkey ${newer} is ready`);
  expect((await command(scene, 'update', 'status')).out).toBe(
    `Latchkey ${newer} is ready: \`latchkey update install\`.\n`,
  );
  const tunnel = await surroundings.openTunnel();
  let isBusy = true;
  const keepBusy = async (): Promise<void> => {
    while (isBusy) await answersThroughTunnel(tunnel);
  };
  const busy = keepBusy();
  await panel.button('Install when quiet').click();
  await panel.say('Waits until 1 tunnel is quiet');
  await look(panel, 'update-waiting');
  await panel.back();
  await panel.back();
  await panel.say('Waits until 1 tunnel is quiet');
  await look(panel, 'update-on-the-first-page');
  expect((await command(scene, 'update', 'install', '--cancel')).code).toBe(0);
  await panel.say('At the latest it comes up when Latchkey is opened next.');
  expect((await command(scene, 'update', 'install')).out).toBe(
    `Latchkey ${newer} is ready, and is installed when nothing is carried (1 tunnel open).\n`,
  );
  isBusy = false;
  await busy;
  expect(await panel.app.ended).toBe(0);
  expect(await installed(scene)).toBe(newer);
});

test('comes up at the next start when nobody asks for it', async ({ surroundings, mac, feed }) => {
  const scene = { surroundings, mac, feed };
  const panel = await findReady(scene);
  expect(await panel.app.quit()).toBe(0);
  expect(panel.app.output()).toContain('ShipIt: installed\n');
  expect(await installed(scene)).toBe(newer);
});

for (const [what, release, sentence] of [
  [
    'damaged',
    { version: newer, archive: archiveOf(newer), sha512: 'AAAA' },
    `The archive of Latchkey ${newer} is not the one that was announced`,
  ],
  [
    'without a sum',
    { version: newer, archive: archiveOf(newer), sha512: '' },
    `it does not say the SHA-512 of ${newer}`,
  ],
  [
    'signed by another team',
    { version: newer, archive: archiveOf(newer, 'OTHER') },
    'code failed to satisfy specified code requirement(s)',
  ],
  ['signed by nobody', { version: newer, archive: archiveOf(newer, '') }, 'code object is not signed at all'],
  [
    'no archive',
    { version: newer, archive: Buffer.from('no archive') },
    `macOS cannot take Latchkey ${newer} over: The archive cannot be unpacked`,
  ],
] as const) {
  test(`is refused when it is ${what}, and the app goes on`, async ({ surroundings, mac, feed }) => {
    const scene = { surroundings, mac, feed };
    feed.release = release;
    const panel = await setUp(scene);
    await lookFor(panel);
    await panel.say(sentence);
    await look(panel, `update-refused-${what.replaceAll(' ', '-')}`);
    expect(await surroundings.fetchPage()).toBe(200);
    const status = await command(scene, 'update', 'status');
    expect(status).toMatchObject({ code: 1, out: '' });
    expect(status.err).toContain(sentence);
    expect(await panel.app.quit()).toBe(0);
    expect(existsSync(join(applicationsOf(surroundings), 'Latchkey.app'))).toBe(false);
    // Nothing is wrong with the next one.
    feed.release = { version: newer, archive: archiveOf(newer) };
    const opened = await openAgain(scene);
    await opened.go('Preferences', 'Update');
    await lookFor(opened);
    await opened.say(`Latchkey ${newer} is ready`);
  });
}

for (const [what, release] of [
  ['older', { version: '0.0.1', archive: archiveOf('0.0.1') }],
  ['not a release yet', { version: `${newer}-beta.1`, archive: archiveOf(newer) }],
  ['for no Mac yet', { version: newer, archive: archiveOf(newer), staging: 0 }],
] as const) {
  test(`is left alone when it is ${what}`, async ({ surroundings, mac, feed }) => {
    feed.release = release;
    const panel = await setUp({ surroundings, mac, feed });
    await lookFor(panel);
    await panel.say('is the newest');
    expect(paths(feed)).toEqual(['/latest-mac.yml']);
  });
}

test('one that breaks off is loaded from its start when it is looked for again, in German', async ({
  surroundings,
  mac,
  feed,
}) => {
  const scene = { surroundings, mac, feed };
  feed.breaksOff = true;
  const panel = await setUp(scene);
  expect((await command(scene, 'settings', 'set', 'language', 'de')).code).toBe(0);
  await panel.button('Jetzt suchen').click();
  await panel.say(`Das Laden brach ab (Latchkey ${newer})`);
  await look(panel, 'update-german-broken-off');
  await panel.button('Jetzt suchen').click();
  await panel.say(`Latchkey ${newer} liegt bereit`);
  await panel.say('Über Latchkey geladen, Signatur geprüft');
  await look(panel, 'update-german-ready');
  await panel.button('Was neu ist').click();
  await panel.say('One line for equal requests');
  await panel.page.getByRole('button', { name: 'Jetzt installieren …' }).click();
  await panel.say('Kein Tunnel ist offen. Latchkey wird beendet und startet von selbst wieder.');
  await look(panel, 'update-german-question');
});

test('says when the feed is gone, and what is ready stays', async ({ surroundings, mac, feed }) => {
  const scene = { surroundings, mac, feed };
  const { release } = feed;
  feed.release = undefined;
  const panel = await setUp(scene);
  await lookFor(panel);
  await panel.say('The list of updates cannot be read');
  await look(panel, 'update-no-feed');
  expect((await command(scene, 'update', 'check')).err).toContain('The list of updates cannot be read');
  feed.release = release;
  await lookFor(panel);
  await panel.say(`Latchkey ${newer} is ready`);
  feed.release = undefined;
  expect((await command(scene, 'update', 'check')).code).toBe(0);
  await panel.say(`Latchkey ${newer} is ready`);
});

test('one that cannot be installed leaves the version before it, which says so', async ({
  surroundings,
  mac,
  feed,
}) => {
  const scene = { surroundings, mac, feed };
  const panel = await findReady(scene, { STANDIN_INSTALL_FAILS: '1' });
  expect((await command(scene, 'update', 'install', '--now')).out).toBe(
    `Latchkey ends, and comes up again as ${newer}; cut: 0 tunnels.\n`,
  );
  expect(await panel.app.ended).toBe(0);
  expect(panel.app.output()).toContain('starts again');
  const opened = await openAgain(scene);
  await opened.say(`Latchkey ${newer} was not put in place`);
  await look(opened, 'update-not-installed');
  await expect.poll(() => surroundings.fetchPage().catch(String)).toBe(200);
  // It is told once.
  await opened.app.quit();
  const third = await openAgain(scene);
  await expect(third.headline).toBeVisible();
  await expect(third.page.getByText('was not put in place')).toHaveCount(0);
});

test('is not looked for where a company says so', async ({ surroundings, mac, feed }) => {
  const scene = { surroundings, mac, feed };
  const folder = join(surroundings.directory, 'profiles');
  await mkdir(folder);
  await writeFile(
    join(folder, 'app.latchkey.mac.plist'),
    '<plist version="1.0"><dict><key>ChecksForUpdates</key><false/><key>ManagedBy</key><string>Corp IT</string></dict></plist>',
  );
  const panel = await setUp(scene, { LATCHKEY_MANAGED: folder });
  await panel.say('Who looks after this Mac brings updates');
  await look(panel, 'update-managed');
  expect((await command(scene, 'update', 'check')).err).toContain(
    'checksForUpdates is managed: Corp IT has set it',
  );
  expect(feed.requests).toEqual([]);
});

test('is none where the build has no feed', async ({ surroundings, mac }) => {
  const app = await surroundings.launch({ env: macEnvironment(mac) });
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  await panel.go('Preferences', 'Update');
  await panel.say('This build of Latchkey does not update itself.');
  const settings = JSON.parse(
    await readFile(join(surroundings.directory, 'settings.json'), 'utf8'),
  ) as AppSettings;
  expect(settings.isOn).toBe(true);
});
