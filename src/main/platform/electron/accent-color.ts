import { systemPreferences } from 'electron';
import type { AccentColor } from '../app-ports';

/** What AppKit posts within each app when the user has chosen another accent colour. */
const colorsChanged = 'NSSystemColorsDidChangeNotification';

/** The accent colour that the user has chosen in System Settings; elsewhere than on a Mac there is none. */
export function electronAccentColor(platform: NodeJS.Platform): AccentColor {
  const isMac = platform === 'darwin';
  return {
    color: () => {
      if (!isMac) return undefined;
      // RGBA, and opaque.
      const [, color] = /^([\da-f]{6})(?:[\da-f]{2})?$/i.exec(systemPreferences.getAccentColor()) ?? [];
      return color === undefined ? undefined : `#${color.toLowerCase()}`;
    },
    subscribe: (listener) => {
      if (!isMac) return () => undefined;
      const subscription = systemPreferences.subscribeLocalNotification(colorsChanged, () => listener());
      return () => systemPreferences.unsubscribeLocalNotification(subscription);
    },
  };
}
