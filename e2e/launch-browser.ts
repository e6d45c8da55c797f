import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeFolder } from '../test/remove-folder';
import { findChromium } from '../test/servers/find-chromium';

const readyWithinMs = 60_000;

export interface RunningBrowser {
  /** Where it is driven from, over the Chrome DevTools Protocol. */
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

/** The Chromium that shows the windows of the stand-in. @throws Error when there is none */
export async function launchBrowser(): Promise<RunningBrowser> {
  const command = findChromium();
  if (command === undefined) {
    throw new Error('there is no Chromium: install the package chromium, or name one with E2E_CHROMIUM');
  }
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-chromium-'));
  const child = spawn(
    command,
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--hide-scrollbars',
      '--force-device-scale-factor=2',
      // Nothing is fetched from anywhere: pages are answered by the app.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      '--remote-debugging-port=0',
      `--user-data-dir=${folder}`,
      'about:blank',
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  const close = async (): Promise<void> => {
    if (child.pid !== undefined) child.kill('SIGKILL');
    await ended;
    await removeFolder(folder);
  };
  const portFile = join(folder, 'DevToolsActivePort');
  for (let waitedMs = 0; waitedMs < readyWithinMs; waitedMs += 50) {
    if (existsSync(portFile)) {
      const [port = ''] = (await readFile(portFile, 'utf8')).split('\n');
      if (port !== '') return { endpoint: `http://127.0.0.1:${port}`, close };
    }
    if (child.exitCode !== null) break;
    await delay(50);
  }
  await close();
  throw new Error('Chromium did not come up');
}
