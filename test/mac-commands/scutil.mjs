#!/usr/bin/env node
/**
 * Stands in for macOS's /usr/sbin/scutil, as far as Latchkey uses it.
 *
 *     node scutil.mjs STATE             commands on standard input: n.add KEY [pattern], n.watch, show KEY, quit
 *     node scutil.mjs STATE --proxy     prints the proxies that are in force
 *
 * When LATCHKEY_MAC_STATE names the Mac of networksetup.mjs (README.md), its dynamic store is told instead, and STATE is
 * left out of the arguments.
 *
 * STATE is a JSON file with the dynamic store, an object from the names of keys to their dictionaries:
 *
 *     { "State:/Network/Global/IPv4": { "PrimaryInterface": "en0", "Router": "10.0.0.1" } }
 *
 * Write it anew, and every process that watches prints what scutil prints about the watched keys that came, went or have
 * another value. What changed since the start of the process is printed at n.watch; what has not changed never is.
 * `--proxy` is the dictionary of State:/Network/Global/Proxies.
 *
 * To know when it has come how far, and to end it: STATE.log gets a line `PID COMMAND` once a command has been carried
 * out. Like scutil it ends with code 0 at `quit` and at the end of its standard input.
 *
 * To extend it: a command is an entry of `commands`; what it prints goes through `print`.
 */
import { appendFileSync, readFileSync, watchFile } from 'node:fs';
import { createInterface } from 'node:readline';
import { describeProxies, formatValue, storeOf } from './mac-state.mjs';

const macFile = process.env.LATCHKEY_MAC_STATE;
const [stateFile, option] =
  macFile === undefined ? process.argv.slice(2) : [macFile, ...process.argv.slice(2)];
const watchedKeys = new Set();
const watchedPatterns = [];
let store = readStore();
let lastEventMs;

const commands = {
  'n.add': (key, kind) => {
    if (kind === undefined) watchedKeys.add(key);
    else watchedPatterns.push(new RegExp(`^(?:${key})$`));
  },
  'n.watch': () => {
    watchFile(stateFile, { interval: 20 }, tellChanges);
    tellChanges();
  },
  show: (key) => {
    const value = readStore()[key];
    print(value === undefined ? '  No such key' : formatValue(value));
  },
  quit: () => process.exit(0),
};

function print(text) {
  process.stdout.write(`${text}\n`);
}

function readStore() {
  const state = JSON.parse(readFileSync(stateFile, 'utf8'));
  return macFile === undefined ? state : storeOf(state);
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
  let now;
  try {
    now = readStore();
  } catch {
    // It is being written; its end is another change.
    return;
  }
  const before = store;
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
  appendFileSync(`${stateFile}.log`, `${process.pid} ${line}\n`);
  if (name === 'quit') commands.quit();
}

if (option === '--proxy') {
  print(describeProxies(store));
} else {
  createInterface({ input: process.stdin })
    .on('line', carryOut)
    .on('close', () => process.exit(0));
}
