import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, type Surroundings, test } from './fixtures';
import { e2eTarget, type RunningApp } from './launch-app';

test.skip(e2eTarget() === 'electron', 'Electron itself is there');

const bundle = join(__dirname, 'standin', 'fixture-main.cjs');

/** Runs a function in the main process of the fixture, which is given what the fixture shows. */
const evaluate = (app: RunningApp, code: string): Promise<unknown> =>
  (app.ask as (name: string, argument: unknown) => Promise<unknown>)('evaluate', { code });

async function start({ launch }: Surroundings): Promise<{ app: RunningApp; page: Page }> {
  const app = await launch({ bundle });
  const page = await app.panel();
  await expect.poll(() => app.output()).toContain('loaded');
  return { app, page };
}

const inPage = (page: Page, code: string): Promise<unknown> => page.evaluate(`(${code})()`);

test('a member that nobody wrote throws, with its name', async ({ surroundings }) => {
  const { app } = await start(surroundings);
  for (const [code, name] of [
    ['(f) => f.electron.autoUpdater', 'autoUpdater'],
    ['(f) => f.electron.app.getGPUInfo()', 'app.getGPUInfo'],
    ['(f) => f.electron.app.dock.bounce()', 'app.dock.bounce'],
    ['(f) => f.electron.dialog.showErrorBox("a", "b")', 'dialog.showErrorBox'],
    ['(f) => f.electron.clipboard.readImage()', 'clipboard.readImage'],
    ['(f) => f.electron.screen.getPrimaryDisplay()', 'screen.getPrimaryDisplay'],
    ['(f) => f.electron.powerMonitor.isOnBatteryPower()', 'powerMonitor.isOnBatteryPower'],
    ['(f) => f.electron.ipcMain.on("a", () => 1)', 'ipcMain.on'],
    ['(f) => f.electron.BrowserWindow.fromId(1)', 'BrowserWindow.fromId'],
    ['(f) => f.window.setTitle("a")', 'BrowserWindow.setTitle'],
    ['(f) => f.window.webContents.openDevTools()', 'webContents.openDevTools'],
    ['(f) => new f.electron.Tray("icon").setTitle("a")', 'Tray.setTitle'],
    ['(f) => f.electron.Menu.getApplicationMenu()', 'Menu.getApplicationMenu'],
    ['(f) => new f.electron.Notification({}).hasReply', 'Notification.hasReply'],
    ['(f) => f.electron.session.fromPartition("a")', 'session.fromPartition'],
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
  const { app } = await start(surroundings);
  expect(await evaluate(app, '(f) => f.tooEarly')).toEqual([
    'Tray before app is ready',
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

test('refuses pages that are not sandboxed, menus without words and images that are not there', async ({
  surroundings,
}) => {
  const { app } = await start(surroundings);
  for (const preferences of ['sandbox: false', 'contextIsolation: false', 'nodeIntegration: true']) {
    const code = `(f) => { new f.electron.BrowserWindow({ webPreferences: { ${preferences} } }); }`;
    await expect(evaluate(app, code)).rejects.toThrow('pages are sandboxed and isolated here');
  }
  await expect(
    evaluate(app, '(f) => f.electron.Menu.buildFromTemplate([{ enabled: true }])'),
  ).rejects.toThrow('Invalid template for MenuItem');
  await expect(evaluate(app, '(f) => f.electron.nativeImage.createFromPath("/nowhere.png")')).rejects.toThrow(
    'there is no image /nowhere.png',
  );
});

test('the preload script runs first, has little, and leaves its bridge alone', async ({ surroundings }) => {
  const { page } = await start(surroundings);
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

test('messages go both ways as copies, and from the page that sent them', async ({ surroundings }) => {
  const { app, page } = await start(surroundings);
  expect(await inPage(page, '() => fixture.invoke("echo", 1, { two: [null] })')).toEqual({
    isOwn: true,
    url: 'latchkey://panel/',
    args: [1, { two: [null] }],
  });
  const failing = (code: string): Promise<unknown> =>
    inPage(page, `() => (async () => ${code})().then(() => 'sent', (error) => error.message)`);
  expect(await failing('fixture.invoke("fail")')).toBe(
    "Error invoking remote method 'fail': TypeError: on purpose",
  );
  expect(await failing('fixture.invoke("nobody")')).toContain("No handler registered for 'nobody'");
  expect(await failing('fixture.invoke("echo", { deep: document.body })')).toContain('could not be cloned');
  expect(await failing('fixture.invoke("uncloneable")')).toContain('could not be cloned');
  await expect(evaluate(app, '(f) => f.electron.ipcMain.handle("echo", () => 1)')).rejects.toThrow(
    "Attempted to register a second handler for 'echo'",
  );
  await inPage(
    page,
    '() => { globalThis.heard = []; globalThis.end = fixture.onTold((v) => heard.push(v)); }',
  );
  await evaluate(app, '(f) => f.window.webContents.send("told", { revision: 1 })');
  await expect.poll(() => inPage(page, '() => heard')).toEqual([{ revision: 1 }]);
  // Electron makes an empty object of what its preload script gives back, ipcRenderer.
  expect(await inPage(page, '() => end()')).toEqual({});
  await evaluate(app, '(f) => f.window.webContents.send("told", { revision: 2 })');
  // Answered after it, as both go the same way.
  await evaluate(app, '(f) => f.window.webContents.send("other", 1)');
  await inPage(page, '() => fixture.invoke("echo")');
  expect(await inPage(page, '() => heard')).toEqual([{ revision: 1 }]);
  await expect(evaluate(app, '(f) => f.window.webContents.send("told", () => 1)')).rejects.toThrow(
    'could not be cloned',
  );
});

test('pages are the app’s own, with the policy that it sends', async ({ surroundings }) => {
  const { app, page } = await start(surroundings);
  const told = (): Promise<unknown> => evaluate(app, '(f) => f.told');
  expect(await told()).toEqual(expect.arrayContaining(['GET /', 'GET /page.js']));
  const inline = `() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.wasRun = true';
    document.head.append(script);
    return globalThis.wasRun === true;
  }`;
  expect(await inPage(page, inline)).toBe(false);
  await inPage(page, '() => { window.open("https://example.com/opened"); }');
  await inPage(page, '() => { location.href = "https://example.com/gone"; }');
  await expect.poll(told).toContain('will-navigate https://example.com/gone');
  await expect(page.locator('#root')).toHaveText('here');
  expect(await inPage(page, '() => location.pathname')).toBe('/');
});

test('a window opens unless its handler says no', async ({ surroundings }) => {
  const { app, page } = await start(surroundings);
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

test('shows, hides and focuses as a window does', async ({ surroundings }) => {
  const { app } = await start(surroundings);
  expect(
    await evaluate(
      app,
      `({ window }) => {
        const told = [];
        for (const name of ['show', 'focus', 'blur', 'hide', 'closed'])
          window.on(name, () => told.push(name + ' ' + window.isVisible()));
        window.show(); window.focus(); window.hide(); window.hide(); window.destroy(); window.destroy();
        return told;
      }`,
    ),
  ).toEqual(['show true', 'focus true', 'blur false', 'hide false', 'hide false', 'closed false']);
});

test('ends in Electron’s order, when nobody prevents it', async ({ surroundings }) => {
  const { app } = await start(surroundings);
  await evaluate(
    app,
    `({ electron: { app } }) => {
      let isPrevented = true;
      app.on('before-quit', (event) => {
        console.log('before-quit');
        if (isPrevented) event.preventDefault();
        isPrevented = false;
      });
      app.on('will-quit', () => console.log('will-quit'));
      app.on('quit', () => console.log('quit'));
      app.quit();
    }`,
  );
  expect(app.output()).not.toContain('will-quit');
  expect(await app.quit()).toBe(0);
  expect(app.output().match(/(?:before-|will-)?quit/g)).toEqual([
    'before-quit',
    'before-quit',
    'will-quit',
    'quit',
  ]);
});

test('the login item is what macOS makes of it', async ({ surroundings }) => {
  const { app } = await start(surroundings);
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
        app.setLoginItemStatus('requires-approval');
        app.setLoginItemSettings({ openAtLogin: true });
        seen.push(status());
        return seen;
      }`,
    ),
  ).toEqual(['not-found', 'enabled', 'not-registered', 'requires-approval']);
});
