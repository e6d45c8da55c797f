/**
 * `npm run demo`: the local proxy in front of a company proxy of its own. Where somebody can see it the app opens as well, with
 * files of its own, and finds that company proxy; Electron is fetched for it when it is not here. Whatever becomes of the
 * app, the demo goes on. Arguments go to `latchkey run --demo`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findElectron, hasScreen } from './find-electron.mjs';

const args = process.argv.slice(2);
const isOnce = args.includes('--once');
const opensApp = !isOnce && hasScreen();
const folder = opensApp ? await mkdtemp(join(tmpdir(), 'latchkey-demo-')) : undefined;
const conf = folder === undefined ? undefined : join(folder, 'cntlm.conf');
const end = new AbortController();

const demo = spawn(process.execPath, ['out/cli/latchkey.cjs', 'run', '--demo', ...args], {
  stdio: ['inherit', 'pipe', 'inherit'],
  env: { ...process.env, ...(conf === undefined ? {} : { LATCHKEY_DEMO_CONF: conf }) },
});
const ended = once(demo, 'close');
// Ctrl-C reaches the children by themselves; all close in order.
process.on('SIGINT', () => end.abort());
process.on('SIGTERM', () => demo.kill('SIGTERM'));

let opened = Promise.resolve();
createInterface({ input: demo.stdout }).on('line', (line) => {
  console.log(line);
  // Its last line: by now the file is there.
  if (line !== 'Ctrl-C ends it.') return;
  if (opensApp) opened = openApp();
  else console.error('demo: without the app, as there is no display here.');
});

const [code] = await ended;
end.abort();
await opened;
if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
process.exitCode = code ?? 1;

/** Resolves when the app has ended, or cannot be opened; the latter is told in one line. */
async function openApp() {
  try {
    const electron = await findElectron({ signal: end.signal });
    end.signal.throwIfAborted();
    const app = spawn(electron, ['.'], {
      stdio: 'inherit',
      env: { ...process.env, LATCHKEY_STATE_DIR: folder, LATCHKEY_CONF: conf },
    });
    end.signal.addEventListener('abort', () => app.kill('SIGTERM'));
    const [exitCode, signal] = await once(app, 'exit');
    if (exitCode !== 0) throw new Error(`it has ended (${signal ?? `exit code ${exitCode}`}).`);
  } catch (error) {
    if (!end.signal.aborted) console.error(`demo: without the app: ${error.message}`);
  }
}
