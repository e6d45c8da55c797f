import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import type { AppCore } from '../../shared/app-core';
import type { Command, CommandResult } from '../../shared/command';
import { parseCommand } from '../../shared/command-schema';
import { mayAsk } from '../../shared/faces';
import { channels } from '../../shared/ipc';
import type { PanelWindow } from './panel-window';

export interface IpcHostOptions {
  readonly core: AppCore;
  readonly panel: PanelWindow;
  /** Does what belongs to the windows; undefined: it is the core's. */
  readonly runInShell: (command: Command) => CommandResult | undefined;
  readonly onInternalError: (error: unknown) => void;
}

/** Answers the panel, and nobody else. A message that is no command is told so, without its contents. */
export function hostIpc({ core, panel, runInShell, onInternalError }: IpcHostOptions): void {
  const check = (event: IpcMainInvokeEvent): void => {
    if (!panel.isSender(event)) throw new Error('this is for the panel alone');
  };
  ipcMain.handle(channels.stateGet, (event) => {
    check(event);
    return core.state();
  });
  ipcMain.handle(channels.commandRun, async (event, value: unknown): Promise<CommandResult> => {
    check(event);
    const command = parseCommand(value);
    if (command === undefined || !mayAsk('panel', command)) {
      return { kind: 'failed', problem: { kind: 'not-a-latchkey-task', detail: 'not a command' } };
    }
    try {
      return runInShell(command) ?? (await core.run(command));
    } catch (error) {
      // A bug: what is known of it goes to the log, as the error may quote what nobody should see.
      onInternalError(error);
      return { kind: 'failed', problem: { kind: 'internal' } };
    }
  });
}
