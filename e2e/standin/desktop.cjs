/**
 * The Mac around the app, as far as the stand-in needs one: which windows there are, which of them gets the keys, whether the
 * app is the active one or hidden. What windows and app are told of it, they are told later, as Electron does it.
 */
'use strict';
const { isMarkedDestroyed } = require('./strict.cjs');

/**
 * @typedef {Pick<import('electron').BrowserWindow, 'close' | 'destroy' | 'isVisible' | 'emit'>} Window
 */

const desktop = {
  /** @type {Set<Window>} */
  windows: new Set(),
  /**
   * The window that gets what is typed; undefined: one of another app.
   *
   * @type {Window | undefined}
   */
  keyWindow: undefined,
  isActive: false,
  isHidden: false,
  isReady: false,
};

/**
 * Events of the system are told when it comes to it, and to nobody who is gone by then.
 *
 * @param {Pick<import('node:events').EventEmitter, 'emit'>} emitter
 * @param {string} event
 */
function tellSoon(emitter, event) {
  setImmediate(() => {
    if (!isMarkedDestroyed(emitter)) emitter.emit(event, {});
  });
}

/**
 * Gives the keys to a window, or to another app.
 *
 * @param {Window | undefined} window
 */
function giveKeys(window) {
  const before = desktop.keyWindow;
  if (before === window) return;
  desktop.keyWindow = window;
  if (before !== undefined) tellSoon(before, 'blur');
  if (window !== undefined) tellSoon(window, 'focus');
}

/**
 * Much of Electron is not there before the app is ready; what asks for it sooner works here by chance only.
 *
 * @param {string} what
 */
function needReady(what) {
  if (!desktop.isReady) throw new Error(`${what} before app is ready`);
}

module.exports = { desktop, giveKeys, needReady, tellSoon };
