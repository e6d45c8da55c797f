/**
 * Loaded into a plain Node process before the app's main bundle (`node --require boot.cjs out/main/index.js`): gives it the
 * stand-in where it asks for `electron`, and lets it believe that it runs on a Mac. `__standin` is for hook.cjs.
 */
'use strict';
const Module = /** @type {any} */ (require('node:module'));
const { join } = require('node:path');

const standin = join(__dirname, 'electron.cjs');
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (/** @type {string} */ request, /** @type {unknown[]} */ ...rest) {
  return request === 'electron' ? standin : resolveFilename.call(this, request, ...rest);
};
Object.defineProperty(process.versions, 'electron', { value: '0.0.0-standin' });
Object.defineProperty(process, 'type', { value: 'browser' });
if (process.env.STANDIN_PLATFORM !== undefined) {
  Object.defineProperty(process, 'platform', { value: process.env.STANDIN_PLATFORM });
}
// Its folder bin/ is what electron-builder makes of that one.
Object.defineProperty(process, 'resourcesPath', { value: join(__dirname, '..', '..', 'assets') });
/** @type {any} */ (globalThis).__standin = require('./controls.cjs');
