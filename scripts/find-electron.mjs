import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

const require = createRequire(import.meta.url);

const howToFetch =
  'Behind a proxy: HTTPS_PROXY=http://HOST:PORT ELECTRON_GET_USE_PROXY=1 npx install-electron; one that asks for NTLM is ' +
  'reached through `node out/cli/latchkey.cjs run --config FILE` and http://127.0.0.1:3128.';

/** Whether somebody could see the app; else Electron ends with a page of its own complaints. */
export function hasScreen() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform === 'darwin' || Boolean(DISPLAY) || Boolean(WAYLAND_DISPLAY);
}

/** Whether the Electron binary is here, without fetching it. */
export function hasElectron() {
  const folder = dirname(require.resolve('electron/package.json'));
  return existsSync(join(folder, 'path.txt')) || process.env.ELECTRON_OVERRIDE_DIST_PATH !== undefined;
}

/**
 * The path of the Electron binary, which is fetched when it is not here yet; through the proxy of HTTPS_PROXY where there is one.
 * `signal` ends a fetch that is under way.
 *
 * @throws Error when it cannot be had. Its message is one line that says why, and what to do.
 */
export async function findElectron({ signal } = {}) {
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH === undefined) await fetchElectron(signal);
  return require('electron');
}

/** Electron's own installer; it leaves what is installed alone. */
async function fetchElectron(signal) {
  if (!hasElectron()) console.error('Fetching Electron: about 100 MB, once.');
  const proxy = process.env.HTTPS_PROXY || process.env.https_proxy;
  const installer = spawn(process.execPath, [require.resolve('electron/install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // It goes by HTTPS_PROXY only when it is told to.
    env: { ...(proxy ? { ELECTRON_GET_USE_PROXY: '1' } : {}), ...process.env },
    signal,
  });
  const [complaint, [code]] = await Promise.all([text(installer.stderr), once(installer, 'close')]);
  if (code === 0) return;
  // Warnings may stand before it, and the stack behind.
  const reason = /^.*Error.*$/m.exec(complaint)?.[0] ?? `exit code ${code}`;
  throw new Error(`Electron could not be fetched (${reason}${oldNode()}). ${howToFetch}`);
}

/** Where Node is older than Electron's package is made for, a word on it. */
function oldNode() {
  const [wanted] = /[\d.]+/.exec(require('electron/package.json').engines.node);
  const { node } = process.versions;
  const isOld = node.localeCompare(wanted, 'en', { numeric: true }) < 0;
  return isOld ? `; it is made for Node ${wanted} or newer, this is ${node}` : '';
}
