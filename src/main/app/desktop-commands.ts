import type { Command, CommandResult } from '../../shared/command';
import { assertNever } from '../../shared/problem';
import { done } from './command-result';
import type { CoreParts } from './core-parts';
import { DebugLogEnd } from './debug-log-end';
import type { SettingsCommands } from './settings-commands';

export interface DesktopCommandsOptions extends CoreParts {
  readonly settingsCommands: SettingsCommands;
}

/** What is asked of the desktop rather than of the proxy: clipboard, log, System Settings, notifications. */
export class DesktopCommands {
  readonly #options: DesktopCommandsOptions;
  readonly #debugLogEnd: DebugLogEnd | undefined;

  constructor(options: DesktopCommandsOptions) {
    this.#options = options;
    const { ports, settingsCommands, state, inOrder, onInternalError } = options;
    const { logAllForMs: limitMs } = ports;
    if (limitMs === undefined) return;
    this.#debugLogEnd = new DebugLogEnd({
      store: state.store,
      limitMs,
      nowMs: Date.now,
      end: () => inOrder(() => settingsCommands.changeWith({ logLevel: 'warning' })),
      onInternalError,
    });
  }

  close(): void {
    this.#debugLogEnd?.close();
  }

  async run(
    command: Command & {
      readonly kind:
        | 'copy-terminal-commands'
        | 'copy-text'
        | 'show-log'
        | 'show-licences'
        | 'read-log'
        | 'open-settings-pane'
        | 'try-notification';
    },
  ): Promise<CommandResult> {
    const { ports, settingsCommands, state } = this.#options;
    const { clipboard, panes, log, loginItem, notifications, licences } = ports;
    switch (command.kind) {
      case 'copy-terminal-commands':
        await clipboard.writeText(settingsCommands.terminalCommands(command.shell));
        return done;
      case 'copy-text':
        await clipboard.writeText(command.text);
        return done;
      case 'show-log':
        await panes.openFile(log.path);
        return done;
      case 'show-licences':
        if (licences !== undefined) await panes.openFile(licences);
        return done;
      case 'read-log':
        return { kind: 'log', lines: await log.tail(command.maxLines) };
      case 'open-settings-pane':
        await panes.openSettings(command.pane);
        state.store.update({ openAtLogin: loginItem.state() });
        return done;
      case 'try-notification':
        notifications.show({ kind: 'introduction' });
        return done;
      default:
        return assertNever(command);
    }
  }
}
