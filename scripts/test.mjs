/** `npm test`: the tests of the sources and programs, then the specs of the app. Arguments go to Vitest. */
import { spawnSync } from 'node:child_process';

const run = (...command) => spawnSync(process.execPath, command, { stdio: 'inherit' }).status ?? 1;

const unit = run('node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2));
const specs = run('scripts/e2e.mjs');
process.exitCode = unit === 0 ? specs : unit;
