import { app } from 'electron';
import type { LoginItem } from '../app-ports';

/** macOS's own list of login items, through SMAppService. Only a packaged app can be in it. */
export function electronLoginItem(platform: NodeJS.Platform): LoginItem {
  if (platform !== 'darwin' || !app.isPackaged) {
    return { state: () => 'unsupported', set: () => undefined };
  }
  return {
    state: () => {
      const { status } = app.getLoginItemSettings();
      if (status === 'enabled') return 'on';
      // The rest is off: `not-registered`, and `not-found`, which is what a fresh install says.
      return status === 'requires-approval' ? 'requires-approval' : 'off';
    },
    set: (isOn) => app.setLoginItemSettings({ openAtLogin: isOn }),
  };
}
