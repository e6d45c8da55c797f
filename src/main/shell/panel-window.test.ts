import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exampleNamed } from '../../../e2e/gallery/states';
import type { AppFocus } from './app-focus';
import type { Rectangle } from './panel-position';
import { PanelWindow } from './panel-window';

/** What the panel's window has been told, in place of one of Electron's. */
interface FakeWindow extends EventEmitter {
  readonly webContents: EventEmitter & { readonly mainFrame: { url: string } };
  readonly options: { readonly webPreferences: Readonly<Record<string, unknown>> };
  readonly sent: readonly unknown[];
  bounds: Rectangle;
  isShown: boolean;
  /** Whether it has the keys. */
  isKey: boolean;
  isGone: boolean;
  destroy(): void;
}

const { app, windows, screen } = await vi.hoisted(async () => {
  const events = await import('node:events');
  const left = {
    bounds: { x: 0, y: 0, width: 1440, height: 900 },
    workArea: { x: 0, y: 25, width: 1440, height: 800 },
  };
  const right = {
    bounds: { x: 1440, y: 0, width: 1440, height: 900 },
    workArea: { x: 1440, y: 25, width: 1440, height: 800 },
  };
  return {
    app: new events.EventEmitter(),
    windows: [] as unknown[],
    screen: Object.assign(new events.EventEmitter(), {
      pointer: { x: 700, y: 400 },
      getAllDisplays: () => [left, right],
      getDisplayNearestPoint: ({ x }: { readonly x: number }) => (x < 1440 ? left : right),
      getCursorScreenPoint: () => screen.pointer,
    }),
  };
});
vi.mock('electron', async () => {
  const events = await import('node:events');
  class BrowserWindow extends events.EventEmitter {
    bounds: unknown;
    isShown = false;
    isKey = false;
    isGone = false;
    readonly sent: unknown[] = [];
    readonly webContents = Object.assign(new events.EventEmitter(), {
      mainFrame: { url: '' },
      isDevToolsFocused: () => false,
      send: (_channel: string, state: unknown) => this.sent.push(state),
    });
    constructor(readonly options: unknown) {
      super();
      windows.push(this);
    }
    loadURL = (url: string): Promise<void> => {
      this.webContents.mainFrame.url = url;
      return Promise.resolve();
    };
    setVisibleOnAllWorkspaces = (): void => undefined;
    setBounds = (bounds: unknown): unknown => (this.bounds = bounds);
    getBounds = (): unknown => this.bounds;
    show = (): unknown => (this.isShown = this.isKey = true);
    showInactive = (): unknown => (this.isShown = !isAppHidden());
    hide = (): unknown => (this.isShown = this.isKey = false);
    focus = (): unknown => (this.isKey = true);
    isFocused = (): boolean => this.isKey;
    isVisible = (): boolean => {
      if (this.isGone) throw new TypeError('Object has been destroyed');
      return this.isShown;
    };
    isDestroyed = (): boolean => this.isGone;
    destroy = (): void => {
      this.isGone = true;
      this.isShown = false;
      this.emit('closed');
    };
  }
  return { app, BrowserWindow, screen };
});

const { state } = exampleNamed('on', 'en');
const url = 'latchkey://panel/';
const icon = { x: 1000, y: 0, width: 30, height: 24 };
const nowhere = { x: 0, y: 900, width: 30, height: 24 };
const onVisible = vi.fn<(isVisible: boolean) => void>();
const onFirstShown = vi.fn<() => void>();
const onFailure = vi.fn<(what: string) => void>();
const onOutdated = vi.fn<() => Promise<void>>();
const giveBack = vi.fn<() => void>();
const unhide = vi.fn<() => void>();
const isAppHidden = vi.fn<() => boolean>();

let trayBounds: Rectangle;
let panel: PanelWindow;
let isLeaving: boolean;

const windowAt = (index: number): FakeWindow => windows[index] as FakeWindow;

/** An open panel, and its window. */
function open(): FakeWindow {
  panel.show();
  const window = windowAt(0);
  window.emit('ready-to-show');
  return window;
}

beforeEach(() => {
  vi.resetAllMocks();
  windows.length = 0;
  screen.pointer = { x: 700, y: 400 };
  trayBounds = icon;
  isLeaving = false;
  panel = new PanelWindow({
    url,
    preload: '/preload.js',
    isMac: true,
    hasDevTools: false,
    focus: { giveBack, unhide } as unknown as AppFocus,
    trayBounds: () => trayBounds,
    state: () => state,
    isLeaving: () => isLeaving,
    onVisible,
    onFirstShown,
    onFailure,
    onOutdated,
  });
});

