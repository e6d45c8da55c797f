import { shell } from 'electron';
import type { PaneName, Panes } from './app-ports';

/** The only addresses that are ever handed to the system. */
const addresses: Readonly<Record<PaneName, string>> = {
  'login-items': 'x-apple.systempreferences:com.apple.LoginItems-Settings.extension',
  network: 'x-apple.systempreferences:com.apple.Network-Settings.extension',
  'date-and-time': 'x-apple.systempreferences:com.apple.Date-Time-Settings.extension',
};

/** System Settings and files, opened by the system. What it refuses to open is told to `report`. */
export function electronPanes(report: (message: string) => void): Panes {
  return {
    openSettings: async (pane) => {
      try {
        await shell.openExternal(addresses[pane]);
      } catch (error) {
        report(`System Settings cannot be opened: ${error instanceof Error ? error.message : ''}`);
      }
    },
    openFile: async (path) => {
      const message = await shell.openPath(path);
      if (message !== '') report(`${path} cannot be opened: ${message}`);
    },
  };
}
