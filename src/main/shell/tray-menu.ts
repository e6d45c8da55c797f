import type { Command } from '../../shared/command';
import { macRoad } from '../../shared/mac-road';
import { assertNever } from '../../shared/problem';
import { formatAccount } from '../../shared/settings';
import { type AppState, canTurnOff, canTurnOn, isOn, isPasswordExpiring } from '../../shared/state';
import { isSystemProxySwitchOn } from '../../shared/system-proxy-switch';
import { leadsToLatchkey } from '../../shared/system-proxy';
import { describeConnection } from '../../shared/words/describe-connection';
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
      /** Default true. */
      readonly isEnabled?: boolean;
      readonly accelerator?: string;
    };

type Item = MenuEntry & { readonly kind: 'item' };

/** What there is to know, in one line. */
function statusLine(state: AppState): string {
  const { tray, age } = wordsFor(state.language);
  const { connection } = state;
  const { headline, sentence } = describeConnection(state);
  switch (connection.kind) {
    case 'on': {
      if (connection.route.kind === 'direct') return sentence;
      const road = macRoad(state).kind;
      if (road === 'taken' || road === 'behind' || road === 'refused') return headline;
      // What a notification has said, or would have: it may have been missed, and need not have been allowed.
      if (isPasswordExpiring(state)) return age.expires(state.account?.daysLeft ?? 0);
      if (!connection.route.hasSignedIn || state.account === undefined) return headline;
      const account = formatAccount(state.account.account);
      return road === 'own' ? tray.onForTerminalsAs(account) : tray.signedInAs(account);
    }
    case 'off':
      return leadsToLatchkey(state.systemProxy) ? sentence : headline;
    case 'waiting':
      return connection.why.kind === 'network' ? sentence : headline;
    case 'password-needed':
      return sentence;
    case 'needs-setup':
    case 'starting':
    case 'failed':
      return headline;
    default:
      return assertNever(connection);
  }
}

/** The one thing to do in this state; undefined where turning it on or off is all there is. */
function firstTask(state: AppState): Item | undefined {
  const { tray, status, route } = wordsFor(state.language);
  const { connection } = state;
  const item = (label: string, action: Item['action']): Item => ({ kind: 'item', label, action });
  switch (connection.kind) {
    case 'needs-setup':
      return item(status.setUp, { kind: 'go-to', screen: 'set-up' });
    case 'off':
      return leadsToLatchkey(state.systemProxy)
        ? item(status.putBack, { kind: 'set-system-proxy', isOn: false })
        : undefined;
    case 'password-needed':
      return item(status.enterPassword, { kind: 'go-to', screen: 'password' });
    case 'on': {
      const road = macRoad(state).kind;
      if (road === 'taken') return item(route.useAgain, { kind: 'set-system-proxy', isOn: true });
      if (road === 'refused') return item(route.useForThisMac, { kind: 'set-system-proxy', isOn: true });
      if (connection.route.kind === 'direct') return item(status.checkAgain, { kind: 'check-again' });
      return isPasswordExpiring(state)
        ? item(status.changePassword, { kind: 'go-to', screen: 'password' })
        : undefined;
    }
    case 'waiting':
      switch (connection.why.kind) {
        case 'network':
          return item(status.checkAgain, { kind: 'check-again' });
        case 'local-network':
          return item(status.openSystemSettings, { kind: 'open-settings-pane', pane: 'local-network' });
        case 'paused':
          return item(status.resume, { kind: 'pause-sign-in', isPaused: false });
        case 'account-spared':
          // What to do, and what it costs, is in the panel.
          return item(tray.openLatchkey, 'open');
        default:
          return assertNever(connection.why);
      }
    case 'failed':
      return item(tray.openLatchkey, 'open');
    case 'starting':
      return undefined;
    default:
      return assertNever(connection);
  }
}

/**
 * The menu of the menu-bar icon, as a picture of the state: how it is, what to do, the switches, and the rest.
 *
 * @param hasOpen whether a click on the icon shows the menu, so that it must lead to the panel as well
 */
export function trayMenu(state: AppState, hasOpen: boolean): readonly MenuEntry[] {
  const { tray } = wordsFor(state.language);
  const { connection, systemProxy } = state;
  const isSetUp = connection.kind !== 'needs-setup';
  const entries: MenuEntry[] = [{ kind: 'label', label: statusLine(state) }, { kind: 'separator' }];
  const task = firstTask(state);
  if (task !== undefined) entries.push(task, { kind: 'separator' });
  const length = entries.length;
  if (hasOpen && task?.action !== 'open')
    entries.push({ kind: 'item', label: tray.openLatchkey, action: 'open' });
  if (canTurnOff(connection))
    entries.push({ kind: 'item', label: tray.turnOff, action: { kind: 'turn-off' } });
  if (canTurnOn(connection)) entries.push({ kind: 'item', label: tray.turnOn, action: { kind: 'turn-on' } });
  if (isSetUp && systemProxy.kind !== 'unsupported') {
    // While Latchkey is off there is nothing that the Mac could use.
    const isEnabled = isOn(connection) || leadsToLatchkey(systemProxy);
    const isUsed = isSystemProxySwitchOn(state);
    entries.push({
      kind: 'item',
      label: tray.useForThisMac,
      action: { kind: 'set-system-proxy', isOn: !isUsed },
      isChecked: isEnabled && isUsed,
      isEnabled,
    });
  }
  if (entries.length > length) entries.push({ kind: 'separator' });
  if (isSetUp) {
    entries.push({
      kind: 'item',
      label: tray.copyTerminalCommands,
      action: { kind: 'copy-terminal-commands' },
      accelerator: 'Command+C',
    });
  }
  entries.push(
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
