/**
 * Builds the app and packs it: dmg and zip for arm64 and x64, in out/dist. Only a Mac can do it.
 *
 *     node scripts/dist.mjs [--unsigned]
 *
 * Signing and notarization go by the environment (docs/packaging.md). --unsigned makes an app for this Mac to try,
 * signed by nobody: macOS lets it run only where it was made, or after its quarantine has been taken away.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { unsigned } = parseArgs({ options: { unsigned: { type: 'boolean', default: false } } }).values;
const root = join(import.meta.dirname, '..');

// Without a team the libraries of the app have none in common, so the hardened runtime would refuse to load them.
const unsignedSettings = ['-c.mac.identity=-', '-c.mac.hardenedRuntime=false', '-c.mac.notarize=false'];

function run(command, ...args) {
  execFileSync(command, args, { cwd: root, stdio: 'inherit' });
}

function dist() {
  run('npm', 'run', 'app:build');
  run('npx', 'electron-builder', '--mac', '--publish', 'never', ...(unsigned ? unsignedSettings : []));
  const apps = ['mac-arm64', 'mac'].map((folder) => join(root, 'out/dist', folder, 'Latchkey.app'));
  run(process.execPath, join(import.meta.dirname, 'check-dist.mjs'), '--packed', ...apps);
}

if (process.platform === 'darwin') {
  dist();
} else {
  console.error(
    'dist: only a Mac can sign an app and make a disk image. Here, `npm run dist:check` checks what it packs.',
  );
  process.exitCode = 1;
}
