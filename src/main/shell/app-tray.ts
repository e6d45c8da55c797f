import { join } from 'node:path';
import { Menu, nativeImage, type NativeImage, Tray } from 'electron';
import type { Command } from '../../shared/command';
import type { AppState } from '../../shared/state';
import { describeConnection } from '../../shared/words/describe-connection';
import { menuTemplate } from './menu-template';
import type { Rectangle } from './panel-position';
import { trayImage } from './tray-image';
import { trayMenu } from './tray-menu';

/** Lets macOS keep the place that the user has given the icon. */
const trayId = '5f0c3f0a-7a52-4d0e-9a39-0d6d3f4c3c11';
const frameMs = 400;

export interface AppTrayOptions {
  /** The folder with the template images. */
  readonly images: string;
  readonly isMac: boolean;
  readonly prefersReducedMotion: () => boolean;
  readonly state: () => AppState;
  readonly isPanelVisible: () => boolean;
  /** @param wasVisible whether the panel was there when the button was pressed */
  readonly togglePanel: (wasVisible: boolean) => void;
  readonly act: (action: Command | 'open') => void;
}

/** The icon in the menu bar: a picture of the state, and the way to the panel. It owns the icon. */
export class AppTray {
  readonly #options: AppTrayOptions;
  readonly #tray: Tray;
  readonly #images = new Map<string, NativeImage>();
  #timer: NodeJS.Timeout | undefined;
  #shown = '';
  #tooltip = '';
  #menu = '';
  #isBusy = false;
  /** Whether the panel was there at the press of the button; undefined when no press was told of, as with VoiceOver. */
  #wasPanelVisible: boolean | undefined;

  constructor(options: AppTrayOptions) {
    this.#options = options;
    const image = this.#image('Off');
    this.#tray = options.isMac ? new Tray(image, trayId) : new Tray(image);
    // A second click that comes soon would be taken for a double click and lost.
    this.#tray.setIgnoreDoubleClickEvents(true);
    // Ctrl-click is how a trackpad without a right button asks for the menu.
    this.#tray.on('click', ({ ctrlKey }) => {
      const wasVisible = this.#wasPanelVisible ?? options.isPanelVisible();
      this.#wasPanelVisible = undefined;
      if (ctrlKey) this.#popUp();
      else options.togglePanel(wasVisible);
    });
    // The press takes the focus away, and with it the panel; the click comes only when the button is let go.
    this.#tray.on('mouse-down', () => {
      this.#wasPanelVisible = options.isPanelVisible();
    });
    this.#tray.on('right-click', () => this.#popUp());
  }

  /** Where it is, as far as the system says. Events have no bounds when VoiceOver sends them. */
  get bounds(): Rectangle {
    return this.#tray.getBounds();
  }

  show(state: AppState): void {
    // The accessible name as well.
    const { tooltip } = describeConnection(state);
    if (tooltip !== this.#tooltip) {
      this.#tooltip = tooltip;
      this.#tray.setToolTip(tooltip);
    }
    const image = trayImage(state);
    this.#isBusy = image === 'busy';
    if (image === 'busy') this.#animate();
    else this.#set(image === 'on' ? 'On' : image === 'off' ? 'Off' : 'Attention');
    // Elsewhere than on a Mac a click may only be able to open a menu.
    if (!this.#options.isMac) this.#keepMenu(state);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#tray.destroy();
  }

  /** One frame after the other, for as long as it is busy. */
  #animate(): void {
    if (this.#timer !== undefined) return;
    const frames = this.#options.prefersReducedMotion() ? ['Busy'] : ['Busy1', 'Busy2', 'Busy3'];
    let index = 0;
    const next = (): void => {
      this.#timer = undefined;
      if (!this.#isBusy) return;
      this.#set(frames[index % frames.length] ?? 'Busy');
      index += 1;
      if (frames.length > 1) this.#timer = setTimeout(next, frameMs);
    };
    next();
  }

  #set(name: string): void {
    if (name === this.#shown) return;
    this.#shown = name;
    this.#tray.setImage(this.#image(name));
  }

  #image(name: string): NativeImage {
    const known = this.#images.get(name);
    if (known !== undefined) return known;
    // The file beside it with @2x in its name is found by Electron.
    const image = nativeImage.createFromPath(join(this.#options.images, `tray${name}Template.png`));
    image.setTemplateImage(true);
    this.#images.set(name, image);
    return image;
  }

  #popUp(): void {
    const entries = trayMenu(this.#options.state(), !this.#options.isMac);
    this.#tray.popUpContextMenu(Menu.buildFromTemplate(menuTemplate(entries, this.#options.act)));
  }

  #keepMenu(state: AppState): void {
    const entries = trayMenu(state, true);
    const text = JSON.stringify(entries);
    if (text === this.#menu) return;
    this.#menu = text;
    this.#tray.setContextMenu(Menu.buildFromTemplate(menuTemplate(entries, this.#options.act)));
  }
}
