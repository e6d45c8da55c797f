import { app } from 'electron';

/**
 * Who has the keys of the Mac. A panel takes them without making Latchkey the active app; a dialog, and from macOS 27 on any
 * click in the panel, does make it the active one, and macOS then gives the keys back only when Latchkey hides.
 */
export class AppFocus {
  readonly #isMac: boolean;
  #hasHidden = false;

  constructor(isMac: boolean) {
    this.#isMac = isMac;
  }

  /** Latchkey has nothing on the screen any more: what the user was working in before gets the keys. */
  giveBack(): void {
    if (!this.#isMac || !app.isActive()) return;
    app.hide();
    this.#hasHidden = true;
  }

  /** Before a window is shown that the user has asked for: an app that is hidden shows none. It may become active by that. */
  unhide(): void {
    // macOS hides in a moment; it need not have done so yet.
    if (!this.#isMac || !(this.#hasHidden || app.isHidden())) return;
    app.show();
    this.#hasHidden = false;
  }
}
