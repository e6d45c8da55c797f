/**
 * Loaded by hook.cjs where E2E_KEYCHAIN names a file: while that file is there, the Keychain answers everything with the
 * error in it, as keytar passes on what macOS says. What it holds stays.
 */
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const keytar = require('keytar');

const file = process.env.E2E_KEYCHAIN;

for (const name of ['getPassword', 'setPassword', 'deletePassword']) {
  const original = keytar[name];
  keytar[name] = (...args) =>
    existsSync(file) ? Promise.reject(new Error(readFileSync(file, 'utf8'))) : original(...args);
}
