import type { Command, CommandResult } from '../../src/shared/command';
import type { AppBridge } from '../../src/shared/ipc';
import { insertShellBlock, previewShellBlock } from '../../src/shared/shell-block';
import type { ShellBlockPlan } from '../../src/shared/shell-block-plan';
import type { AppState } from '../../src/shared/state';
import { shellBlockLines } from '../../src/shared/terminal-commands';
import { exampleCovered, exampleDay } from './example-day';
import type { Example } from './states';

export interface ExampleBridge extends AppBridge {
  /** Everything that was asked for, oldest first. */
  readonly commands: readonly Command[];
  readonly show: (state: AppState) => void;
}

/** A home with a start file of two lines; read-only where an example says so. */
function examplePlan({ settings: { port, noProxy, writesShellBlock }, notices }: AppState): ShellBlockPlan {
  const facts = { shell: 'zsh', file: '~/.zshrc' } as const;
  const problem = notices.find(({ kind }) => kind === 'shell-block-edited');
  if (problem?.kind === 'shell-block-edited') return { ...facts, kind: 'refused', problem };
  const pidFile = '/Users/alice/Library/Application Support/Latchkey/shell-block';
  const address = { host: '127.0.0.1', port };
  const before = 'autoload -Uz compinit\ncompinit\n';
  const change = insertShellBlock(before, shellBlockLines({ shell: 'zsh', address, noProxy, pidFile }));
  const after = change.kind === 'changed' ? change.text : before;
  const lines = writesShellBlock ? previewShellBlock(after, before, 0) : previewShellBlock(before, after, 0);
  return { ...facts, kind: writesShellBlock ? 'remove' : 'add', lines };
}

/** A bridge to one example: it carries settings out, and answers the rest as the app would. */
export function createExampleBridge({ state: first, rows = [], isLooking }: Example): ExampleBridge {
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
    if (command.kind === 'read-today') {
      return { kind: 'today', today: exampleDay(state.traffic.hours, command.hosts) };
    }
    if (command.kind === 'count-covered') {
      return { kind: 'covered', counts: exampleCovered(command.rules) };
    }
    if (command.kind === 'set-shell-block') {
      show({ ...state, settings: { ...state.settings, writesShellBlock: command.isOn } });
    }
    if (command.kind === 'look-at-pac') {
      const proxies = ['proxy.corp', 'proxy2.corp'].map((host) => ({ host, port: 8080 }));
      return { kind: 'pac', proxies, place: command.pac, error: undefined };
    }
    if (command.kind === 'read-log') {
      const lines = [
        '2026-11-17T13:31:02.000Z warning proxy2.corp:8080 gave no answer within 2 s',
        '2026-11-17T13:31:04.000Z info proxy.corp:8080 is used in its place',
        '2026-11-17T13:35:20.000Z warning updates.example.com:443 was answered with 504',
      ];
      return { kind: 'log', lines };
    }
    if (command.kind === 'preview-shell-block') return { kind: 'shell-block', plan: examplePlan(state) };
    if (command.kind === 'try-address') {
      const rule = state.settings.noProxy.find((entry) =>
        entry.startsWith('*') ? command.address.endsWith(entry.slice(1)) : entry === command.address,
      );
      return { kind: 'address', route: rule === undefined ? 'upstream' : 'direct', rule };
    }
    if (command.kind === 'try-client') return { kind: 'client', isAllowed: false, rule: 'deny 10.1.0.0/16' };
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
      // Never answered.
      if (isLooking && command.kind === 'look-around') return new Promise(() => undefined);
      return Promise.resolve(answer(command));
    },
  };
}
