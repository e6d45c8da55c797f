/**
 * A session of the emulated scutil, on the Mac of LATCHKEY_MAC_STATE: commands on standard input, n.add KEY [pattern],
 * n.watch, show KEY, quit. It is Node, as one lasts as long as what watches, and sees what changes without a process for
 * each look.
 *
 * Change the Mac, and every session that watches prints what scutil prints about the watched keys that came, went or have
 * another value. What changed since the start of the process is printed at n.watch; what has not changed never is.
 *
 * To know when it has come how far, and to end it: LATCHKEY_MAC_STATE.log gets a line `PID COMMAND` once a command has been
 * carried out. Like scutil it ends with code 0 at `quit` and at the end of its standard input.
 *
 * To extend it: a command is an entry of `commands`; what it prints goes through `print`.
 */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { formatValue, lastChange, readMac, storeOf } from './mac-state.mjs';

const folder = process.env.LATCHKEY_MAC_STATE;
const lookEveryMs = 20;
const watchedKeys = new Set();
const watchedPatterns = [];
let seen = lastChange(folder);
let store = storeOf(readMac(folder));
let lastEventMs;

const commands = {
  'n.add': (key, kind) => {
    if (kind === undefined) watchedKeys.add(key);
    else watchedPatterns.push(new RegExp(`^(?:${key})$`));
  },
  'n.watch': () => {
    setInterval(tellChanges, lookEveryMs);
    tellChanges();
  },
  show: (key) => {
    const value = storeOf(readMac(folder))[key];
    print(value === undefined ? '  No such key' : formatValue(value));
  },
  quit: () => process.exit(0),
};

function print(text) {
  process.stdout.write(`${text}\n`);
}

/** `14:03:22.123`, and how many seconds after the event before it when there was one. */
function timeStamp() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, '0');
  const clock = `${String(now.getHours()).padStart(2)}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  const sinceMs = lastEventMs === undefined ? undefined : now.getTime() - lastEventMs;
  lastEventMs = now.getTime();
  const since = sinceMs === undefined ? '' : ` (+${(sinceMs / 1000).toFixed(3)})`;
  return `${clock}.${String(now.getMilliseconds()).padStart(3, '0')}${since}`;
}

function tellChanges() {
  const last = lastChange(folder);
  if (last === seen) return;
  seen = last;
  const before = store;
  const now = storeOf(readMac(folder));
  store = now;
  const changed = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (key) =>
      (watchedKeys.has(key) || watchedPatterns.some((pattern) => pattern.test(key))) &&
      JSON.stringify(before[key]) !== JSON.stringify(now[key]),
  );
  if (changed.length === 0) return;
  print('notification callback (store address = 0x600000000000).');
  for (const [index, key] of changed.entries()) print(`  ${timeStamp()} changedKey [${index}] = ${key}`);
}

function carryOut(line) {
  const [name, ...operands] = line.trim().split(/\s+/);
  if (name !== 'quit') commands[name]?.(...operands);
  appendFileSync(`${folder}.log`, `${process.pid} ${line}\n`);
  if (name === 'quit') commands.quit();
}

createInterface({ input: process.stdin })
  .on('line', carryOut)
  .on('close', () => process.exit(0));
