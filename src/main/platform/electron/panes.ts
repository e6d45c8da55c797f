import { shell } from 'electron';
import type { PaneName, Panes } from '../app-ports';
import { messageOf } from '../../../shared/error-text';

/** The only addresses that are ever handed to the system. */
const addresses: Readonly<Record<PaneName, string>> = {
  'login-items': 'x-apple.systempreferences:com.apple.LoginItems-Settings.extension',
  network: 'x-apple.systempreferences:com.apple.Network-Settings.extension',
  'date-and-time': 'x-apple.systempreferences:com.apple.Date-Time-Settings.extension',
  'local-network':
    'x-apple.systempreferences:com.apple.settings.PrivacySecurity.extension?Privacy_LocalNetwork',
  notifications: 'x-apple.systempreferences:com.apple.Notifications-Settings.extension',
  // Called Menu Bar since macOS 26.
  'menu-bar': 'x-apple.systempreferences:com.apple.ControlCenter-Settings.extension',
};

/** System Settings and files, opened by the system. What it refuses to open is told to `report`. */
export function electronPanes(report: (message: string) => void): Panes {
  return {
    openSettings: async (pane) => {
      try {
        await shell.openExternal(addresses[pane]);
      } catch (error) {
        report(`System Settings cannot be opened: ${messageOf(error)}`);
      }
    },
    openFile: async (path) => {
      const message = await shell.openPath(path);
      if (message !== '') report(`${path} cannot be opened: ${message}`);
    },
  };
}
