#!/usr/bin/env node
/**
 * Stands in for macOS's /usr/sbin/scutil, as far as Latchkey uses it: `n.add KEY`, `n.watch` and `quit` on standard input.
 *
 *     node scutil.mjs CHANGES
 *
 * CHANGES is a file; each line that is appended to it is the name of a key of the dynamic store that has changed. For a
 * key that was added it prints what scutil prints, line by line; at the end of standard input it ends with code 0.
 */
import { readFileSync, watchFile } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , changesFile] = process.argv;
const keys = new Set();
let seen = readLines().length;
let lastMs;

function readLines() {
  return readFileSync(changesFile, 'utf8').split('\n').slice(0, -1);
}

/** `14:03:22.123`, and behind it how many seconds after the event before. */
function timeStamp() {
  const now = new Date();
  const since = lastMs === undefined ? '' : ` (+${((now.getTime() - lastMs) / 1000).toFixed(3)})`;
  lastMs = now.getTime();
  return `${now.toISOString().slice(11, 23)}${since}`;
}

function tellChanges() {
  const lines = readLines();
  const changed = lines.slice(seen).filter((key) => keys.has(key));
  seen = lines.length;
  if (changed.length === 0) return;
  process.stdout.write('notification callback (store address = 0x600000000000).\n');
  for (const [index, key] of changed.entries()) {
    process.stdout.write(`  ${timeStamp()} changedKey [${index}] = ${key}\n`);
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [command, key] = line.trim().split(/\s+/);
    if (command === 'n.add' && key !== undefined) keys.add(key);
    else if (command === 'n.watch') watchFile(changesFile, { interval: 20 }, tellChanges);
    else if (command === 'quit') process.exit(0);
  })
  .on('close', () => process.exit(0));
