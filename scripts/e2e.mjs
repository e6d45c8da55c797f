/**
 * Runs the specs of the app (Playwright): in Electron where its binary is, else on the stand-in with Chromium.
 *
 *     node scripts/e2e.mjs [ARGUMENTS OF PLAYWRIGHT]
 *
 * On Linux a Secret Service of its own stands in for the Keychain. Where there is neither Electron nor Chromium this says so
 * and passes; under CI=true it fails.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { hasElectron } from './find-electron.mjs';

const isCi = process.env.CI === 'true';
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function isInstalled(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function leaveOut(what) {
  console.error(`e2e: ${what}`);
  process.exit(isCi ? 1 : 0);
}

const hasBrowser = process.env.E2E_CHROMIUM !== undefined || browsers.some((path) => existsSync(path));
if (!hasElectron() && !hasBrowser) {
  leaveOut('LEFT OUT: neither Electron (npx install-electron) nor Chromium (the package chromium) is here');
}
const secretService = ['dbus-run-session', 'dbus-send', 'gnome-keyring-daemon'];
const missing = process.platform === 'linux' ? secretService.filter((program) => !isInstalled(program)) : [];
if (missing.length > 0)
  leaveOut(`LEFT OUT: ${missing.join(', ')} missing, so there is no Keychain to work with`);

const playwright = ['npx', 'playwright', 'test', ...process.argv.slice(2)];
const [command = '', ...args] =
  process.platform === 'linux' ? ['bash', 'test/servers/with-secret-service.sh', ...playwright] : playwright;
const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
if (error !== undefined) console.error(`e2e: ${error.message}`);
process.exitCode = status ?? 1;
