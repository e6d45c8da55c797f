import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { NetworksetupSystemProxy } from '../src/main/platform/system-proxy/networksetup-system-proxy';
import { identifyProcess } from '../src/main/platform/macos/process-identity';

/**
 * Switches the system proxy on and off again, prints the name of each step, and kills itself at step number
 * LATCHKEY_KILL_AT. It is bundled by the test that starts it.
 */
const folder = process.env['LATCHKEY_MAC_COMMANDS'] ?? '';
const killAt = Number(process.env['LATCHKEY_KILL_AT']);
const command = (name: string) => ({ file: resolve(folder, name), timeoutMs: 600_000 });
let step = 0;

const proxy = new NetworksetupSystemProxy({
  // Its environment tells it from one that the watchdog starts.
  networksetup: {
    ...command(process.env['LATCHKEY_NETWORKSETUP'] ?? 'networksetup'),
    env: { CALLED_BY: 'latchkey' },
  },
  scutil: command('scutil'),
  osascript: command('osascript'),
  right: { id: command('id'), security: command('security') },
  openWatch: () => ({ subscribe: () => () => undefined, close: () => Promise.resolve() }),
  directory: process.env['LATCHKEY_STATE_DIR'] ?? '',
  owner: await identifyProcess(),
  target: () => ({
    mode: process.env['LATCHKEY_MODE'] === 'pac' ? 'pac' : 'manual',
    address: { host: '127.0.0.1', port: 3128 },
    bypass: [],
  }),
  nowMs: Date.now,
  monotonicMs: () => performance.now(),
  newId: () => process.pid.toString(16),
  onStep: (name) => {
    step += 1;
    writeSync(1, `${step} ${name}\n`);
    if (step === killAt) process.kill(process.pid, 'SIGKILL');
  },
  onInternalError: (error) => {
    throw error;
  },
});
await proxy.set(true, { mayAsk: false });
await proxy.set(false, { mayAsk: false });
await proxy.close();
