import type { Command, CommandResult } from './command';
import type { AppState } from './state';

export const channels = {
  stateGet: 'state:get',
  stateChanged: 'state:changed',
  commandRun: 'command:run',
} as const;

/** What the preload script puts on `window.latchkey`. */
export interface AppBridge {
  readonly getState: () => Promise<AppState>;
  /** Returns what ends the subscription. */
  readonly onStateChanged: (listener: (state: AppState) => void) => () => void;
  readonly run: (command: Command) => Promise<CommandResult>;
}
