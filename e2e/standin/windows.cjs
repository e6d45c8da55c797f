/** Stands in for Electron's windows: each is a page of the Chromium that the test has started. */
'use strict';
const { readFileSync } = require('node:fs');
const { app, cancelQuit, lastWindowClosed, setActive } = require('./app.cjs');
const { desktop, giveKeys, needReady, tellSoon } = require('./desktop.cjs');
const { pageShim } = require('./page-shim.cjs');
const {
  isMarkedDestroyed,
  markDestroyed,
  PreventableEvent,
  strictEmitter,
  throwAfterDestroy,
} = require('./strict.cjs');
const { display } = require('./display.cjs');

/** Where pages of the app's own scheme are found in Chromium, which does not know that scheme. */
const pageOrigin = 'http://latchkey-panel.test';

/** @param {string} url */
const toPage = (url) => url.replace(/^latchkey:\/\/panel/, pageOrigin);
/** @param {string} url */
const fromPage = (url) =>
  url.startsWith(pageOrigin) ? `latchkey://panel${url.slice(pageOrigin.length)}` : url;

/** @type {Promise<import('@playwright/test').BrowserContext> | undefined} */
let context;

/** The browser of the test: its default context is what both sides see. */
function browserContext() {
  context ??= require('@playwright/test')
    .chromium.connectOverCDP(process.env.STANDIN_BROWSER ?? '')
    .then((browser) => {
      const [first] = browser.contexts();
      if (first === undefined) throw new Error('[stand-in] the browser has no context');
      return first;
    });
  return context;
}

/** @type {Set<string>} */
const standardSchemes = new Set();
/** @type {Map<string, Parameters<import('electron').Protocol['handle']>[1]>} */
const protocolHandlers = new Map();
/** @type {Map<string, (event: any, ...args: unknown[]) => unknown>} */
const ipcHandlers = new Map();

/**
 * What answers a request for a URL; undefined: nothing does.
 *
 * @param {string} url
 */
const handlerOf = (url) => protocolHandlers.get(new URL(url).protocol.slice(0, -1));

/**
 * Opens a page for the contents of a window, with the source of its preload script.
 *
 * @type {(contents: WebContents, url: string, preload: string) => Promise<import('@playwright/test').Page>}
 */
let openPage;

const contentsEvents = /** @type {const} */ (['will-navigate', 'render-process-gone', 'destroyed']);

class WebContents extends strictEmitter('webContents', contentsEvents) {
  #mainFrame = { url: '' };
  /** @type {import('@playwright/test').Page | undefined} */
  #page;
  /** @type {Parameters<import('electron').WebContents['setWindowOpenHandler']>[0]} */
  #openHandler = () => ({ action: 'allow' });

  get mainFrame() {
    return this.#mainFrame;
  }
  isDestroyed() {
    return isMarkedDestroyed(this);
  }
  /** @param {Parameters<import('electron').WebContents['setWindowOpenHandler']>[0]} handler */
  setWindowOpenHandler(handler) {
    this.#openHandler = handler;
  }
  isDevToolsFocused() {
    return false;
  }
  /**
   * @param {string} channel
   * @param {unknown[]} args
   */
  send(channel, ...args) {
    // What cannot be cloned does not arrive in Electron, either.
    const cloned = structuredClone(args);
    const page = this.#page;
    if (page === undefined || page.isClosed()) return;
    page
      .evaluate(({ name, values }) => /** @type {any} */ (window).__standinEmit?.(name, values), {
        name: channel,
        values: cloned,
      })
      .catch(() => undefined);
  }

  static {
    openPage = (contents, url, preload) => contents.#open(url, preload);
  }
  /**
   * @param {string} url
   * @param {string} preload
   */
  async #open(url, preload) {
    const page = await (await browserContext()).newPage();
    this.#page = page;
    await page.exposeBinding('__standinInvoke', async ({ frame }, channel, args) => {
      const handler = ipcHandlers.get(channel);
      if (handler === undefined) return { error: `No handler registered for '${channel}'` };
      const senderFrame = frame === page.mainFrame() ? this.#mainFrame : { url: frame.url() };
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
      const asked = {
        url: popup.url(),
        frameName: '',
        features: '',
        disposition: /** @type {const} */ ('foreground-tab'),
        referrer: { url: '', policy: /** @type {const} */ ('default') },
      };
      if (this.#openHandler(asked).action === 'deny') popup.close().catch(() => undefined);
    });
    this.#mainFrame.url = url;
    await page.goto(toPage(url));
    return page;
  }

  /**
   * Requests of the page: the app's own scheme is answered by its handler, nothing else gets anywhere.
   *
   * @param {import('@playwright/test').Route} route
   */
  async #answer(route) {
    const request = route.request();
    const url = fromPage(request.url());
    if (
      request.isNavigationRequest() &&
      request.frame() === this.#page?.mainFrame() &&
      url !== this.#mainFrame.url
    ) {
      const event = new PreventableEvent();
      this.emit('will-navigate', event, url);
      if (event.defaultPrevented) return route.abort('aborted');
    }
    const handler = handlerOf(url);
    if (handler === undefined) return route.abort('blockedbyclient');
    const response = await handler(new Request(url, { method: request.method() }));
    return route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }
}

const windowEvents = /** @type {const} */ ([
  'ready-to-show',
  'show',
  'hide',
  'focus',
  'blur',
  'close',
  'closed',
]);

