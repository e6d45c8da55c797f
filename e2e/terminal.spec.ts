import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from '@playwright/test';
import { freePorts } from '../test/servers/ports';
import type { AppSettings } from '../src/shared/app-settings';
import { type EmulatedMac, emulatedService } from '../test/emulated-mac';
import { expect, macEnvironment, password, type Surroundings, takePicture, test } from './fixtures';
import type { RunningApp } from './launch-app';
import { Panel } from './panel';

/** No line feed at its end, bytes that are no UTF-8, and a line end of Windows. */
const before = Buffer.concat([
  Buffer.from('export PATH="$HOME/bin:$PATH"\r\n# caf'),
  Buffer.from([0xe9, 0xff]),
  Buffer.from('\nalias ll="ls -l"'),
]);

class Terminal {
  readonly home: string;
  readonly file: string;

  constructor(
    readonly surroundings: Surroundings,
    readonly mac: EmulatedMac,
  ) {
    this.home = join(surroundings.directory, 'home');
    this.file = join(this.home, '.bash_profile');
  }

  static async create(surroundings: Surroundings, mac: EmulatedMac): Promise<Terminal> {
    const terminal = new Terminal(surroundings, mac);
    mac.write({ ...mac.read(), services: [emulatedService('Wi-Fi')] });
    await mkdir(terminal.home);
    await writeFile(terminal.file, before);
    return terminal;
  }

  launch(): Promise<RunningApp> {
    return this.surroundings.launch({
      env: { ...macEnvironment(this.mac), HOME: this.home, SHELL: '/bin/bash' },
    });
  }

  /** The app set up, on and used for this Mac, with the page for terminals open. */
  async setUp(): Promise<Panel> {
    const { proxyName } = this.surroundings;
    const panel = await Panel.setUp(await this.launch(), proxyName, password);
    const toggle = panel.page.getByRole('switch', { name: 'Use for this Mac' });
    await expect(toggle).toBeChecked();
    await expect.poll(() => this.mac.read().services[0]?.web.isOn).toBe(true);
    await panel.go('Preferences', 'Terminal');
    return panel;
  }

  bytes(): Promise<Buffer> {
    return readFile(this.file);
  }

  async isAsBefore(): Promise<boolean> {
    return (await this.bytes()).equals(before);
  }

  /** What a new terminal has as its proxy. */
  proxy(): string {
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', `. "$HOME/.bash_profile"; printf %s "$https_proxy"`],
      {
        env: { HOME: this.home, PATH: process.env['PATH'] ?? '' },
        stdio: ['ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
      },
    );
    return `${stdout}${stderr}`;
  }

  async settings(): Promise<AppSettings> {
    return JSON.parse(
      await readFile(join(this.surroundings.directory, 'settings.json'), 'utf8'),
    ) as AppSettings;
  }
}

const blockSwitch = (panel: Panel): Locator =>
  panel.page.getByRole('switch', { name: 'Keep a block in ~/.bash_profile' });

/** The lines of the preview, as the panel shows them. */
async function previewed(panel: Panel, kind: 'added' | 'removed'): Promise<string> {
  const lines = panel.page.getByRole('group', { name: 'Lines of the block' });
  await expect(lines.locator(`li.${kind}`).first()).toBeVisible();
  expect(await lines.locator('li').count()).toBe(await lines.locator(`li.${kind}`).count());
  return (await lines.locator('code').allTextContents()).map((line) => `${line}\n`).join('');
}

test('the block is what the preview shows, and leaves the file as it was', async ({ surroundings, mac }) => {
  const terminal = await Terminal.create(surroundings, mac);
  const panel = await terminal.setUp();
  const lines = await previewed(panel, 'added');
  expect(lines).toContain(`http://127.0.0.1:${surroundings.port}`);
  expect(await terminal.isAsBefore()).toBe(true);
  await blockSwitch(panel).click();
  const withBlock = Buffer.concat([before, Buffer.from(`\n${lines}`)]);
  await expect.poll(async () => (await terminal.bytes()).equals(withBlock)).toBe(true);
  await expect(blockSwitch(panel)).toBeChecked();
  expect(await previewed(panel, 'removed')).toBe(lines);
  // Told by a word, too, where a colour cannot be seen.
  await expect(panel.page.getByRole('listitem').filter({ hasText: 'Removed: ' }).first()).toBeVisible();
  expect(terminal.proxy()).toBe(`http://127.0.0.1:${surroundings.port}`);
  await blockSwitch(panel).click();
  await expect.poll(() => terminal.isAsBefore()).toBe(true);
  expect(await previewed(panel, 'added')).toBe(lines);
  expect(terminal.proxy()).toBe('');
});

test('the block goes and comes with the switch, with quitting and with the port', async ({
  surroundings,
  mac,
}) => {
  const terminal = await Terminal.create(surroundings, mac);
  const panel = await terminal.setUp();
  await blockSwitch(panel).click();
  const own = `http://127.0.0.1:${surroundings.port}`;
  await expect.poll(() => terminal.proxy()).toBe(own);
  const first = await terminal.bytes();
  await panel.back();
  await panel.back();
  await panel.mainSwitch.click();
  await expect.poll(() => terminal.isAsBefore()).toBe(true);
  await panel.mainSwitch.click();
  await expect.poll(async () => (await terminal.bytes()).equals(first)).toBe(true);

  await panel.go('Preferences', 'Port and access');
  const [port = 0] = await freePorts(1);
  await panel.field('Port').fill(String(port));
  await panel.field('Port').press('Enter');
  await expect.poll(() => terminal.proxy()).toBe(`http://127.0.0.1:${port}`);
  await panel.app.quit();
  expect(await terminal.isAsBefore()).toBe(true);
  expect((await terminal.settings()).writesShellBlock).toBe(true);

  const again = await terminal.launch();
  await expect.poll(() => terminal.proxy()).toBe(`http://127.0.0.1:${port}`);
  await again.quit();
  expect(await terminal.isAsBefore()).toBe(true);
});

