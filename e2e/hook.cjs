/**
 * Loaded into the app's main process, real or on the stand-in, before its bundle: remembers what the app does with the
 * system, so that a spec can look at it and act as the user. Uses Electron's public interface only, and is the same for both.
 */
'use strict';
const electron = require('electron');
const { app, BrowserWindow, clipboard, dialog, net, Notification, powerMonitor, session, shell, Tray } =
  electron;

const panelUrl = 'latchkey://panel/';

if (process.env.E2E_KEYCHAIN !== undefined) require('./keychain-says.cjs');

let tray;
let menu;
let toolTip = '';
let image;
const notifications = [];
const opened = [];
let openFile;
let saveFile;
let button;
// Without a handler Electron grants what a page asks for, and opens what it wants to open.
let permissionHandler = (_contents, _permission, answer) => answer(true);
let permissionCheck = () => true;
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
// A native menu would wait for the user.
Tray.prototype.popUpContextMenu = (given) => {
  menu = given;
};
Notification.prototype.show = function () {
  notifications.push(this);
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

const { showMessageBox } = dialog;
dialog.showMessageBox = (...args) =>
  button === undefined ? showMessageBox.apply(dialog, args) : Promise.resolve({ response: button });

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
      permissionHandler = handler;
      setPermissionRequestHandler.call(defaultSession, handler);
    };
    defaultSession.setPermissionCheckHandler = (handler) => {
      permissionCheck = handler;
      setPermissionCheckHandler.call(defaultSession, handler);
    };
  },
  () => undefined,
);

const panel = () => BrowserWindow.getAllWindows()[0];

globalThis.__e2e = {
  clickTray: ({ ctrlKey }) => {
    tray.emit('click', { ctrlKey, altKey: false, shiftKey: false, metaKey: false }, tray.getBounds());
  },
  rightClickTray: () => {
    tray.emit('right-click', { ctrlKey: false }, tray.getBounds());
  },
  tray: () => ({ toolTip, image: image?.path ?? '' }),
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
  opened: () => opened,
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
  blurPanel: () => {
    panel()?.emit('blur');
  },
  loginItem: () => app.getLoginItemSettings().status,
  setLoginItemStatus: ({ status }) => app.setLoginItemStatus(status),
  secondInstance: () => {
    app.emit('second-instance', {}, [], '');
  },
  activate: () => {
    app.emit('activate', {}, false);
  },
  grants: ({ permission }) =>
    new Promise((resolve) => {
      const { webContents } = panel();
      permissionHandler(webContents, permission, (isGranted) => {
        resolve(isGranted || permissionCheck(webContents, permission, panelUrl));
      });
    }),
  opensWindow: ({ url }) => openHandler({ url }).action === 'allow',
  request: async ({ url, method }) => {
    const { status, headers } = await net.fetch(url, { method });
    return { status, headers: Object.fromEntries(headers) };
  },
  power: ({ event }) => {
    powerMonitor.emit(event);
  },
  throwUncaught: () => {
    setImmediate(() => {
      throw new Error('thrown by a spec');
    });
  },
  quit: () => {
    // The answer goes out first.
    setImmediate(() => app.quit());
  },
};

/** What a spec has asked over Node's IPC, answered; never rejects. */
async function answer({ id, name, argument }) {
  try {
    process.send({ id, value: await globalThis.__e2e[name](argument ?? {}) });
  } catch (error) {
    process.send({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

// On the stand-in a spec asks over Node's IPC; in Electron Playwright evaluates.
if (process.send !== undefined) {
  process.on('message', (question) => void answer(question));
  process.on('disconnect', () => process.exit(1));
}
