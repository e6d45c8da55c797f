/**
 * Loaded by hook.cjs where E2E_KEYCHAIN names a file: while that file is there, the Keychain answers everything with the
 * error in it, as keytar passes on what macOS says, and a line is added to the file of the same name with `.asked`. What it
 * holds stays. Where the file says `asks`, the answer never comes: a thread of the process is held, as it is while macOS asks
 * the user, by the pipe with the ending `.pipe`.
 */
'use strict';
const { appendFileSync, existsSync, open, readFileSync } = require('node:fs');
const keytar = require('keytar');

const file = process.env.E2E_KEYCHAIN ?? '';

for (const name of ['getPassword', 'setPassword', 'deletePassword']) {
  const original = keytar[name];
  keytar[name] = (...args) => {
    if (!existsSync(file)) return original(...args);
    const said = readFileSync(file, 'utf8');
    appendFileSync(`${file}.asked`, `${name}\n`);
    if (said === 'asks') return new Promise(() => open(`${file}.pipe`, () => undefined));
    return Promise.reject(new Error(said));
  };
}
