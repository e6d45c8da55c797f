import { app, BrowserWindow, type BrowserWindowConstructorOptions, screen } from 'electron';
import { messageOf } from '../../shared/error-text';
import { channels } from '../../shared/ipc';
import type { AppState } from '../../shared/state';
import type { AppFocus } from './app-focus';
import { heightWithin, panelPosition, type Rectangle } from './panel-position';

const width = 360;
const firstHeight = 480;
/** Why a page cannot be started where the files of the app are not those that it was started from. */
const updateReasons: ReadonlySet<string> = new Set(['launch-failed', 'integrity-failure']);

export interface PanelWindowOptions {
  readonly url: string;
  readonly preload: string;
  readonly isMac: boolean;
  readonly hasDevTools: boolean;
  readonly focus: AppFocus;
  readonly trayBounds: () => Rectangle;
  readonly state: () => AppState;
  /** Whether the app is about to end: a window that does not close then calls that off. */
  readonly isLeaving: () => boolean;
  /** Told when it is shown and hidden. */
  readonly onVisible: (isVisible: boolean) => void;
  /** Told once, when the panel is on the screen for the first time. */
  readonly onFirstShown: () => void;
  readonly onFailure: (what: string) => void;
  /** Asks the user, who has asked for the panel, to start Latchkey again: before that it cannot come. Never rejects. */
  readonly onOutdated: () => Promise<void>;
}

/** The panel under the icon. Its window is made when it is first needed, and kept, hidden and throttled, afterwards. */
export class PanelWindow {
  readonly #options: PanelWindowOptions;
  #window: BrowserWindow | undefined;
  #isReady = false;
  /** `offered`: it comes by itself, and must not take the keys of whoever is typing elsewhere. */
  #wanted: 'no' | 'offered' | 'asked' = 'no';
  #hasBeenShown = false;
  #height = firstHeight;
  /** Dialogs of the system that are open: they take the focus, which must not hide the panel. */
  #dialogCount = 0;

