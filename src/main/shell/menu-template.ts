import type { MenuItemConstructorOptions } from 'electron';
import type { Command } from '../../shared/command';
import type { MenuEntry } from './tray-menu';

/** What Electron makes a menu of. */
export function menuTemplate(
  entries: readonly MenuEntry[],
  act: (action: Command | 'open') => void,
): MenuItemConstructorOptions[] {
  return entries.map((entry) => {
    switch (entry.kind) {
      case 'separator':
        return { type: 'separator' };
      case 'label':
        return { label: entry.label, enabled: false };
      case 'item':
        return {
          label: entry.label,
          click: () => act(entry.action),
          ...(entry.isChecked === undefined ? {} : { type: 'checkbox' as const, checked: entry.isChecked }),
          ...(entry.isEnabled === false ? { enabled: false } : {}),
          ...(entry.accelerator === undefined ? {} : { accelerator: entry.accelerator }),
        };
    }
  });
}
