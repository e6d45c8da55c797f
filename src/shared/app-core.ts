import type { Command, CommandResult } from './command';
import type { AppState } from './state';

/** Whether whoever has asked for something is gone: an AbortSignal is one. */
export interface Asker {
  readonly aborted: boolean;
}

/** What both hosts run, the app and `latchkey run`: one state, and what can be done with it. Panel and terminal are faces of it. */
export interface AppCore {
  state(): AppState;
  /** As `state`, with the count of logons looked up, which is kept current only while somebody watches. */
  freshState(): Promise<AppState>;
  /** Tells of each new state, a few times a second at most. Returns what ends the subscription. */
  subscribe(listener: (state: AppState) => void): () => void;
  /** Resolves when the local proxy listens, when the state says why it cannot, or when it is to be off. */
  ready(): Promise<void>;
  /**
   * Never rejects for what can be expected to go wrong: that is a result, too.
   *
   * @param asker a logon that waits for its turn is not made for one who is gone
   */
  run(command: Command, asker?: Asker): Promise<CommandResult>;
  /** Somebody looks: figures and rows that are kept current for no one else are so until the returned function is called. */
  watch(): () => void;
  /** Ends everything that runs, and resolves when it has. */
  close(): Promise<void>;
}
