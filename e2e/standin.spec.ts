import { evaluate, inPage, startProgram, tell } from './contract-program';
import { expect, test } from './fixtures';
import { e2eTarget } from './launch-app';

test.skip(e2eTarget() === 'electron', 'Electron itself is there');

test('a member that nobody wrote throws, with its name', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  for (const [code, name] of [
    ['(f) => f.electron.desktopCapturer', 'desktopCapturer'],
    ['(f) => f.electron.app.getGPUInfo()', 'app.getGPUInfo'],
    ['(f) => f.electron.app.dock.bounce()', 'app.dock.bounce'],
    ['(f) => f.electron.dialog.showCertificateTrustDialog({})', 'dialog.showCertificateTrustDialog'],
    ['(f) => f.electron.clipboard.readImage()', 'clipboard.readImage'],
    ['(f) => f.electron.screen.getDisplayMatching({})', 'screen.getDisplayMatching'],
    ['(f) => f.electron.nativeImage.createEmpty().path', 'NativeImage.path'],
    ['(f) => f.electron.powerMonitor.isOnBatteryPower()', 'powerMonitor.isOnBatteryPower'],
    ['(f) => f.electron.ipcMain.on("a", () => 1)', 'ipcMain.on'],
    ['(f) => f.electron.BrowserWindow.fromId(1)', 'BrowserWindow.fromId'],
    ['(f) => f.window.setTitle("a")', 'BrowserWindow.setTitle'],
    ['(f) => f.window.webContents.openDevTools()', 'webContents.openDevTools'],
    ['(f) => new f.electron.Tray("icon").setTitle("a")', 'Tray.setTitle'],
    ['(f) => f.electron.Menu.getApplicationMenu()', 'Menu.getApplicationMenu'],
    ['(f) => new f.electron.Notification({}).hasReply', 'Notification.hasReply'],
    ['(f) => f.electron.session.fromPath("a")', 'session.fromPath'],
    ['(f) => f.electron.session.fromPartition("a").clearCache()', 'Session.clearCache'],
    ['(f) => f.electron.net.request({}).getHeader("a")', 'ClientRequest.getHeader'],
    ['(f) => f.electron.session.defaultSession.clearCache()', 'session.defaultSession.clearCache'],
  ] as const) {
    await expect(evaluate(app, code), code).rejects.toThrow(`[stand-in] electron.${name} is not implemented`);
  }
  // What every object has, and what was written, does not.
  expect(
    await evaluate(app, '(f) => [String(f.window.listenerCount("blur")), f.window.missing = 1]'),
  ).toEqual(['0', 1]);
});

test('what is not there before the app is ready is not there', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  expect(await evaluate(app, '(f) => f.tooEarly')).toEqual([
    'Tray before app is ready',
    'Notification before app is ready',
    'BrowserWindow before app is ready',
    'protocol.handle before app is ready',
  ]);
  await expect(evaluate(app, '(f) => f.electron.protocol.registerSchemesAsPrivileged([])')).rejects.toThrow(
    'should be called before app is ready',
  );
  await expect(evaluate(app, '(f) => f.electron.protocol.handle("other", () => 1)')).rejects.toThrow(
    'other is no standard scheme',
  );
});

test('refuses pages that are not sandboxed, and menus without words', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  for (const preferences of ['sandbox: false', 'contextIsolation: false', 'nodeIntegration: true']) {
    const code = `(f) => { new f.electron.BrowserWindow({ webPreferences: { ${preferences} } }); }`;
    await expect(evaluate(app, code)).rejects.toThrow('pages are sandboxed and isolated here');
  }
  await expect(
    evaluate(app, '(f) => f.electron.Menu.buildFromTemplate([{ enabled: true }])'),
  ).rejects.toThrow('Invalid template for MenuItem');
});

test('the preload script runs first, has little, and leaves its bridge alone', async ({ surroundings }) => {
  const { page } = await startProgram(surroundings);
  expect(await inPage(page, '() => bridgeAtStart')).toBe('object');
  expect(await inPage(page, '() => fixture.refused')).toEqual({
    'node:fs': '[stand-in] a sandboxed preload script cannot require node:fs',
    child_process: '[stand-in] a sandboxed preload script cannot require child_process',
    shell: '[stand-in] electron.shell is not there in a preload script',
    'ipcRenderer.sendSync': '[stand-in] ipcRenderer.sendSync is not there in a preload script',
  });
  expect(
    await inPage(page, '() => [typeof require, typeof module, typeof process, typeof __standinInvoke]'),
  ).toEqual(['undefined', 'undefined', 'undefined', 'undefined']);
  // What the page changes is its own.
  expect(
    await inPage(
      page,
      `() => {
        'use strict';
        try { fixture.invoke = () => 'mine'; } catch (error) { return error.name; }
      }`,
    ),
  ).toBe('TypeError');
  expect(
    await inPage(
      page,
      '() => { globalThis.kept = { a: [1, new Date(0)] }; return fixture.given(globalThis.kept); }',
    ),
  ).toEqual({ isSame: false, value: { a: [1, new Date(0)] } });
  // A frame has no preload script.
  expect(
    await inPage(
      page,
      `() => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        return [typeof frame.contentWindow.fixture, typeof frame.contentWindow.__standinInvoke];
      }`,
    ),
  ).toEqual(['undefined', 'undefined']);
});

