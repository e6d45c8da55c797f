import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { evaluate, inPage, startProgram, tell } from './contract-program';
import { expect, test } from './fixtures';
import { e2eTarget } from './launch-app';

/**
 * What Latchkey takes Electron to do: the same on the stand-in and, where its binary is, in Electron itself. What Electron says
 * in other words than the stand-in is compared by what it means.
 */
const isMac = process.platform === 'darwin' || e2eTarget() === 'standin';

test('messages go both ways as copies, and from the page that sent them', async ({ surroundings }) => {
  const { app, page } = await startProgram(surroundings);
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
  expect(await failing('fixture.invoke("echo", { deep: document.body })')).toMatch(/clone/);
  expect(await failing('fixture.invoke("uncloneable")')).toMatch(/clone/);
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
    /clone|serialize/,
  );
});

test('pages are the app’s own, with the policy that it sends', async ({ surroundings }) => {
  const { app, page } = await startProgram(surroundings);
  const told = (): Promise<unknown> => evaluate(app, '(f) => f.told');
  expect(await told()).toEqual(expect.arrayContaining(['GET /', 'GET /page.js']));
  const inline = `() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.wasRun = true';
    document.head.append(script);
    return globalThis.wasRun === true;
  }`;
  expect(await inPage(page, inline)).toBe(false);
  await inPage(page, '() => { location.href = "https://example.com/gone"; }');
  await expect.poll(told).toContain('will-navigate https://example.com/gone');
  await expect(page.locator('#root')).toHaveText('here');
  expect(await inPage(page, '() => location.pathname')).toBe('/');
});

test('what has been destroyed can be asked nothing', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  const icon = join(__dirname, '..', 'assets', 'tray', 'trayOffTemplate.png');
  const told = await tell(
    app,
    `async ({ window, contents, electron: { app, Tray }, told, later, hear }) => {
        hear(app, 'window-all-closed');
        hear(window, 'blur', 'closed');
        window.show();
        await later();
        window.hide();
        window.destroy();
        window.destroy();
        const tray = new Tray(${JSON.stringify(icon)});
        tray.destroy();
        tray.destroy();
        await later();
        told.push([window.isDestroyed(), contents.isDestroyed(), tray.isDestroyed()]);
        for (const use of [
          () => window.isVisible(),
          () => window.show(),
          () => window.webContents,
          () => contents.send('told'),
          () => contents.mainFrame,
          () => tray.setToolTip('gone'),
          () => tray.getBounds(),
        ]) {
          try {
            use();
            told.push('worked');
          } catch (error) {
            told.push(error.message);
          }
        }
      }`,
  );
  // What it had lost before is not told any more.
  expect(told).toEqual([
    'closed',
    'window-all-closed',
    [true, true, true],
    ...Array.from({ length: 5 }, () => 'Object has been destroyed'),
    'Tray is destroyed',
    'Tray is destroyed',
  ]);
});

test('what becomes of a window is told later', async ({ surroundings }) => {
  test.skip(!isMac, 'elsewhere some of it is told at once');
  const { app } = await startProgram(surroundings);
  expect(
    await evaluate(
      app,
      `async ({ window }) => {
        const told = [];
        for (const name of ['show', 'focus', 'blur', 'hide']) window.on(name, () => told.push(name));
        const seen = [];
        const see = () => seen.push([window.isVisible(), told.splice(0).length]);
        window.show();
        window.focus();
        see();
        await new Promise((resolve) => window.once('show', resolve));
        told.length = 0;
        window.hide();
        see();
        await new Promise((resolve) => window.once('hide', resolve));
        told.length = 0;
        window.showInactive();
        see();
        seen.push(window.isFocused());
        return seen;
      }`,
    ),
  ).toEqual([[true, 0], [false, 0], [true, 0], false]);
});

test('a window stays on its screen, below the menu bar', async ({ surroundings }) => {
  test.skip(!isMac, 'there is no menu bar');
  const { app } = await startProgram(surroundings);
  expect(
    await evaluate(
      app,
      `({ window, electron: { screen } }) => {
        window.setBounds({ x: 10, y: 0, width: 300, height: 20000 });
        const { y, height } = window.getBounds();
        const { workArea } = screen.getPrimaryDisplay();
        return [y >= workArea.y, height <= workArea.height];
      }`,
    ),
  ).toEqual([true, true]);
});

test('clipboard and images answer as Latchkey asks them', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  const images = join(__dirname, '..', 'assets', 'tray');
  expect(
    await tell(
      app,
      `async ({ electron: { clipboard, nativeImage }, told }) => {
        const written = clipboard.writeText('copied');
        told.push(typeof written.then);
        await written;
        told.push(await clipboard.readText());
        for (const name of ['nowhere', 'trayOffTemplate']) {
          const image = nativeImage.createFromPath(${JSON.stringify(images)} + '/' + name + '.png');
          image.setTemplateImage(true);
          told.push([image.isEmpty(), 'path' in image]);
        }
      }`,
    ),
  ).toEqual(['function', 'copied', [true, false], [false, false]]);
});

