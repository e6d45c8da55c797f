import { Menu } from 'electron';
import type { Words } from '../../shared/words/en';

export interface ApplicationMenuOptions {
  readonly isMac: boolean;
  readonly words: () => Words['tray'];
  /** A click, unlike the end of the session: the user can still be asked something. */
  readonly onQuit: () => void;
}

/** Not to be seen without a Dock icon, but what makes Cmd-C, Cmd-V and Cmd-Q work in the panel. */
export function setApplicationMenu({ isMac, words, onQuit }: ApplicationMenuOptions): void {
  if (!isMac) {
    Menu.setApplicationMenu(null);
    return;
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      {
        role: 'appMenu',
        submenu: [{ label: words().quit, accelerator: 'Command+Q', click: onQuit }],
      },
      {
        role: 'editMenu',
        submenu: [
          { role: 'undo' },
          { role: 'redo' },
          { type: 'separator' },
          { role: 'cut' },
          { role: 'copy' },
          { role: 'paste' },
          { role: 'selectAll' },
        ],
      },
    ]),
  );
}