test('a window opens unless its handler says no', async ({ surroundings }) => {
  const { app, page } = await startProgram(surroundings);
  const popup = page.waitForEvent('popup');
  await inPage(page, '() => { window.open("https://example.com/first"); }');
  await (await popup).close();
  await evaluate(
    app,
    `(f) => {
      f.contents.setWindowOpenHandler(({ url }) => { f.told.push('asked ' + url); return { action: 'deny' }; });
    }`,
  );
  const denied = page.waitForEvent('popup');
  await inPage(page, '() => { window.open("about:blank#second"); }');
  const opened = await denied;
  await expect.poll(() => opened.isClosed()).toBe(true);
  expect(await evaluate(app, '(f) => f.told')).toContain('asked about:blank#second');
});

test('what becomes of a window is told later', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  expect(
    await tell(
      app,
      `async ({ window, told, later, hear }) => {
        hear(window, 'show', 'focus', 'blur', 'hide');
        window.show();
        told.push([window.isVisible(), window.isFocused()]);
        await later();
        window.focus();
        window.hide();
        window.hide();
        window.focus();
        told.push([window.isVisible(), window.isFocused()]);
        await later();
        window.showInactive();
        told.push([window.isVisible(), window.isFocused()]);
        await later();
        window.focus();
      }`,
    ),
  ).toEqual([[true, true], 'show', 'focus', [false, false], 'hide', 'blur', [true, false], 'show', 'focus']);
});

test('a panel gets the keys without its app, any other window with it', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  expect(
    await tell(
      app,
      `async ({ window, electron: { app, BrowserWindow }, told, later, hear }) => {
        hear(app, 'did-become-active', 'did-resign-active');
        const panel = new BrowserWindow({ type: 'panel', show: false, webPreferences: {} });
        panel.show();
        await later();
        told.push([app.isActive(), panel.isFocused()]);
        hear(panel, 'blur');
        window.show();
        told.push(app.isActive());
        await later();
        app.hide();
        told.push([app.isActive(), app.isHidden(), window.isVisible(), window.isFocused()]);
        await later();
        // A window of a hidden app is not seen.
        panel.show();
        told.push([panel.isVisible(), panel.isFocused()]);
        app.show();
        panel.show();
        told.push([panel.isVisible(), panel.isFocused(), app.isActive()]);
      }`,
    ),
  ).toEqual([
    [false, true],
    true,
    'did-become-active',
    'blur',
    [false, true, false, false],
    'did-resign-active',
    [false, false],
    [true, true, false],
  ]);
});

test('notifications are shown or fail, as a spec wants it', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  await app.ask('notificationsAre', { answer: 'failed' });
  const shown = `async ({ electron: { Notification }, told, later, hear }) => {
    const notification = new Notification({ title: 'a', body: 'b' });
    hear(notification, 'show', 'failed', 'close');
    notification.show();
    told.push('asked');
    await later();
    notification.close();
  }`;
  expect(await tell(app, shown)).toEqual(['asked', 'failed']);
  await app.ask('notificationsAre', { answer: 'shown' });
  expect(await tell(app, shown)).toEqual(['asked', 'show', 'close']);
  expect(await app.ask('notifications')).toEqual([
    { title: 'a', body: 'b' },
    { title: 'a', body: 'b' },
  ]);
});

test('the login item is what macOS makes of it', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  expect(
    await evaluate(
      app,
      `({ electron: { app } }) => {
        const status = () => app.getLoginItemSettings().status;
        const seen = [status()];
        for (const openAtLogin of [true, false]) {
          app.setLoginItemSettings({ openAtLogin });
          seen.push(status());
        }
        globalThis.__standin.setLoginItemStatus('requires-approval');
        app.setLoginItemSettings({ openAtLogin: true });
        seen.push(status());
        return seen;
      }`,
    ),
  ).toEqual(['not-found', 'enabled', 'not-registered', 'requires-approval']);
});