test('structures have the fields that Electron documents', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  const fields = (await evaluate(
    app,
    `({ electron: { app, screen, systemPreferences } }) =>
      [screen.getPrimaryDisplay(), app.getLoginItemSettings(), systemPreferences.getAnimationSettings()].map(
        (structure) => Object.keys(structure),
      )`,
  )) as string[][];
  expect(fields[0]).toEqual(
    expect.arrayContaining(['id', 'bounds', 'workArea', 'workAreaSize', 'size', 'scaleFactor', 'internal']),
  );
  expect(fields[1]).toEqual(expect.arrayContaining(['openAtLogin', 'wasOpenedAtLogin']));
  expect(fields[2]).toEqual(expect.arrayContaining(['prefersReducedMotion']));
  // RGBA, without a sign before it.
  const accent = await evaluate(
    app,
    '({ electron: { systemPreferences } }) => systemPreferences.getAccentColor()',
  );
  if (isMac) expect(accent).toMatch(/^[\da-f]{8}$/i);
});

test('whoever quits asks each window, hidden ones too, and one that stays calls it off', async ({
  surroundings,
}) => {
  const { app } = await startProgram(surroundings);
  expect(
    await tell(
      app,
      `async ({ window, electron: { app, BrowserWindow }, told, until, hear }) => {
        const other = new BrowserWindow({ show: false, webPreferences: {} });
        hear(app, 'before-quit', 'window-all-closed', 'will-quit');
        hear(other, 'closed');
        const stay = (event) => {
          told.push('close');
          event.preventDefault();
        };
        window.on('close', stay);
        app.quit();
        told.push(window.isDestroyed(), other.isDestroyed());
        await until(() => told.includes('closed'));
        // Asked anew, it closes: that is not quitting.
        window.off('close', stay);
        window.close();
        await until(() => told.includes('window-all-closed'));
      }`,
    ),
  ).toEqual(['before-quit', 'close', false, false, 'closed', 'window-all-closed']);
});

test('ends in Electron’s order, when nobody prevents it', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  await evaluate(
    app,
    `({ window, electron: { app } }) => {
      let isPrevented = true;
      app.on('before-quit', (event) => {
        console.log('before-quit');
        if (isPrevented) event.preventDefault();
        isPrevented = false;
      });
      window.on('close', () => console.log('close'));
      window.on('closed', () => console.log('gone'));
      app.on('window-all-closed', () => console.log('never told'));
      app.on('will-quit', () => console.log('will-quit'));
      app.on('quit', () => console.log('quit'));
      app.quit();
    }`,
  );
  expect(app.output()).not.toContain('will-quit');
  expect(await app.quit()).toBe(0);
  const words = /^(?:before-quit|close|gone|never told|will-quit|quit)$/;
  expect(
    app
      .output()
      .split(/\r?\n/)
      .filter((line) => words.test(line)),
  ).toEqual(['before-quit', 'before-quit', 'close', 'gone', 'will-quit', 'quit']);
});

test('exit asks nobody', async ({ surroundings }) => {
  const { app } = await startProgram(surroundings);
  await evaluate(
    app,
    `({ window, electron: { app } }) => {
      for (const name of ['before-quit', 'will-quit', 'quit']) app.on(name, () => console.log(name));
      window.on('close', () => console.log('close'));
      // The answer goes out first.
      setImmediate(() => app.exit(3));
    }`,
  );
  expect(await app.ended).toBe(3);
  expect(
    app
      .output()
      .split(/\r?\n/)
      .filter((line) => /^(?:(?:before-|will-)?quit|close)$/.test(line)),
  ).toEqual(['quit']);
});

test('a request of a session goes by its proxy, on loopback too, and a password is asked for once', async ({
  surroundings,
}) => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['user-agent']}`);
    if (request.url?.endsWith('/moved') === true) response.writeHead(302, { location: '/there' }).end();
    else if (request.url?.endsWith('/secret') === true)
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
    else response.end('here');
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  const { port } = proxy.address() as AddressInfo;
  const { app } = await startProgram(surroundings);
  const told = await tell(
    app,
    `async ({ electron: { net, session }, told, until }) => {
      const own = session.fromPartition('updates', { cache: false });
      await own.setProxy({ proxyRules: 'http://127.0.0.1:${port}', proxyBypassRules: '<-loopback>' });
      for (const path of ['/page', '/moved', '/secret']) {
        const request = net.request({
          session: own, protocol: 'http:', hostname: '127.0.0.1', port: '8000', path, redirect: 'manual',
          headers: { 'User-Agent': 'Latchkey/1' },
        });
        let isOver = false;
        const end = (what) => { told.push(path + ' ' + what); isOver = true; };
        request.on('login', (_info, answer) => { told.push(path + ' login'); answer(); });
        request.on('redirect', (status, _method, url) => end(status + ' ' + new URL(url).pathname));
        request.on('error', () => { if (!isOver) end('error'); });
        request.on('response', (response) => {
          response.on('data', () => undefined);
          response.on('end', () => end(String(response.statusCode)));
        });
        request.end();
        await until(() => isOver);
      }
    }`,
  );
  proxy.close();
  expect(asked).toEqual(
    ['/page', '/moved', '/secret'].map((path) => `GET http://127.0.0.1:8000${path} Latchkey/1`),
  );
  expect(told).toEqual(['/page 200', '/moved 302 /there', '/secret login', '/secret 407']);
});
