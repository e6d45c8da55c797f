import type { Command, CommandResult } from '../../shared/command';
import { done } from './command-result';
import type { CorePorts } from './core-ports';
import type { SettingsCommands } from './settings-commands';
import type { StateKeeper } from './state-keeper';

/** What is asked of the desktop: the clipboard, the log, panes of the system. */
export type DesktopCommand = Command & {
  readonly kind:
    | 'copy-terminal-commands'
    | 'copy-text'
    | 'show-log'
    | 'show-licences'
    | 'read-log'
    | 'open-settings-pane'
    | 'try-notification';
};

export interface DesktopCommandsOptions {
  readonly ports: CorePorts;
  readonly settings: SettingsCommands;
  readonly state: StateKeeper;
}

/** Hands to the desktop what a face wants of it, and changes nothing itself. */
export class DesktopCommands {
  readonly #options: DesktopCommandsOptions;

  constructor(options: DesktopCommandsOptions) {
    this.#options = options;
  }

  async run(command: DesktopCommand): Promise<CommandResult> {
    const { ports, settings, state } = this.#options;
    const { clipboard, panes, log, loginItem, notifications, licences } = ports;
    switch (command.kind) {
      case 'copy-terminal-commands':
        await clipboard.writeText(settings.terminalCommands(command.shell));
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
    }
  }
}
