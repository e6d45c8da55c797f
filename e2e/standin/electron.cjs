/**
 * Stands in for the `electron` module where its binary cannot be had: windows are pages of the Chromium that the test has
 * started, everything else is remembered so that a test can look at it. Strict: a member that nobody wrote here throws.
 *
 * What it is not: no real menu bar, no vibrancy, no isolated world for the preload script.
 */
'use strict';
const { existsSync } = require('node:fs');
const { app } = require('./app.cjs');
const { needReady } = require('./desktop.cjs');
const { display } = require('./display.cjs');
const {
  emitterWith,
  isMarkedDestroyed,
  markDestroyed,
  strict,
  strictEmitter,
  throwAfterDestroy,
} = require('./strict.cjs');
const { request } = require('./net-request.cjs');
const { fromPartition } = require('./session.cjs');
const { autoUpdater } = require('./squirrel.cjs');
const { BrowserWindow, ipcMain, net, protocol } = require('./windows.cjs');

const trayEvents = /** @type {const} */ (['mouse-down', 'mouse-up', 'click', 'right-click']);

/** What it is given is seen by hook.cjs. */
class Tray extends strictEmitter('Tray', trayEvents) {
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
  isDestroyed() {
    return isMarkedDestroyed(this);
  }
  destroy() {
    markDestroyed(this);
  }
}
throwAfterDestroy(Tray, () => new Error('Tray is destroyed'));

class MenuItem {
  /** @type {import('electron').MenuItem['type']} */
  type = 'normal';
  enabled = true;
  checked = false;
  visible = true;
  label = '';
  click = () => undefined;

  /** @param {import('electron').MenuItemConstructorOptions | import('electron').MenuItem} options */
  constructor(options) {
    if (options.label === undefined && options.role === undefined && options.type === undefined)
      throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    Object.assign(this, Object.fromEntries(given));
  }
}

class Menu extends strictEmitter('Menu') {
  /** @type {MenuItem[]} */
  items = [];
  /** @param {(import('electron').MenuItemConstructorOptions | import('electron').MenuItem)[]} template */
  static buildFromTemplate(template) {
    const menu = new Menu();
    menu.items = template.map((options) => new MenuItem(options));
    return menu;
  }
  static setApplicationMenu() {}
}

const notificationEvents = /** @type {const} */ (['show', 'failed', 'click', 'close']);

/** hook.cjs says what becomes of it. */
class Notification extends strictEmitter('Notification', notificationEvents) {
  /** @param {import('electron').NotificationConstructorOptions} [options] */
  constructor({ title = '', body = '' } = {}) {
    super();
    needReady('Notification');
    this.title = title;
    this.body = body;
  }
  static isSupported() {
    return true;
  }
  /**
   * Of earlier runs there are none.
   *
   * @returns {Promise<Notification[]>}
   */
  static getHistory() {
    return Promise.resolve([]);
  }
  show() {}
  close() {}
}

/** An image that is only known to be there or not. */
class NativeImage {
  #isEmpty;
  #isTemplate = false;
  /** @param {boolean} isEmpty */
  constructor(isEmpty) {
    this.#isEmpty = isEmpty;
  }
  isEmpty() {
    return this.#isEmpty;
  }
  /** @param {boolean} isTemplate */
  setTemplateImage(isTemplate) {
    this.#isTemplate = isTemplate;
  }
  isTemplateImage() {
    return this.#isTemplate;
  }
}
Object.setPrototypeOf(NativeImage.prototype, strict('NativeImage', {}));

let clipboardText = '';
/** @typedef {(event: string, userInfo: Record<string, unknown>, object: string) => void} LocalListener */
/** @type {Map<number, { event: string | null, callback: LocalListener }>} */
const subscriptions = new Map();
let lastSubscription = 0;
/** @type {Map<string, unknown>} */
const userDefaults = new Map();

module.exports = strict('', {
  app,
  autoUpdater,
  BrowserWindow,
  Menu,
  Notification,
  Tray,
  clipboard: strict('clipboard', {
    /** @param {string} text */
    writeText: async (text) => {
      clipboardText = text;
    },
    readText: async () => clipboardText,
  }),
  dialog: strict('dialog', {
    showOpenDialog: () => Promise.resolve({ canceled: true, filePaths: [] }),
    showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }),
    showMessageBox: () => Promise.resolve({ response: 1, checkboxChecked: false }),
    showErrorBox: () => undefined,
  }),
  ipcMain: strict('ipcMain', ipcMain),
  nativeImage: strict('nativeImage', {
    /**
     * As in Electron: a file that is not there is no error.
     *
     * @param {string} path
     */
    createFromPath: (path) => new NativeImage(!existsSync(path)),
    createEmpty: () => new NativeImage(true),
  }),
  net: strict('net', { ...net, request }),
  powerMonitor: emitterWith('powerMonitor', /** @type {const} */ (['suspend', 'resume', 'shutdown']), {}),
  protocol: strict('protocol', protocol),
  screen: emitterWith('screen', /** @type {const} */ (['display-metrics-changed']), {
    getAllDisplays: () => [display],
    getPrimaryDisplay: () => display,
    getDisplayNearestPoint: () => display,
    getCursorScreenPoint: () => ({ x: 700, y: 400 }),
  }),
  session: strict('session', {
    defaultSession: strict('session.defaultSession', {
      setPermissionRequestHandler: () => undefined,
      setPermissionCheckHandler: () => undefined,
    }),
    fromPartition,
  }),
  shell: strict('shell', {
    openExternal: () => Promise.resolve(),
    openPath: () => Promise.resolve(''),
  }),
  systemPreferences: strict('systemPreferences', {
    /** RGBA, as a Mac tells it: the blue that it has at first. */
    getAccentColor: () => process.env.STANDIN_ACCENT ?? '007affff',
    getAnimationSettings: () => ({
      prefersReducedMotion: process.env.STANDIN_REDUCED_MOTION === '1',
      shouldRenderRichAnimation: process.env.STANDIN_REDUCED_MOTION !== '1',
      scrollAnimationsEnabledBySystem: true,
    }),
    /**
     * @param {string} key
     * @param {unknown} _type
     * @param {unknown} value
     */
    setUserDefault: (key, _type, value) => {
      userDefaults.set(key, value);
    },
    /**
     * @param {string | null} event
     * @param {LocalListener} callback
     */
    subscribeLocalNotification: (event, callback) => {
      lastSubscription += 1;
      subscriptions.set(lastSubscription, { event, callback });
      return lastSubscription;
    },
    /** @param {number} id */
    unsubscribeLocalNotification: (id) => {
      subscriptions.delete(id);
    },
    /**
     * @param {string} posted
     * @param {Record<string, unknown>} userInfo
     */
    postLocalNotification: (posted, userInfo) => {
      for (const { event, callback } of subscriptions.values())
        if (event === null || event === posted) callback(posted, userInfo, '');
    },
    /** @type {import('electron').SystemPreferences['getUserDefault']} */
    getUserDefault: (key, type) =>
      /** @type {any} */ (userDefaults.get(key) ?? { boolean: false, string: '' }[String(type)]),
  }),
});
