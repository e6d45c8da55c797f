import { BrowserWindow, type BrowserWindowConstructorOptions, screen } from 'electron';
import { channels } from '../../shared/ipc';
import type { AppState } from '../../shared/state';
import { heightWithin, panelPosition, type Rectangle } from './panel-position';

const width = 360;
const firstHeight = 480;
/** A click on the icon while the panel is open first takes the focus away: it must not open it again. */
const reopenGuardMs = 200;

export interface PanelWindowOptions {
  readonly url: string;
  readonly preload: string;
  readonly isMac: boolean;
  readonly hasDevTools: boolean;
  readonly trayBounds: () => Rectangle;
  readonly state: () => AppState;
  /** Told when it is shown and hidden. */
  readonly onVisible: (isVisible: boolean) => void;
  /** Told once, when the panel is on the screen for the first time. */
  readonly onFirstShown: () => void;
  readonly onFailure: (what: string) => void;
}

/** The panel under the icon. Its window is made when it is first needed, and kept, hidden and throttled, afterwards. */
export class PanelWindow {
  readonly #options: PanelWindowOptions;
  #window: BrowserWindow | undefined;
  #isReady = false;
  #isWanted = false;
  #hasBeenShown = false;
  #hiddenAtMs = Number.NEGATIVE_INFINITY;
  #height = firstHeight;
  /** Dialogs of the system that are open: they take the focus, which must not hide the panel. */
  #dialogCount = 0;

  constructor(options: PanelWindowOptions) {
    this.#options = options;
    screen.on('display-metrics-changed', this.#place);
  }

  get isVisible(): boolean {
    return this.#window?.isVisible() === true;
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

  toggle(): void {
    if (this.isVisible) this.hide();
    else if (performance.now() - this.#hiddenAtMs > reopenGuardMs) this.show();
  }

  show(): void {
    this.#isWanted = true;
    this.#window ??= this.#create();
    if (!this.#isReady) return;
    this.#place();
    const wasVisible = this.isVisible;
    this.#window.show();
    this.#window.focus();
    if (wasVisible) return;
    this.#options.onVisible(true);
    this.send(this.#options.state());
    if (!this.#hasBeenShown) this.#options.onFirstShown();
    this.#hasBeenShown = true;
  }

  hide(): void {
    this.#isWanted = false;
    if (!this.isVisible) return;
    this.#window?.hide();
    this.#hiddenAtMs = performance.now();
    this.#options.onVisible(false);
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
    }
  }

  destroy(): void {
    screen.off('display-metrics-changed', this.#place);
    this.#window?.destroy();
    this.#window = undefined;
  }

  #create(): BrowserWindow {
    const { isMac, preload, hasDevTools, url, onFailure } = this.#options;
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
      if (this.#isWanted) this.show();
    });
    window.on('blur', () => {
      if (this.#dialogCount === 0 && !window.webContents.isDevToolsFocused()) this.hide();
    });
    // Cmd-W and the like: hidden is closed enough.
    window.on('close', (event) => {
      if (this.#window === undefined) return;
      event.preventDefault();
      this.hide();
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      onFailure(`the panel's process is gone: ${reason}`);
      this.#discard();
    });
    window.loadURL(url).catch((error: unknown) => {
      onFailure(`the panel cannot be loaded: ${error instanceof Error ? error.message : ''}`);
      this.#discard();
    });
    return window;
  }

  /** The next click makes a new one. */
  #discard(): void {
    const window = this.#window;
    if (this.isVisible) this.#options.onVisible(false);
    this.#window = undefined;
    this.#isReady = false;
    this.#isWanted = false;
    if (window?.isDestroyed() === false) window.destroy();
  }

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
