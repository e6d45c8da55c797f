import type { Command } from '../../shared/command';
import { formatAccount } from '../../shared/settings';
import { type AppState, canTurnOff, canTurnOn, isSystemProxySwitchOn } from '../../shared/state';
import { wordsFor } from '../../shared/words/words-for';

/** One line of the menu of the menu-bar icon. */
export type MenuEntry =
  | { readonly kind: 'separator' }
  /** Says something, and does nothing. */
  | { readonly kind: 'label'; readonly label: string }
  | {
      readonly kind: 'item';
      readonly label: string;
      /** `open` shows the panel. */
      readonly action: Command | 'open';
      readonly isChecked?: boolean;
      readonly accelerator?: string;
    };

/**
 * The menu of the menu-bar icon, as a picture of the state.
 *
 * @param hasOpen whether a click on the icon shows the menu, so that it must lead to the panel as well
 */
export function trayMenu(state: AppState, hasOpen: boolean): readonly MenuEntry[] {
  const { tray } = wordsFor(state.language);
  const entries: MenuEntry[] = [];
  const { connection, account, systemProxy } = state;
  if (connection.kind === 'on' && connection.route.kind === 'upstream' && account !== undefined) {
    if (connection.route.hasSignedIn) {
      entries.push(
        { kind: 'label', label: tray.signedInAs(formatAccount(account.account)) },
        { kind: 'separator' },
      );
    }
  }
  if (hasOpen) entries.push({ kind: 'item', label: tray.openLatchkey, action: 'open' });
  if (canTurnOff(connection))
    entries.push({ kind: 'item', label: tray.turnOff, action: { kind: 'turn-off' } });
  if (canTurnOn(connection)) entries.push({ kind: 'item', label: tray.turnOn, action: { kind: 'turn-on' } });
  if (systemProxy.kind !== 'unsupported') {
    const isOn = isSystemProxySwitchOn(state);
    entries.push({
      kind: 'item',
      label: tray.useForThisMac,
      action: { kind: 'set-system-proxy', isOn: !isOn },
      isChecked: isOn,
    });
  }
  entries.push(
    { kind: 'separator' },
    {
      kind: 'item',
      label: tray.copyTerminalCommands,
      action: { kind: 'copy-terminal-commands' },
      accelerator: 'Command+C',
    },
    {
      kind: 'item',
      label: tray.preferences,
      action: { kind: 'go-to', screen: 'preferences' },
      accelerator: 'Command+,',
    },
    { kind: 'separator' },
    { kind: 'item', label: tray.quit, action: { kind: 'quit' }, accelerator: 'Command+Q' },
  );
  return entries;
}
