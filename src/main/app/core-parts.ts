import type { CommandResult } from '../../shared/command';
import type { CorePorts } from './core-ports';
import type { EngineKeeper } from './engine-keeper';
import type { SettingsKeeper } from './settings-keeper';
import type { StateKeeper } from './state-keeper';

/** Runs a change when all before it have ended. */
export type InOrder = (task: () => Promise<CommandResult>) => Promise<CommandResult>;

/** What the commands of the core work with. */
export interface CoreParts {
  readonly ports: CorePorts;
  readonly keeper: EngineKeeper;
  readonly settings: SettingsKeeper;
  readonly state: StateKeeper;
  readonly inOrder: InOrder;
  /** Told of a bug. */
  readonly onInternalError: (error: unknown) => void;
}
