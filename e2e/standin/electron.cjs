/**
 * Stands in for the `electron` module where its binary cannot be had: windows are pages of the Chromium that the test has
 * started, everything else is remembered so that a test can look at it. Strict: a member that nobody wrote here throws.
 *
 * What it is not: no real menu bar, no focus, no vibrancy, no isolated world for the preload script.
 */
'use strict';
const { EventEmitter } = require('node:events');
const { existsSync, mkdirSync, readFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { pageShim } = require('./page-shim.cjs');

const root = join(__dirname, '..', '..');
/** Where pages of the app's own scheme are found in Chromium, which does not know that scheme. */
const pageOrigin = 'http://latchkey-panel.test';

/** Throws for what nobody wrote, instead of letting a mistake look like `undefined`. */
function strict(name, members) {
  return new Proxy(members, {
    get: (target, member, receiver) => {
      // `then` is asked of everything that is awaited, `toJSON` of everything that is printed.
      if (typeof member === 'symbol' || member in target || member === 'then' || member === 'toJSON')
        return Reflect.get(target, member, receiver);
      throw new Error(`[stand-in] electron.${name === '' ? '' : `${name}.`}${member} is not implemented`);
    },
  });
}

/**
 * What a class of Electron's that is an emitter begins with. The end of its chain of prototypes is strict, so that its
 * objects and the class itself are.
 */
function strictEmitter(name) {
  class Base extends EventEmitter {}
  Object.setPrototypeOf(Base.prototype, strict(name, EventEmitter.prototype));
  Object.setPrototypeOf(Base, strict(name, EventEmitter));
  return Base;
}

/** An object of Electron's that is an emitter, with these members. */
function emitterWith(name, members) {
  const Base = strictEmitter(name);
  return Object.assign(new Base(), members);
}

const toPage = (url) => url.replace(/^latchkey:\/\/panel/, pageOrigin);
const fromPage = (url) =>
  url.startsWith(pageOrigin) ? `latchkey://panel${url.slice(pageOrigin.length)}` : url;

class PreventableEvent {
  defaultPrevented = false;
  preventDefault() {
    this.defaultPrevented = true;
  }
}

// The app itself

const paths = new Map();
let isQuitting = false;
let isReady = false;

/** Much of Electron is not there before the app is ready; what asks for it sooner works here by chance only. */
function needReady(what) {
  if (!isReady) throw new Error(`${what} before app is ready`);
}

class App extends strictEmitter('app') {
  isPackaged = process.env.STANDIN_PACKAGED !== '0';
  dock = strict('app.dock', { hide: () => undefined, show: () => Promise.resolve() });
  #loginItem = { openAtLogin: false, status: 'not-found' };
  #name = 'latchkey';
  #ready = new Promise((resolve) => {
    setImmediate(() => {
      isReady = true;
      this.emit('ready', {}, {});
      resolve();
    });
  });

  whenReady() {
    return this.#ready;
  }
  requestSingleInstanceLock() {
    return process.env.STANDIN_SECOND_INSTANCE !== '1';
  }
  setName(name) {
    this.#name = name;
  }
  getName() {
    return this.#name;
  }
  getVersion() {
    return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  }
  getAppPath() {
    return root;
  }
  getPath(name) {
    const path = paths.get(name) ?? join(tmpdir(), `standin-${process.pid}`, name);
    if (!existsSync(path)) mkdirSync(path, { recursive: true });
    return path;
  }
  setPath(name, path) {
    paths.set(name, path);
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
  moveToApplicationsFolder() {
    throw new Error('[stand-in] the app is in its folder already');
  }
  getLoginItemSettings() {
    return { ...this.#loginItem, wasOpenedAtLogin: process.env.STANDIN_OPENED_AT_LOGIN === '1' };
  }
  /** As macOS does it: the user may have switched it off, and asking again does not help then. */
  setLoginItemSettings({ openAtLogin }) {
    if (openAtLogin && this.#loginItem.status === 'requires-approval') return;
    this.#loginItem = { openAtLogin, status: openAtLogin ? 'enabled' : 'not-registered' };
  }
  /** For tests: the user has been to System Settings. */
  setLoginItemStatus(status) {
    this.#loginItem = { openAtLogin: status === 'enabled', status };
  }
  focus() {}
  quit() {
    if (isQuitting) return;
    const event = new PreventableEvent();
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    isQuitting = true;
    for (const window of windows) window.destroy();
    this.emit('will-quit', new PreventableEvent());
    this.emit('quit', {}, 0);
    process.exit(0);
  }
  exit(code = 0) {
    process.exit(code);
  }
}

const app = new App();

// Windows

const windows = new Set();
let context;

/** The browser of the test: its default context is what both sides see. */
function browserContext() {
  context ??= require('@playwright/test')
    .chromium.connectOverCDP(process.env.STANDIN_BROWSER)
    .then((browser) => browser.contexts()[0]);
  return context;
}

const standardSchemes = new Set();
const protocolHandlers = new Map();
const ipcHandlers = new Map();

class WebContents extends strictEmitter('webContents') {
  mainFrame = { url: '' };
  #page;
  #openHandler = () => ({ action: 'allow' });

  setWindowOpenHandler(handler) {
    this.#openHandler = handler;
  }
  isDevToolsFocused() {
    return false;
  }
  send(channel, ...args) {
    // What cannot be cloned does not arrive in Electron, either.
    const cloned = structuredClone(args);
    const page = this.#page;
    if (page === undefined || page.isClosed()) return;
    page
      .evaluate(([name, values]) => window.__standinEmit?.(name, values), [channel, cloned])
      .catch(() => undefined);
  }

  async open(url, preload) {
    const page = await (await browserContext()).newPage();
    this.#page = page;
    await page.exposeBinding('__standinInvoke', async ({ frame }, channel, args) => {
      const handler = ipcHandlers.get(channel);
      if (handler === undefined) return { error: `No handler registered for '${channel}'` };
      const senderFrame = frame === page.mainFrame() ? this.mainFrame : { url: frame.url() };
      try {
        // What cannot be cloned does not get to the page.
        return { value: structuredClone(await handler({ sender: this, senderFrame }, ...args)) };
      } catch (error) {
        return { error: String(error) };
      }
    });
    await page.addInitScript(pageShim, preload);
    await page.route('**/*', (route) => this.#answer(route));
    page.on('popup', (popup) => {
      if (this.#openHandler({ url: popup.url() }).action === 'deny') popup.close().catch(() => undefined);
    });
    this.mainFrame.url = url;
    await page.goto(toPage(url));
    return page;
  }

  /** Requests of the page: the app's own scheme is answered by its handler, nothing else gets anywhere. */
  async #answer(route) {
    const request = route.request();
    const url = fromPage(request.url());
    if (
      request.isNavigationRequest() &&
      request.frame() === this.#page.mainFrame() &&
      url !== this.mainFrame.url
    ) {
      const event = new PreventableEvent();
      this.emit('will-navigate', event, url);
      if (event.defaultPrevented) return route.abort('aborted');
    }
    const handler = protocolHandlers.get(new URL(url).protocol.slice(0, -1));
    if (handler === undefined) return route.abort('blockedbyclient');
    const response = await handler(new Request(url, { method: request.method() }));
    return route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }
}

class BrowserWindow extends strictEmitter('BrowserWindow') {
  webContents = new WebContents();
  #options;
  #page;
  #bounds;
  #isVisible = false;
  #isDestroyed = false;
  #isFocused = false;

  constructor(options) {
    super();
    needReady('BrowserWindow');
    const { sandbox, contextIsolation, nodeIntegration } = options.webPreferences;
    if (sandbox === false || contextIsolation === false || nodeIntegration === true)
      throw new Error('[stand-in] pages are sandboxed and isolated here');
    this.#options = options;
    this.#bounds = { x: 0, y: 0, width: options.width, height: options.height };
    this.#isVisible = options.show !== false;
    windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  static getAllWindows() {
    return [...windows];
  }
  async loadURL(url) {
    const { preload } = this.#options.webPreferences;
    this.#page = await this.webContents.open(url, readFileSync(preload, 'utf8'));
    await this.#resize();
    if (this.#isDestroyed) await this.#page.close();
    else this.emit('ready-to-show');
  }
  show() {
    this.#isVisible = true;
    this.emit('show');
  }
  hide() {
    this.#isVisible = false;
    if (this.#isFocused) {
      this.#isFocused = false;
      this.emit('blur');
    }
    this.emit('hide');
  }
  focus() {
    this.#isFocused = true;
    this.emit('focus');
  }
  isVisible() {
    return this.#isVisible;
  }
  isDestroyed() {
    return this.#isDestroyed;
  }
  setBounds(bounds) {
    this.#bounds = { ...this.#bounds, ...bounds };
    this.#resize().catch(() => undefined);
  }
  getBounds() {
    return this.#bounds;
  }
  setVisibleOnAllWorkspaces() {}
  destroy() {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#isVisible = false;
    windows.delete(this);
    this.#page?.close().catch(() => undefined);
    this.emit('closed');
  }
  async #resize() {
    const { width, height } = this.#bounds;
    await this.#page?.setViewportSize({ width: Math.round(width), height: Math.round(height) });
  }
}

// The rest of the system

/** What it is given is seen by hook.cjs. */
class Tray extends strictEmitter('Tray') {
  // The image is no option of an emitter.
  constructor() {
    super();
    needReady('Tray');
  }
  setIgnoreDoubleClickEvents() {}
  setImage() {}
  setToolTip() {}
  setContextMenu() {}
  popUpContextMenu() {}
  getBounds() {
    return { x: 1000, y: 0, width: 30, height: 24 };
  }
  destroy() {
    this.removeAllListeners();
  }
}

class MenuItem {
  constructor(options) {
    if (options.label === undefined && options.role === undefined && options.type === undefined)
      throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
    Object.assign(this, { type: 'normal', enabled: true, checked: false, label: '' }, options);
    if (typeof options.click !== 'function') this.click = () => undefined;
  }
}

class Menu extends strictEmitter('Menu') {
  items = [];
  static buildFromTemplate(template) {
    const menu = new Menu();
    menu.items = template.map((options) => new MenuItem(options));
    return menu;
  }
  static setApplicationMenu() {}
}

class Notification extends strictEmitter('Notification') {
  constructor({ title, body }) {
    super();
    this.title = title;
    this.body = body;
  }
  static isSupported() {
    return true;
  }
  show() {}
  close() {}
}

const display = {
  bounds: { x: 0, y: 0, width: 1440, height: 900 },
  workArea: { x: 0, y: 25, width: 1440, height: 875 },
};

let clipboardText = '';

module.exports = strict('', {
  app,
  BrowserWindow,
  Menu,
  Notification,
  Tray,
  clipboard: strict('clipboard', {
    writeText: (text) => {
      clipboardText = text;
    },
    readText: () => clipboardText,
  }),
  dialog: strict('dialog', {
    showOpenDialog: () => Promise.resolve({ canceled: true, filePaths: [] }),
    showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }),
    showMessageBox: () => Promise.resolve({ response: 1 }),
  }),
  ipcMain: strict('ipcMain', {
    handle: (channel, handler) => {
      if (ipcHandlers.has(channel))
        throw new Error(`Attempted to register a second handler for '${channel}'`);
      ipcHandlers.set(channel, handler);
    },
  }),
  nativeImage: strict('nativeImage', {
    createFromPath: (path) => {
      if (!existsSync(path)) throw new Error(`[stand-in] there is no image ${path}`);
      return strict('NativeImage', { path, setTemplateImage: () => undefined });
    },
  }),
  net: strict('net', {
    fetch: (url, init) => {
      const handler = protocolHandlers.get(new URL(url).protocol.slice(0, -1));
      if (handler === undefined) throw new Error(`[stand-in] no handler for ${url}`);
      return handler(new Request(url, init));
    },
  }),
  powerMonitor: emitterWith('powerMonitor', {}),
  protocol: strict('protocol', {
    registerSchemesAsPrivileged: (schemes) => {
      if (isReady)
        throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
      for (const { scheme, privileges } of schemes) if (privileges.standard) standardSchemes.add(scheme);
    },
    handle: (scheme, handler) => {
      needReady('protocol.handle');
      // Without that its URLs have no host, and relative ones lead nowhere.
      if (!standardSchemes.has(scheme)) throw new Error(`[stand-in] ${scheme} is no standard scheme`);
      protocolHandlers.set(scheme, handler);
    },
  }),
  screen: emitterWith('screen', {
    getAllDisplays: () => [display],
    getDisplayNearestPoint: () => display,
    getCursorScreenPoint: () => ({ x: 700, y: 400 }),
  }),
  session: strict('session', {
    defaultSession: strict('session.defaultSession', {
      setPermissionRequestHandler: () => undefined,
      setPermissionCheckHandler: () => undefined,
    }),
  }),
  shell: strict('shell', {
    openExternal: () => Promise.resolve(),
    openPath: () => Promise.resolve(''),
  }),
  systemPreferences: strict('systemPreferences', {
    getAnimationSettings: () => ({ prefersReducedMotion: process.env.STANDIN_REDUCED_MOTION === '1' }),
  }),
});
