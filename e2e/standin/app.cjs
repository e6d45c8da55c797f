/** Stands in for Electron's `app`. */
'use strict';
const { existsSync, mkdirSync, readFileSync } = require('node:fs');
const { homedir, tmpdir } = require('node:os');
const { join } = require('node:path');
const { desktop, giveKeys, tellSoon } = require('./desktop.cjs');
const { PreventableEvent, strict, strictEmitter } = require('./strict.cjs');

const root = join(__dirname, '..', '..');

/** @typedef {import('electron').LoginItemSettings['status']} LoginItemStatus */

/**
 * What is not for the app to call: the system does these.
 *
 * @type {(app: App, status: LoginItemStatus) => void}
 */
let setLoginItemStatus;
/** @type {(app: App) => void} */
let cancelQuit;
/** @type {(app: App) => void} */
let lastWindowClosed;

const events = /** @type {const} */ ([
  'ready',
  'activate',
  'second-instance',
  'did-become-active',
  'did-resign-active',
  'web-contents-created',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
]);

class App extends strictEmitter('app', events) {
  isPackaged = process.env.STANDIN_PACKAGED !== '0';
  dock = strict('app.dock', { hide: () => undefined, show: () => Promise.resolve() });
  #name = 'latchkey';
  /** @type {Map<string, string>} */
  #paths = new Map([['home', homedir()]]);
  #isQuitting = false;
  #isExiting = false;
  /** @type {{ openAtLogin: boolean, status: LoginItemStatus }} */
  #loginItem = { openAtLogin: false, status: 'not-found' };
  /** @type {Promise<void>} */
  #ready = new Promise((resolve) => {
    setImmediate(() => {
      desktop.isReady = true;
      this.emit('ready', {}, {});
      resolve();
    });
  });

  whenReady() {
    return this.#ready;
  }
  isReady() {
    return desktop.isReady;
  }
  setActivationPolicy() {}
  requestSingleInstanceLock() {
    return process.env.STANDIN_SECOND_INSTANCE !== '1';
  }
  /** @param {string} name */
  setName(name) {
    this.#name = name;
  }
  getName() {
    return this.#name;
  }
  /** @returns {string} */
  getVersion() {
    const { STANDIN_VERSION: version } = process.env;
    return version ?? JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  }
  getAppPath() {
    return root;
  }
  /**
   * The app's own folder goes by its name.
   *
   * @param {Parameters<import('electron').App['getPath']>[0]} name
   * @returns {string}
   */
  getPath(name) {
    const folder = join(tmpdir(), `standin-${process.pid}`);
    const path =
      this.#paths.get(name) ??
      (name === 'userData' ? join(this.getPath('appData'), this.#name) : join(folder, name));
    if (!existsSync(path)) mkdirSync(path, { recursive: true });
    return path;
  }
  /**
   * @param {string} name
   * @param {string} path
   */
  setPath(name, path) {
    this.#paths.set(name, path);
  }
  getLocale() {
    return process.env.STANDIN_LANGUAGE ?? 'en-US';
  }
  getPreferredSystemLanguages() {
    return [this.getLocale()];
  }
  isInApplicationsFolder() {
    return true;
  }
  /** @returns {boolean} */
  moveToApplicationsFolder() {
    throw new Error('[stand-in] the app is in its folder already');
  }
  getLoginItemSettings() {
    const { openAtLogin, status } = this.#loginItem;
    return {
      openAtLogin,
      status,
      wasOpenedAtLogin: false,
      // Both are Windows' own.
      executableWillLaunchAtLogin: false,
      launchItems: [],
    };
  }
  /**
   * As macOS does it: the user may have switched it off, and asking again does not help then.
   *
   * @param {import('electron').Settings} settings
   */
  setLoginItemSettings({ openAtLogin = false }) {
    if (openAtLogin && this.#loginItem.status === 'requires-approval') return;
    this.#loginItem = { openAtLogin, status: openAtLogin ? 'enabled' : 'not-registered' };
  }

  isActive() {
    return desktop.isActive;
  }
  /** A window that can be seen gets the keys with it. */
  focus() {
    this.show();
    setActive(true);
    const window = [...desktop.windows].find((each) => each.isVisible());
    if (window !== undefined) giveKeys(window);
  }
  isHidden() {
    return desktop.isHidden;
  }
  /** Gives the keys back to the app that had them. */
  hide() {
    if (desktop.isHidden) return;
    const seen = [...desktop.windows].filter((window) => window.isVisible());
    desktop.isHidden = true;
    for (const window of seen) tellSoon(window, 'hide');
    giveKeys(undefined);
    setActive(false);
  }
  /** What was to be seen is so again; another app stays the active one. */
  show() {
    if (!desktop.isHidden) return;
    desktop.isHidden = false;
    for (const window of desktop.windows) if (window.isVisible()) tellSoon(window, 'show');
  }

  /** Asks each window, hidden ones too: one that stays calls it off. */
  quit() {
    if (this.#isQuitting) return;
    const event = new PreventableEvent();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    this.#isQuitting = true;
    if (desktop.windows.size === 0) this.#end();
    else for (const window of desktop.windows) window.close();
  }
  /** Asks nobody. */
  exit(code = 0) {
    this.#isExiting = true;
    for (const window of desktop.windows) window.destroy();
    this.#leave(code);
  }

  static {
    setLoginItemStatus = (app, status) => {
      app.#loginItem = { openAtLogin: status === 'enabled', status };
    };
    cancelQuit = (app) => {
      app.#isQuitting = false;
    };
    lastWindowClosed = (app) => {
      if (app.#isExiting) return;
      if (app.#isQuitting) app.#end();
      // Electron quits by itself where nobody listens.
      else if (!app.emit('window-all-closed')) app.quit();
    };
  }
  #end() {
    const event = new PreventableEvent();
    this.emit('will-quit', event);
    if (event.defaultPrevented) this.#isQuitting = false;
    else this.#leave(0);
  }
  /** @param {number} code */
  #leave(code) {
    this.emit('quit', {}, code);
    process.exit(code);
  }
}

const app = new App();

/**
 * Makes the app the active one, or another one. A panel needs no active app to get the keys.
 *
 * @param {boolean} isActive
 */
function setActive(isActive) {
  if (desktop.isActive === isActive) return;
  desktop.isActive = isActive;
  tellSoon(app, isActive ? 'did-become-active' : 'did-resign-active');
}

module.exports = {
  app,
  setActive,
  cancelQuit: () => cancelQuit(app),
  lastWindowClosed: () => lastWindowClosed(app),
  /** @param {LoginItemStatus} status */
  setLoginItemStatus: (status) => setLoginItemStatus(app, status),
};
