/**
 * Loaded into the app's main process, real or on the stand-in, before its bundle: remembers what the app does with the
 * system, so that a spec can look at it and act as the user. Uses Electron's public interface, and is the same for both but
 * for what only the stand-in's Mac can be made to do.
 */
'use strict';
const electron = require('electron');
const {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  nativeImage,
  net,
  Notification,
  powerMonitor,
  session,
  shell,
  systemPreferences,
  Tray,
} = electron;

/** What the stand-in lets happen around the app; undefined in Electron. */
const standin = globalThis.__standin;

const panelUrl = 'latchkey://panel/';

if (process.env.E2E_KEYCHAIN !== undefined) require('./keychain-says.cjs');

/** @type {import('electron').Tray} */
let tray;
/** @type {import('electron').Menu | undefined} */
let menu;
let toolTip = '';
/** @type {import('electron').NativeImage} */
let image;
const imagePaths = new WeakMap();
/** @type {import('electron').Notification[]} */
const notifications = [];
/** What becomes of a notification: it is shown, or macOS does not take it. */
let notificationsAre = process.env.E2E_NOTIFICATIONS ?? 'shown';
const errorBoxes = [];
const opened = [];
let openFile;
let saveFile;
let button;
// Without a handler Electron grants what a page asks for, and opens what it wants to open.
/** @type {NonNullable<Parameters<import('electron').Session['setPermissionRequestHandler']>[0]>} */
let permissionHandler = (_contents, _permission, answer) => answer(true);
/** @type {NonNullable<Parameters<import('electron').Session['setPermissionCheckHandler']>[0]>} */
let permissionCheck = () => true;
/** @type {Parameters<import('electron').WebContents['setWindowOpenHandler']>[0]} */
let openHandler = () => ({ action: 'allow' });

const remember = (name, note) => {
  const original = Tray.prototype[name];
  Tray.prototype[name] = function (...args) {
    tray = this;
    note?.(...args);
    return original.apply(this, args);
  };
};
remember('setIgnoreDoubleClickEvents');
remember('setToolTip', (text) => {
  toolTip = text;
});
remember('setImage', (given) => {
  image = given;
});
remember('setContextMenu', (given) => {
  menu = given;
});
if (process.env.E2E_START_FAILS === '1') {
  Tray.prototype.setIgnoreDoubleClickEvents = () => {
    throw new Error('thrown by a spec');
  };
}
// Another app would outlive the spec.
app.relaunch = () => process.stderr.write('starts again\n');
// A native menu would wait for the user.
Tray.prototype.popUpContextMenu = (given) => {
  menu = given;
};
const onScreen = new WeakSet();
// Electron's own would ask the user of this machine whether they may.
Notification.prototype.show = function () {
  notifications.push(this);
  const answer = notificationsAre;
  setImmediate(() => {
    if (answer === 'shown') {
      onScreen.add(this);
      this.emit('show', {});
    } else this.emit('failed', {}, 'Notifications are not allowed for this application');
  });
};
Notification.prototype.close = function () {
  if (onScreen.delete(this)) setImmediate(() => this.emit('close', {}));
};
// An image does not say where it is from.
const { createFromPath } = nativeImage;
nativeImage.createFromPath = (path) => {
  const made = createFromPath(path);
  if (!made.isEmpty()) imagePaths.set(made, path);
  return made;
};
shell.openExternal = (url) => {
  opened.push(url);
  return Promise.resolve();
};
shell.openPath = (path) => {
  opened.push(path);
  return Promise.resolve('');
};
dialog.showOpenDialog = () =>
  Promise.resolve(
    openFile === undefined ? { canceled: true, filePaths: [] } : { canceled: false, filePaths: [openFile] },
  );
dialog.showSaveDialog = () =>
  Promise.resolve(
    saveFile === undefined ? { canceled: true, filePath: '' } : { canceled: false, filePath: saveFile },
  );
// The system knows it of an app that it has opened itself.
if (process.env.E2E_OPENED_AT_LOGIN === '1') {
  const { getLoginItemSettings } = app;
  app.getLoginItemSettings = () => ({ ...getLoginItemSettings.call(app), wasOpenedAtLogin: true });
}
dialog.showErrorBox = (title, content) => {
  errorBoxes.push({ title, content });
  // The app may end with it.
  process.stderr.write(`error box: ${title}. ${content}\n`);
};

const { showMessageBox } = dialog;
dialog.showMessageBox = (/** @type {any[]} */ ...args) =>
  button === undefined
    ? Reflect.apply(showMessageBox, dialog, args)
    : Promise.resolve({ response: button, checkboxChecked: false });

app.on('web-contents-created', (_event, contents) => {
  const original = contents.setWindowOpenHandler;
  contents.setWindowOpenHandler = (handler) => {
    openHandler = handler;
    original.call(contents, handler);
  };
});
// The session is not there before the app is ready; whoever waits first is told first.
app.whenReady().then(
  () => {
    const { defaultSession } = session;
    const { setPermissionRequestHandler, setPermissionCheckHandler } = defaultSession;
    defaultSession.setPermissionRequestHandler = (handler) => {
      permissionHandler = handler ?? permissionHandler;
      setPermissionRequestHandler.call(defaultSession, handler);
    };
    defaultSession.setPermissionCheckHandler = (handler) => {
      permissionCheck = handler ?? permissionCheck;
      setPermissionCheckHandler.call(defaultSession, handler);
    };
  },
  () => undefined,
);

const panel = () => BrowserWindow.getAllWindows()[0];

