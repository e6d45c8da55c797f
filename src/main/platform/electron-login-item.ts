import { app } from 'electron';
import type { LoginItem } from './app-ports';

/** macOS's own list of login items, through SMAppService. Only a packaged app can be in it. */
export function electronLoginItem(platform: NodeJS.Platform): LoginItem {
  if (platform !== 'darwin' || !app.isPackaged) {
    return { state: () => 'unsupported', set: () => undefined };
  }
  return {
    state: () => {
      switch (app.getLoginItemSettings().status) {
        case 'enabled':
          return 'on';
        case 'requires-approval':
          return 'requires-approval';
        // `not-found` is what a fresh install says.
        default:
          return 'off';
      }
    },
    set: (isOn) => app.setLoginItemSettings({ openAtLogin: isOn }),
  };
}
