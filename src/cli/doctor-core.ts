import type { Command, CommandResult } from '../shared/command';
import type { AppState } from '../shared/state';

/** The core that has the doctor: one that runs, or one that is there for this alone. */
export interface DoctorCore {
  state(): Promise<AppState>;
  run(command: Command): Promise<CommandResult>;
  /** Tells each new state, the present one first. Rejects when the core is gone. */
  follow(listener: (state: AppState) => void): Promise<never>;
  /** One more sentence after a refusal. */
  advice?(): Promise<string | undefined>;
}
