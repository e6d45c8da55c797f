/**
 * `npm run demo`: the local proxy in front of a company proxy of its own. Where Electron's binary is, and somebody can see
 * it, the app opens as well, with files of its own, and finds that company proxy. Arguments go to `latchkey run --demo`.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findElectron, hasElectron } from './find-electron.mjs';

const args = process.argv.slice(2);
const hasScreen = process.platform === 'darwin' || process.env.DISPLAY !== undefined;
const electron = !args.includes('--once') && hasScreen && hasElectron() ? findElectron() : undefined;
const folder = electron === undefined ? undefined : await mkdtemp(join(tmpdir(), 'latchkey-demo-'));
const conf = folder === undefined ? undefined : join(folder, 'cntlm.conf');

const demo = spawn(process.execPath, ['out/cli/latchkey.mjs', 'run', '--demo', ...args], {
  stdio: ['inherit', 'pipe', 'inherit'],
  env: { ...process.env, ...(conf === undefined ? {} : { LATCHKEY_DEMO_CONF: conf }) },
});
let app;
demo.stdout.on('data', (chunk) => {
  process.stdout.write(chunk);
  // Its last line: by now the file is there.
  if (electron === undefined || app !== undefined || !chunk.toString().includes('Ctrl-C ends it.')) return;
  app = spawn(electron, ['.'], {
    stdio: 'inherit',
    env: { ...process.env, LATCHKEY_STATE_DIR: folder, LATCHKEY_CONF: conf },
  });
  app.on('error', (error) => console.error(`demo: the app could not be opened: ${error.message}`));
});
// Ctrl-C reaches the children by themselves; both close in order.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => demo.kill('SIGTERM'));
demo.on('error', (error) => console.error(`demo: ${error.message}`));
demo.on('close', (code) => {
  app?.kill('SIGTERM');
  process.exitCode = code ?? 1;
  if (folder !== undefined) void rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});