  constructor(options: PanelWindowOptions) {
    this.#options = options;
    screen.on('display-metrics-changed', this.#place);
    app.on('did-resign-active', this.#leave);
  }

  get isVisible(): boolean {
    return this.#window?.isVisible() === true;
  }

  /** Whether a dialog of the system stands, which belongs to what is done in the panel. */
  get hasDialog(): boolean {
    return this.#dialogCount > 0;
  }

  /** Whether a message comes from the panel's own page. */
  isSender(event: {
    readonly sender: unknown;
    readonly senderFrame: { readonly url: string } | null;
  }): boolean {
    const contents = this.#window?.webContents;
    return (
      contents !== undefined &&
      event.sender === contents &&
      event.senderFrame !== null &&
      event.senderFrame === contents.mainFrame &&
      event.senderFrame.url.startsWith(this.#options.url)
    );
  }

  /** The icon was clicked. @param wasVisible at the press: the panel may have gone with the focus since */
  toggle(wasVisible: boolean): void {
    if (wasVisible) this.hide();
    else this.show();
  }

  /** Shows it, with the keys: for what the user has asked for. */
  show(): void {
    this.#wanted = 'asked';
    this.#appear((window) => {
      this.#options.focus.unhide();
      window.show();
      window.focus();
    });
  }

  /** Shows it without the keys, which stay with whatever the user is typing in. */
  offer(): void {
    if (this.#wanted === 'no') this.#wanted = 'offered';
    if (!this.isVisible) this.#appear((window) => window.showInactive());
  }

  #appear(show: (window: BrowserWindow) => void): void {
    this.#window ??= this.#create();
    if (!this.#isReady) return;
    this.#place();
    const wasVisible = this.isVisible;
    show(this.#window);
    // What is offered stays away while the app is hidden.
    if (wasVisible || !this.isVisible) return;
    this.#options.onVisible(true);
    this.send(this.#options.state());
    if (!this.#hasBeenShown) this.#options.onFirstShown();
    this.#hasBeenShown = true;
  }

  hide(): void {
    this.#wanted = 'no';
    if (!this.isVisible) return;
    this.#window?.hide();
    this.#options.onVisible(false);
    this.#giveKeysBack();
  }

  /** The page has lost the focus: other items of the menu bar take it without a word to the window. */
  leave(): void {
    if (this.#window?.isFocused() === false) this.#leave();
  }

  /** What the page needs; no more than a screen has. */
  setHeight(height: number): void {
    this.#height = height;
    this.#place();
  }

  /** A hidden panel is told when it is shown. */
  send(state: AppState): void {
    if (this.isVisible) this.#window?.webContents.send(channels.stateChanged, state);
  }

  /** Stays while a dialog of the system is open. */
  async whileDialog<T>(dialog: () => Promise<T>): Promise<T> {
    this.#dialogCount += 1;
    try {
      return await dialog();
    } finally {
      this.#dialogCount -= 1;
      if (this.isVisible) this.#window?.focus();
      else this.#giveKeysBack();
    }
  }

  destroy(): void {
    screen.off('display-metrics-changed', this.#place);
    app.off('did-resign-active', this.#leave);
    this.#window?.destroy();
    this.#window = undefined;
  }

  #create(): BrowserWindow {
    const { isMac, preload, hasDevTools, url } = this.#options;
    const ofMac: BrowserWindowConstructorOptions = {
      type: 'panel',
      vibrancy: 'popover',
      visualEffectState: 'active',
      roundedCorners: true,
      hiddenInMissionControl: true,
    };
    const window = new BrowserWindow({
      width,
      height: this.#height,
      show: false,
      frame: false,
      resizable: false,
      fullscreenable: false,
      minimizable: false,
      maximizable: false,
      skipTaskbar: true,
      title: 'Latchkey',
      ...(isMac ? ofMac : {}),
      webPreferences: {
        preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        backgroundThrottling: true,
        devTools: hasDevTools,
      },
    });
    if (isMac) {
      // Without the second one the Dock flashes at each call.
      window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true });
    }
    window.once('ready-to-show', () => {
      this.#isReady = true;
      if (this.#wanted === 'asked') this.show();
      else if (this.#wanted === 'offered') this.offer();
    });
    window.on('blur', this.#leave);
    // Cmd-W and the like: hidden is closed enough. But who quits closes every window, hidden ones too, and means it.
    window.on('close', (event) => {
      if (!this.#options.isLeaving()) event.preventDefault();
      this.hide();
    });
    window.on('closed', () => {
      if (this.#window === window) this.#forget();
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      const isAsked = this.#window === window && this.#wanted === 'asked';
      this.#discard(window, `the panel's process is gone: ${reason}`);
      // Whoever clicks again while he is asked need not be asked twice.
      if (isAsked && updateReasons.has(reason) && !this.hasDialog)
        void this.whileDialog(() => this.#options.onOutdated());
    });
    window.loadURL(url).catch((error: unknown) => {
      this.#discard(window, `the panel cannot be loaded: ${messageOf(error)}`);
    });
    return window;
  }

  /** The next click makes a new one. */
  #discard(window: BrowserWindow, why: string): void {
    // One that was closed is gone already, and its page with it.
    if (this.#window !== window) return;
    this.#options.onFailure(why);
    const wasVisible = this.isVisible;
    if (wasVisible) this.#options.onVisible(false);
    this.#forget();
    window.destroy();
    if (wasVisible) this.#giveKeysBack();
  }

  /** Nothing of a window that is gone can be asked. */
  #forget(): void {
    this.#window = undefined;
    this.#isReady = false;
    this.#wanted = 'no';
  }

  #giveKeysBack(): void {
    // A dialog that is open needs the app.
    if (!this.hasDialog) this.#options.focus.giveBack();
  }

  /** Something else has the focus. */
  readonly #leave = (): void => {
    const window = this.#window;
    if (window === undefined || this.hasDialog || window.webContents.isDevToolsFocused()) return;
    this.hide();
  };

  readonly #place = (): void => {
    const window = this.#window;
    if (window === undefined) return;
    const displays = screen.getAllDisplays();
    const size = { width, height: this.#height };
    // Once it is open it does not follow the pointer from screen to screen.
    const near = this.isVisible ? window.getBounds() : screen.getCursorScreenPoint();
    const position = panelPosition(this.#options.trayBounds(), size, displays, near);
    const display = screen.getDisplayNearestPoint(position);
    window.setBounds({ ...position, width, height: heightWithin(this.#height, display) });
  };
}
