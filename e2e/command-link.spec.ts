import { lstatSync, readlinkSync } from 'node:fs';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, password, type Surroundings, takePicture, test } from './fixtures';
import { e2eTarget } from './launch-app';
import { Panel } from './panel';

const script = join(__dirname, '..', 'assets', 'bin', 'latchkey');

/** The page for terminals of an app whose user has a folder of his own in PATH, or not. */
async function openTerminal(
  surroundings: Surroundings,
  { hasFolder = true, env = {} as Record<string, string> } = {},
): Promise<{ readonly panel: Panel; readonly bin: string }> {
  const home = join(surroundings.directory, 'home');
  const bin = join(home, 'bin');
  await mkdir(bin, { recursive: true });
  const line = hasFolder ? 'export PATH="$HOME/bin:/usr/bin:/bin"\n' : 'export PATH=/usr/bin:/bin\n';
  await writeFile(join(home, '.bash_profile'), line);
  const app = await surroundings.launch({ env: { HOME: home, SHELL: '/bin/bash', ...env } });
  const panel = await Panel.setUp(app, surroundings.proxyName, password);
  await panel.go('Preferences', 'Terminal');
  return { panel, bin };
}

test.describe('of the packaged app', () => {
  // What Electron runs here is not packaged.
  test.skip(e2eTarget() === 'electron', 'the stand-in can be a packaged app');

  test('the switch links the command into a folder of PATH, and takes the link back', async ({
    surroundings,
  }) => {
    const { panel, bin } = await openTerminal(surroundings);
    const toggle = panel.page.getByRole('switch', { name: 'Command latchkey' });
    await panel.say('Links ~/bin/latchkey to this app');
    await expect(toggle).not.toBeChecked();
    await toggle.click();
    await expect(toggle).toBeChecked();
    await panel.say('~/bin/latchkey leads to this app');
    expect(readlinkSync(join(bin, 'latchkey'))).toBe(script);
    await toggle.scrollIntoViewIfNeeded();
    await takePicture(panel.app, panel.page, 'command-linked');
    await toggle.click();
    await expect(toggle).not.toBeChecked();
    expect(await readdir(bin)).toEqual([]);
  });

  test('what is there already stays, and the panel says whose it is', async ({ surroundings }) => {
    const { panel, bin } = await openTerminal(surroundings);
    await panel.say('Links ~/bin/latchkey to this app');
    // It comes while the page is shown.
    const link = join(bin, 'latchkey');
    await symlink('/usr/bin/env', link);
    const before = lstatSync(link).ino;
    const toggle = panel.page.getByRole('switch', { name: 'Command latchkey' });
    await toggle.click();
    await panel.say('~/bin/latchkey is not of this app, and is left as it is: it leads to /usr/bin/env');
    await expect(toggle).not.toBeChecked();
    expect(lstatSync(link).ino).toBe(before);
    await rm(link);
    await toggle.click();
    await expect(toggle).toBeChecked();
    expect(readlinkSync(link)).toBe(script);
  });

  test('without a folder that can take it the page has the line for one', async ({ surroundings }) => {
    const { panel } = await openTerminal(surroundings, { hasFolder: false });
    await panel.say('There is no folder for the command');
    await panel.page.getByRole('button', { name: 'Copy the line' }).click();
    await panel.say('Copied. Paste it into ~/.bash_profile.');
    expect(await panel.app.ask('clipboard')).toBe('export PATH="$HOME/.local/bin:$PATH"\n');
  });
});

test('an app that is being worked on says that it brings no command', async ({ surroundings }) => {
  const { panel, bin } = await openTerminal(surroundings, { env: { STANDIN_PACKAGED: '0' } });
  await panel.say('Only the packaged app brings it');
  await expect(panel.page.getByRole('switch', { name: 'Command latchkey' })).toHaveCount(0);
  expect(await readdir(bin)).toEqual([]);
});
