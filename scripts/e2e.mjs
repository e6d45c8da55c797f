/**
 * Runs the specs of the app (Playwright): in Electron where its binary is, else on the stand-in with Chromium.
 *
 *     node scripts/e2e.mjs [ARGUMENTS OF PLAYWRIGHT]
 *
 * On Linux a Secret Service of its own stands in for the Keychain. Where there is neither Electron nor Chromium this says so
 * and passes; under CI=true it fails.
 *
 * E2E_SHARDS=N runs them in N parts at the same time, each with a Secret Service of its own, as what the Keychain holds is one
 * account's. The report of part K is that of E2E_REPORT, with `-K` before its `.json`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** @returns whether all specs have passed */
async function run(environment, ...options) {
  const playwright = ['npx', 'playwright', 'test', ...options, ...process.argv.slice(2)];
  const [command = '', ...args] =
    process.platform === 'linux'
      ? ['bash', 'test/servers/with-secret-service.sh', ...playwright]
      : playwright;
  try {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
    const [status] = await once(child, 'close');
    return status === 0;
  } catch (error) {
    console.error(`e2e: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

const { E2E_SHARDS: shards = '1', E2E_REPORT: report = 'out/e2e/report.json' } = process.env;
const count = Number(shards);
const runs =
  count === 1
    ? [run({})]
    : Array.from({ length: count }, (_, index) => {
        const part = index + 1;
        const environment = {
          E2E_REPORT: report.replace(/\.json$/, `-${part}.json`),
          E2E_RESULTS: `results-${part}`,
        };
        return run(environment, `--shard=${part}/${count}`);
      });
const passed = await Promise.all(runs);
process.exitCode = passed.every(Boolean) ? 0 : 1;
