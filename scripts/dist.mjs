/**
 * Builds the app and packs it: dmg and zip for arm64 and x64, in out/dist. Only a Mac can do it.
 *
 *     node scripts/dist.mjs [--unsigned]
 *
 * Signing, notarization and the feed of updates go by the environment (docs/packaging.md). --unsigned makes an app for this Mac to try,
 * signed by nobody: macOS lets it run only where it was made, or after its quarantine has been taken away.
 *
 * keytar and kerberos are afterwards what they were before, also when this fails or is stopped: electron-builder compiles them in
 * their place, for one processor after the other, and what it leaves would be of no use to `npm start` and the command line.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { notesOf, updateFeedSettings } from './update-feed.mjs';

const { unsigned } = parseArgs({ options: { unsigned: { type: 'boolean', default: false } } }).values;
const root = join(import.meta.dirname, '..');
const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js');

// Without a team the libraries of the app have none in common, so the hardened runtime would refuse to load them.
const unsignedSettings = ['-c.mac.identity=-', '-c.mac.hardenedRuntime=false', '-c.mac.notarize=false'];

const nativeModules = ['kerberos', 'keytar'].map((name) => ({
  folder: join(root, 'node_modules', name),
  /** npm takes no notice of it, and `npm ci` removes it. */
  kept: join(root, `node_modules/.${name}-before-dist`),
}));

function keepNativeModules() {
  // Of a run that was killed: it knew what was there before.
  putBackNativeModules();
  for (const { folder, kept } of nativeModules.filter(({ folder }) => existsSync(folder))) {
    const unfinished = `${kept}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(folder, unfinished, { recursive: true, preserveTimestamps: true });
    renameSync(unfinished, kept);
  }
}

function putBackNativeModules() {
  for (const { folder, kept } of nativeModules.filter(({ kept }) => existsSync(kept))) {
    rmSync(folder, { recursive: true, force: true });
    renameSync(kept, folder);
  }
}

let stoppedBy;
let group;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stoppedBy = signal;
    endGroup(signal);
  });
}

function endGroup(signal) {
  try {
    if (group !== undefined) process.kill(-group, signal);
  } catch (error) {
    // Nothing is left of it; EPERM says so on a Mac, while its end has not been noticed.
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}

/** Runs a command in a process group of its own, so that nothing of it goes on compiling when it has ended. */
async function run(command, ...args) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  group = child.pid;
  const [code] = await once(child, 'exit');
  endGroup('SIGKILL');
  group = undefined;
  if (stoppedBy !== undefined) throw new Error(`stopped by ${stoppedBy}`);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}`);
}

/** How electron-builder is told of the feed. An app that nobody has signed could not be updated: macOS would take no other for it. */
function feedSettings() {
  const feed = updateFeedSettings(process.env);
  if (feed.length === 0) return [];
  if (unsigned) {
    console.error('dist: signed by nobody, so without a feed of updates');
    return [];
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const notes = notesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version);
  return notes === '' ? feed : [...feed, `-c.releaseInfo.releaseNotes=${notes}`];
}

async function dist() {
  const feed = feedSettings();
  await run('npm', 'run', 'build');
  keepNativeModules();
  try {
    const settings = unsigned ? unsignedSettings : feed;
    await run(process.execPath, builder, '--mac', '--publish', 'never', ...settings);
  } finally {
    putBackNativeModules();
  }
  const apps = ['mac-arm64', 'mac'].map((folder) => join(root, 'out/dist', folder, 'Latchkey.app'));
  await run(process.execPath, join(import.meta.dirname, 'check-dist.mjs'), '--packed', ...apps);
}

if (process.platform === 'darwin') {
  try {
    await dist();
  } catch (error) {
    console.error(`dist: ${error.message}`);
    process.exitCode = 1;
  }
} else {
  console.error(
    'dist: only a Mac can sign an app and make a disk image. Here, `npm run dist:check` checks what it packs.',
  );
  process.exitCode = 1;
}
