/**
 * How long the command `latchkey` takes in the app's program, on the stand-in for Electron and so without Chromium's part, beside
 * `node -e 0` and the same command in Node. In turn, so that a busy machine is busy for all; medians.
 *
 *     node scripts/measure-command.mjs [ROUNDS]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const rounds = Number(process.argv[2] ?? 17);
const root = join(import.meta.dirname, '..');
const inNode = ['out/cli/latchkey.cjs'];
const inApp = ['--require', './e2e/standin/boot.cjs', 'out/main/index.js', '--cli', '--'];
const contenders = {
  'node -e 0': ['-e', '0'],
  'latchkey version, in Node': [...inNode, 'version'],
  'latchkey version, in the app': [...inApp, 'version'],
  'latchkey status, in Node': [...inNode, 'status'],
  'latchkey status, in the app': [...inApp, 'status'],
};

const folder = mkdtempSync(join(tmpdir(), 'latchkey-measure-'));
const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: folder, LATCHKEY_STATE_DIR: folder };
const timesMs = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
try {
  // The first round fills the compile cache.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, args] of Object.entries(contenders)) {
      const startedMs = performance.now();
      const { error } = spawnSync(process.execPath, args, {
        cwd: root,
        env: { ...env, STANDIN_PLATFORM: 'darwin' },
      });
      if (error !== undefined) throw error;
      if (round > 0) timesMs[name].push(performance.now() - startedMs);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const floorMs = median(timesMs['node -e 0']);
for (const [name, values] of Object.entries(timesMs)) {
  console.log(
    `${name.padEnd(30)} ${median(values).toFixed(0).padStart(5)} ms  ${(median(values) / floorMs).toFixed(2)}`,
  );
}