/** Until what has happened is told: the system's events come later. */
const told = () => new Promise((resolve) => setImmediate(resolve));

/** Something else than the panel gets what is typed. */
async function takeKeys() {
  if (standin !== undefined) standin.takeKeys();
  else setImmediate(() => panel()?.emit('blur'));
  await told();
}

async function setActive(isActive) {
  if (standin !== undefined) standin.setActive(isActive);
  else setImmediate(() => app.emit(isActive ? 'did-become-active' : 'did-resign-active', {}));
  await told();
}

const keys = (ctrlKey) => ({ ctrlKey, altKey: false, shiftKey: false, metaKey: false });
const onIcon = () => {
  const { x, y, width, height } = tray.getBounds();
  return { x: x + width / 2, y: y + height / 2 };
};

/** The panel has lost the keys by then. */
async function pressTray({ ctrlKey }) {
  tray.emit('mouse-down', keys(ctrlKey), onIcon());
  if (panel()?.isFocused()) await takeKeys();
}

function releaseTray({ ctrlKey }) {
  tray.emit('mouse-up', keys(ctrlKey), onIcon());
  tray.emit('click', keys(ctrlKey), tray.getBounds(), onIcon());
}

globalThis.__e2e = {
  clickTray: async (modifiers) => {
    await pressTray(modifiers);
    releaseTray(modifiers);
  },
  pressTray,
  releaseTray,
  /** The menu bar has put the icon somewhere else, or nowhere. */
  placeTray: (bounds) => {
    Tray.prototype.getBounds = () => bounds;
  },
  rightClickTray: () => {
    tray.emit('right-click', { ctrlKey: false }, tray.getBounds());
  },
  tray: () => ({ toolTip, image: imagePaths.get(image) ?? '' }),
  menu: () =>
    (menu?.items ?? []).map(({ type, label, checked, enabled }) => ({ type, label, checked, enabled })),
  clickMenu: ({ label }) => {
    const item = (menu?.items ?? []).find((each) => each.label === label);
    if (item === undefined) throw new Error(`the menu has no ${label}`);
    item.click(item, panel(), {});
  },
  notifications: () => notifications.map(({ title, body }) => ({ title, body })),
  clickNotification: ({ index }) => {
    notifications[index].emit('click', {});
  },
  notificationsAre: ({ answer }) => {
    notificationsAre = answer;
  },
  opened: () => opened,
  errorBoxes: () => errorBoxes,
  clipboard: () => clipboard.readText(),
  chooseFiles: (files) => {
    openFile = files.openFile;
    saveFile = files.saveFile;
  },
  chooseButton: ({ index }) => {
    button = index;
  },
  isPanelVisible: () => panel()?.isVisible() === true,
  panelBounds: () => panel()?.getBounds(),
  isPanelFocused: () => panel()?.isFocused() === true,
  blurPanel: takeKeys,
  closePanel: () => {
    panel()?.close();
  },
  userDefault: ({ key }) => systemPreferences.getUserDefault(key, 'boolean'),
  endPanelProcess: ({ reason }) => {
    panel()?.webContents.emit('render-process-gone', {}, { reason, exitCode: 1 });
  },
  isAppActive: () => app.isActive(),
  setAppActive: ({ isActive }) => setActive(isActive),
  loginItem: () => app.getLoginItemSettings().status,
  setLoginItemStatus: ({ status }) => standin.setLoginItemStatus(status),
  setAccentColor: ({ color }) => {
    standin.setAccentColor(color);
    systemPreferences.postLocalNotification('NSSystemColorsDidChangeNotification', {});
  },
  secondInstance: () => {
    app.emit('second-instance', {}, [], '');
  },
  activate: () => {
    app.emit('activate', {}, false);
  },
  grants: ({ permission }) =>
    new Promise((resolve) => {
      const { webContents } = panel();
      const asked = { isMainFrame: true, requestingUrl: panelUrl };
      const answer = (isGranted) =>
        resolve(isGranted || permissionCheck(webContents, permission, panelUrl, asked));
      permissionHandler(webContents, permission, answer, asked);
    }),
  opensWindow: ({ url }) =>
    openHandler({
      url,
      frameName: '',
      features: '',
      disposition: 'foreground-tab',
      referrer: { url: '', policy: 'default' },
    }).action === 'allow',
  request: async ({ url, method }) => {
    const { status, headers } = await net.fetch(url, { method });
    return { status, headers: Object.fromEntries(headers) };
  },
  power: ({ event }) => {
    powerMonitor.emit(event, { preventDefault: () => undefined });
  },
  postLocalNotification: ({ event }) => {
    systemPreferences.postLocalNotification(event, {});
  },
  throwUncaught: () => {
    setImmediate(() => {
      throw new Error('thrown by a spec');
    });
  },
  /** Somebody else keeps the next quitting from its end, once Latchkey's windows are closed. */
  cancelQuit: () => {
    app.once('will-quit', (event) => event.preventDefault());
  },
  quit: () => {
    // The answer goes out first.
    setImmediate(() => app.quit());
  },
};

/**
 * What a spec has asked over Node's IPC, answered; never rejects.
 *
 * @param {any} question
 */
async function answer({ id, name, argument }) {
  try {
    process.send?.({ id, value: await globalThis.__e2e[name](argument ?? {}) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

// On the stand-in a spec asks over Node's IPC; in Electron Playwright evaluates.
if (process.send !== undefined) {
  process.on('message', (question) => void answer(question));
  process.on('disconnect', () => process.exit(1));
}
