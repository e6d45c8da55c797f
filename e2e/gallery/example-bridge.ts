import type { Command, CommandResult } from '../../src/shared/command';
import type { AppBridge } from '../../src/shared/ipc';
import type { AppState } from '../../src/shared/state';
import type { Example } from './states';

export interface ExampleBridge extends AppBridge {
  /** Everything that was asked for, oldest first. */
  readonly commands: readonly Command[];
  readonly show: (state: AppState) => void;
}

/** A bridge to one example: it carries settings out, and answers the rest as the app would. */
export function createExampleBridge({ state: first, rows = [] }: Example): ExampleBridge {
  const commands: Command[] = [];
  const listeners = new Set<(state: AppState) => void>();
  let state = first;
  const show = (next: AppState): void => {
    state = { ...next, revision: state.revision + 1 };
    for (const listener of listeners) listener(state);
  };

  function answer(command: Command): CommandResult {
    if (command.kind === 'change-settings') {
      const known = Object.entries(command.patch).filter(([, value]) => value !== undefined);
      show({ ...state, settings: { ...state.settings, ...Object.fromEntries(known) } });
    }
    if (command.kind === 'read-activity') {
      return { kind: 'activity', rows: rows.filter(({ id }) => id > command.afterId) };
    }
    if (command.kind === 'try-address') {
      const rule = state.settings.noProxy.find((entry) =>
        entry.startsWith('*') ? command.address.endsWith(entry.slice(1)) : entry === command.address,
      );
      return { kind: 'address', route: rule === undefined ? 'upstream' : 'direct', rule };
    }
    return { kind: 'done' };
  }

  return {
    commands,
    show,
    getState: () => Promise.resolve(state),
    onStateChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    run: (command) => {
      commands.push(command);
      return Promise.resolve(answer(command));
    },
  };
}