class BrowserWindow extends strictEmitter('BrowserWindow', windowEvents) {
  #contents = new WebContents();
  /** @type {import('electron').BrowserWindowConstructorOptions} */
  #options;
  /** @type {import('@playwright/test').Page | undefined} */
  #page;
  /** @type {import('electron').Rectangle} */
  #bounds;
  /** Whether it was ordered to the front last; that is not all it takes to be seen. */
  #isOrderedIn;

  /** @param {import('electron').BrowserWindowConstructorOptions} [options] */
  constructor(options = {}) {
    super();
    needReady('BrowserWindow');
    const { width = 800, height = 600, webPreferences = {} } = options;
    const { sandbox, contextIsolation, nodeIntegration } = webPreferences;
    if (sandbox === false || contextIsolation === false || nodeIntegration === true)
      throw new Error('[stand-in] pages are sandboxed and isolated here');
    this.#options = options;
    this.#bounds = { x: 0, y: display.workArea.y, width, height };
    this.#isOrderedIn = options.show !== false;
    desktop.windows.add(this);
    app.emit('web-contents-created', {}, this.#contents);
  }
  static getAllWindows() {
    return [...desktop.windows].filter((window) => window instanceof BrowserWindow);
  }
  get webContents() {
    return this.#contents;
  }
  /** @param {string} url */
  async loadURL(url) {
    const { preload } = this.#options.webPreferences ?? {};
    const source = preload === undefined ? '' : readFileSync(preload, 'utf8');
    this.#page = await openPage(this.#contents, url, source);
    await this.#resize();
    if (this.isDestroyed()) await this.#page.close();
    else this.emit('ready-to-show');
  }

  /** In front, with the keys. A panel gets them while another app stays the active one. */
  show() {
    if (this.#options.type !== 'panel') setActive(true);
    this.#order(true);
    if (this.isVisible()) giveKeys(this);
  }
  /** In front; what is typed goes on to where it went. */
  showInactive() {
    this.#order(true);
  }
  hide() {
    this.#order(false);
    if (desktop.keyWindow === this) giveKeys(undefined);
  }
  focus() {
    if (!this.isVisible()) return;
    if (this.#options.type !== 'panel') setActive(true);
    giveKeys(this);
  }
  /** Whether it gets what is typed. */
  isFocused() {
    return desktop.keyWindow === this;
  }
  /** A window of a hidden app cannot be seen. */
  isVisible() {
    return this.#isOrderedIn && !desktop.isHidden;
  }
  /** @param {boolean} isIn */
  #order(isIn) {
    const wasVisible = this.isVisible();
    this.#isOrderedIn = isIn;
    if (this.isVisible() !== wasVisible) tellSoon(this, isIn ? 'show' : 'hide');
  }

  isDestroyed() {
    return isMarkedDestroyed(this);
  }
  /**
   * On its screen, and below the menu bar, whatever was asked for.
   *
   * @param {Partial<import('electron').Rectangle>} bounds
   */
  setBounds(bounds) {
    const asked = { ...this.#bounds, ...bounds };
    const { y, height } = display.workArea;
    this.#bounds = { ...asked, y: Math.max(asked.y, y), height: Math.min(asked.height, height) };
    this.#resize().catch(() => undefined);
  }
  getBounds() {
    return { ...this.#bounds };
  }
  setVisibleOnAllWorkspaces() {}

  /** Asks whoever listens; a window that stays calls off the quitting that asked for it. It is gone later. */
  close() {
    const event = new PreventableEvent();
    this.emit('close', event);
    if (event.defaultPrevented) cancelQuit();
    else setImmediate(() => this.destroy());
  }
  destroy() {
    if (this.isDestroyed()) return;
    if (desktop.keyWindow === this) desktop.keyWindow = undefined;
    desktop.windows.delete(this);
    markDestroyed(this);
    markDestroyed(this.#contents);
    this.#page?.close().catch(() => undefined);
    this.#contents.emit('destroyed');
    this.emit('closed');
    if (desktop.windows.size === 0) lastWindowClosed();
  }
  async #resize() {
    const { width, height } = this.#bounds;
    await this.#page?.setViewportSize({ width: Math.round(width), height: Math.round(height) });
  }
}

const isGone = () => new TypeError('Object has been destroyed');
throwAfterDestroy(WebContents, isGone);
throwAfterDestroy(BrowserWindow, isGone);

const ipcMain = {
  /**
   * @param {string} channel
   * @param {Parameters<import('electron').IpcMain['handle']>[1]} listener
   */
  handle: (channel, listener) => {
    if (ipcHandlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    ipcHandlers.set(channel, listener);
  },
};

/** What a page of the app, or the app itself, gets for one of its own URLs. */
const net = {
  /**
   * @param {string | Request} input
   * @param {RequestInit} [init]
   * @returns {Promise<Response>}
   */
  fetch: async (input, init) => {
    const request = new Request(input, init);
    const handler = handlerOf(request.url);
    if (handler === undefined) throw new Error(`[stand-in] no handler for ${request.url}`);
    return handler(request);
  },
};

const protocol = {
  /** @param {import('electron').CustomScheme[]} schemes */
  registerSchemesAsPrivileged: (schemes) => {
    if (desktop.isReady)
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme, privileges } of schemes) if (privileges?.standard) standardSchemes.add(scheme);
  },
  /**
   * @param {string} scheme
   * @param {Parameters<import('electron').Protocol['handle']>[1]} handler
   */
  handle: (scheme, handler) => {
    needReady('protocol.handle');
    // Without that its URLs have no host, and relative ones lead nowhere.
    if (!standardSchemes.has(scheme)) throw new Error(`[stand-in] ${scheme} is no standard scheme`);
    protocolHandlers.set(scheme, handler);
  },
};

module.exports = { BrowserWindow, ipcMain, net, protocol };