afterEach(() => {
  panel.destroy();
});

describe('PanelWindow', () => {
  it('makes its window when it is first needed, sandboxed and alone, and keeps it', () => {
    expect(windows).toHaveLength(0);
    const window = open();
    expect(window.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      backgroundThrottling: true,
      devTools: false,
    });
    panel.hide();
    panel.show();
    panel.show();
    expect(windows).toHaveLength(1);
    expect(onFirstShown).toHaveBeenCalledOnce();
    expect(onVisible.mock.calls).toEqual([[true], [false], [true]]);
  });

  it('is not shown before its page is there, nor when it is not wanted any more by then', () => {
    panel.show();
    expect(panel.isVisible).toBe(false);
    panel.hide();
    windowAt(0).emit('ready-to-show');
    expect(panel.isVisible).toBe(false);
    expect(onVisible).not.toHaveBeenCalled();
  });

  it('hides when something else gets the focus', () => {
    open().emit('blur');
    expect(panel.isVisible).toBe(false);
  });

  it('stays while a dialog of the system is open', async () => {
    const window = open();
    await panel.whileDialog(async () => {
      window.emit('blur');
      expect(panel.isVisible).toBe(true);
      await Promise.resolve();
    });
    window.emit('blur');
    expect(panel.isVisible).toBe(false);
  });

  it('is closed by a click on the icon, however long the press that takes the focus away', () => {
    const window = open();
    const wasVisible = panel.isVisible;
    window.emit('blur');
    panel.toggle(wasVisible);
    expect(panel.isVisible).toBe(false);
    panel.toggle(panel.isVisible);
    expect(panel.isVisible).toBe(true);
    panel.toggle(panel.isVisible);
    expect(panel.isVisible).toBe(false);
  });

  it('takes no keys when it comes by itself, whether its page was there before or not', () => {
    panel.offer();
    const window = windowAt(0);
    window.emit('ready-to-show');
    expect([panel.isVisible, window.isKey]).toEqual([true, false]);
    expect(onVisible).toHaveBeenCalledExactlyOnceWith(true);
    panel.hide();
    panel.offer();
    expect([panel.isVisible, window.isKey]).toEqual([true, false]);
    expect(unhide).not.toHaveBeenCalled();
    // A click is another matter.
    panel.show();
    expect(window.isKey).toBe(true);
    expect(onVisible.mock.calls).toEqual([[true], [false], [true]]);
  });

  it('that was asked for while its page is on the way is not held back by what comes by itself', () => {
    panel.show();
    panel.offer();
    windowAt(0).emit('ready-to-show');
    expect(windowAt(0).isKey).toBe(true);
  });

  it('is not on the screen while macOS hides the app', () => {
    const window = open();
    panel.hide();
    isAppHidden.mockReturnValue(true);
    panel.offer();
    expect(window.isShown).toBe(false);
    expect(onVisible).toHaveBeenLastCalledWith(false);
    panel.show();
    expect(unhide).toHaveBeenCalledTimes(2);
  });

  it('goes when another app is the active one', () => {
    open();
    app.emit('did-resign-active', {});
    expect(panel.isVisible).toBe(false);
  });

  it('goes when its page has lost the keys, and stays when that is old news', () => {
    const window = open();
    panel.leave();
    expect(panel.isVisible).toBe(true);
    window.isKey = false;
    panel.leave();
    expect(panel.isVisible).toBe(false);
  });

  it('gives the keys back when it goes, but not under a dialog of its own', async () => {
    open();
    panel.hide();
    expect(giveBack).toHaveBeenCalledOnce();
    panel.hide();
    expect(giveBack).toHaveBeenCalledOnce();
    panel.show();
    await panel.whileDialog(async () => {
      panel.hide();
      expect(giveBack).toHaveBeenCalledOnce();
      await Promise.resolve();
    });
    expect(giveBack).toHaveBeenCalledTimes(2);
  });

  it('is told nothing while it is hidden, and everything when it is shown', () => {
    const window = open();
    expect(window.sent).toEqual([state]);
    panel.hide();
    panel.send(state);
    expect(window.sent).toHaveLength(1);
    panel.show();
    expect(window.sent).toHaveLength(2);
  });

  it('is only hidden by what closes windows', () => {
    const window = open();
    const preventDefault = vi.fn<() => void>();
    window.emit('close', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    expect([panel.isVisible, window.isGone]).toEqual([false, false]);
  });

  it.each(['shown', 'hidden'])('closes when everybody leaves, also while it is %s', (as) => {
    const window = open();
    if (as === 'hidden') panel.hide();
    isLeaving = true;
    const preventDefault = vi.fn<() => void>();
    window.emit('close', { preventDefault });
    expect(preventDefault).not.toHaveBeenCalled();
    expect(onVisible.mock.calls).toEqual([[true], [false]]);
    window.destroy();
    panel.send(state);
    panel.hide();
    expect(panel.isVisible).toBe(false);
    // Somebody else has called the leaving off: the next click makes a new one.
    isLeaving = false;
    panel.show();
    expect(windows).toHaveLength(2);
    windowAt(1).emit('ready-to-show');
    expect(panel.isVisible).toBe(true);
    // What the page of the old one had left to say is nothing to the new one.
    window.webContents.emit('render-process-gone', {}, { reason: 'killed' });
    expect(panel.isVisible).toBe(true);
    expect(onFailure).not.toHaveBeenCalled();
  });

  it('is made anew after its process has gone', () => {
    const window = open();
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(onFailure).toHaveBeenCalledExactlyOnceWith("the panel's process is gone: crashed");
    expect(onVisible).toHaveBeenLastCalledWith(false);
    expect(window.isGone).toBe(true);
    // Nothing says that starting again would help.
    expect(onOutdated).not.toHaveBeenCalled();
    panel.show();
    expect(windows).toHaveLength(2);
    expect(panel.isVisible).toBe(false);
    windowAt(1).emit('ready-to-show');
    expect(panel.isVisible).toBe(true);
  });

  it.each(['launch-failed', 'integrity-failure'])('says that it must be started again: %s', (reason) => {
    panel.offer();
    windowAt(0).webContents.emit('render-process-gone', {}, { reason });
    // Nobody has asked for it: no dialog takes the keys.
    expect(onOutdated).not.toHaveBeenCalled();
    panel.show();
    windowAt(1).webContents.emit('render-process-gone', {}, { reason });
    expect(onOutdated).toHaveBeenCalledOnce();
    expect(panel.isVisible).toBe(false);
  });

  it('asks once whether to start again, however often the user clicks meanwhile', async () => {
    let answer = (): void => undefined;
    onOutdated.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    const click = (): void => {
      panel.show();
      windowAt(windows.length - 1).webContents.emit('render-process-gone', {}, { reason: 'launch-failed' });
    };
    click();
    expect(panel.hasDialog).toBe(true);
    click();
    expect(onOutdated).toHaveBeenCalledOnce();
    answer();
    await vi.waitFor(() => expect(panel.hasDialog).toBe(false));
    click();
    expect(onOutdated).toHaveBeenCalledTimes(2);
  });

  it('keeps its place when its height changes, even where the icon is on no screen', () => {
    trayBounds = nowhere;
    const window = open();
    const { x, y } = window.bounds;
    expect(x).toBeLessThan(1440);
    screen.pointer = { x: 2000, y: 400 };
    panel.setHeight(600);
    expect(window.bounds).toEqual({ x, y, width: 360, height: 600 });
    // Opened anew, it is where the pointer is.
    panel.hide();
    panel.show();
    expect(window.bounds.x).toBeGreaterThan(1440);
  });

  it('comes under the icon as soon as that has its place', () => {
    trayBounds = nowhere;
    const window = open();
    trayBounds = icon;
    panel.setHeight(500);
    expect(window.bounds).toEqual({ x: 835, y: 30, width: 360, height: 500 });
  });

  it('knows its own page from any other', () => {
    const { webContents: sender } = open();
    const { mainFrame } = sender;
    expect(panel.isSender({ sender, senderFrame: mainFrame })).toBe(true);
    expect(panel.isSender({ sender: new EventEmitter(), senderFrame: mainFrame })).toBe(false);
    expect(panel.isSender({ sender, senderFrame: { url } })).toBe(false);
    expect(panel.isSender({ sender, senderFrame: null })).toBe(false);
    mainFrame.url = 'https://example.com/';
    expect(panel.isSender({ sender, senderFrame: mainFrame })).toBe(false);
  });

  it('listens to the screens and to the app no longer than it is there', () => {
    expect(screen.listenerCount('display-metrics-changed')).toBe(1);
    expect(app.listenerCount('did-resign-active')).toBe(1);
    panel.destroy();
    expect(app.listenerCount('did-resign-active')).toBe(0);
    expect(screen.listenerCount('display-metrics-changed')).toBe(0);
  });
});