test('a Latchkey that was killed leads no terminal astray, and the next one tidies up', async ({
  surroundings,
  mac,
}) => {
  const terminal = await Terminal.create(surroundings, mac);
  const panel = await terminal.setUp();
  await blockSwitch(panel).click();
  await expect.poll(() => terminal.proxy()).toBe(`http://127.0.0.1:${surroundings.port}`);
  process.kill(panel.app.pid, 'SIGKILL');
  await panel.app.ended;
  expect(await terminal.isAsBefore()).toBe(false);
  expect(terminal.proxy()).toBe('');
  // It is off and the block is not wanted when it starts again.
  const settings = { ...(await terminal.settings()), isOn: false, writesShellBlock: false };
  await writeFile(join(surroundings.directory, 'settings.json'), JSON.stringify(settings));
  await terminal.launch();
  await expect.poll(() => terminal.isAsBefore()).toBe(true);
});

test('an edited block is left alone, and the panel says where it is', async ({ surroundings, mac }) => {
  const terminal = await Terminal.create(surroundings, mac);
  const panel = await terminal.setUp();
  await blockSwitch(panel).click();
  await expect.poll(() => terminal.proxy()).not.toBe('');
  const [head = '', ...rest] = (await terminal.bytes()).toString('latin1').split('\nfi\n');
  const edited = Buffer.from([`${head}\n  export MINE=1`, ...rest].join('\nfi\n'), 'latin1');
  await writeFile(terminal.file, edited);
  await blockSwitch(panel).click();
  await panel.say('The block of Latchkey in ~/.bash_profile, line 4, is not as Latchkey wrote it');
  await expect(blockSwitch(panel)).not.toBeChecked();
  expect((await terminal.bytes()).equals(edited)).toBe(true);
  // Its lines do not count any more.
  expect(terminal.proxy()).toBe('');
  await blockSwitch(panel).click();
  await panel.say('Take it out of the file yourself, then turn the switch on again.');
  await expect(blockSwitch(panel)).not.toBeChecked();
  await expect.poll(async () => (await terminal.settings()).writesShellBlock).toBe(false);
  await panel.app.quit();
  expect((await terminal.bytes()).equals(edited)).toBe(true);
});

test('what is written into the file meanwhile stays', async ({ surroundings, mac }) => {
  const terminal = await Terminal.create(surroundings, mac);
  const panel = await terminal.setUp();
  await blockSwitch(panel).click();
  await expect.poll(() => terminal.proxy()).not.toBe('');
  await appendFile(terminal.file, 'export LATER=1\n');
  await panel.app.quit();
  expect((await terminal.bytes()).toString('latin1')).toBe(`${before.toString('latin1')}\nexport LATER=1\n`);
});

test('copies commands for each shell, and the lines for each tool', async ({ surroundings, mac }) => {
  const terminal = await Terminal.create(surroundings, mac);
  const panel = await terminal.setUp();
  const copied = (): Promise<string> => panel.app.ask('clipboard');
  await expect(panel.page.getByRole('radio', { name: 'bash' })).toBeChecked();
  await panel.page.getByRole('radio', { name: 'fish' }).click({ force: true });
  await panel.button('Copy terminal commands').click();
  await panel.say('Copied for fish. Paste it in a terminal.');
  expect(await copied()).toContain('set -gx http_proxy');
  for (const [button, line] of [
    ['Copy lines for git', `git config --global http.proxy http://127.0.0.1:${surroundings.port}`],
    ['Copy undo lines for git', 'git config --global --unset http.proxy'],
    ['Copy lines for npm', `npm config set https-proxy http://127.0.0.1:${surroundings.port}`],
    ['Copy undo lines for npm', 'npm config delete https-proxy'],
    ['Copy lines for pip', `pip config set global.proxy http://127.0.0.1:${surroundings.port}`],
    ['Copy undo lines for pip', 'pip config unset global.proxy'],
    ['Copy lines for Docker', `"httpProxy": "http://host.docker.internal:${surroundings.port}"`],
  ] as const) {
    await panel.button(button).click();
    await expect.poll(copied).toContain(line);
  }
  await panel.say('Docker: copied');
});

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the page with a preview: ${theme}`, async ({ surroundings, mac }) => {
    const terminal = await Terminal.create(surroundings, mac);
    const panel = await terminal.setUp();
    await panel.page.evaluate(() => {
      document.documentElement.dataset['material'] = 'solid';
    });
    await panel.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const kind of ['added', 'removed'] as const) {
      await previewed(panel, kind);
      await takePicture(panel.app, panel.page, `terminal-${kind}-${theme}`);
      const { violations } = await new AxeBuilder({ page: panel.page }).setLegacyMode().analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
      await blockSwitch(panel).click();
    }
  });
}
