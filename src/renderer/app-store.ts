import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Command, CommandResult } from '../shared/command';
import type { AppBridge } from '../shared/ipc';
import type { AppState } from '../shared/state';

/** The picture of the app that the panel has; undefined until the first answer. */
export interface AppPicture {
  readonly state: AppState | undefined;
}

export interface AppStore {
  readonly picture: StoreApi<AppPicture>;
  /** Never rejects: what the other side threw is a mistake inside Latchkey. */
  readonly run: (command: Command) => Promise<CommandResult>;
  /** Ends the subscription. */
  readonly close: () => void;
}

/**
 * Subscribes first and asks then, so that no change falls between; a state that is older than the one known is ignored,
 * as the answer may arrive after a newer change.
 */
export function connectAppStore(bridge: AppBridge): AppStore {
  const picture = createStore<AppPicture>(() => ({ state: undefined }));
  const take = (state: AppState): void => {
    const known = picture.getState().state;
    if (known === undefined || state.revision > known.revision) picture.setState({ state });
  };
  const close = bridge.onStateChanged(take);
  const ask = async (): Promise<void> => {
    try {
      take(await bridge.getState());
    } catch {
      // A reload of the panel asks again, and each change brings the whole state.
    }
  };
  void ask();
  return {
    picture,
    close,
    run: async (command) => {
      try {
        return await bridge.run(command);
      } catch {
        return { kind: 'failed', problem: { kind: 'internal' } };
      }
    },
  };
}
