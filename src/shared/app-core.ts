import type { Command, CommandResult } from './command';
import type { AppState } from './state';

/** The app without its windows: one state, and what can be done with it. */
export interface AppCore {
  state(): AppState;
  /** Tells of each new state, a few times a second at most. Returns what ends the subscription. */
  subscribe(listener: (state: AppState) => void): () => void;
  /** Never rejects for what can be expected to go wrong: that is a result, too. */
  run(command: Command): Promise<CommandResult>;
  /** Figures that only the panel shows are kept current while it is visible. */
  setPanelVisible(isVisible: boolean): void;
  /** Ends everything that runs, and resolves when it has. */
  close(): Promise<void>;
}
