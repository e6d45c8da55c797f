import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppCore } from '../../shared/app-core';
import type { Command, CommandResult } from '../../shared/command';
import { channels } from '../../shared/ipc';
import type { AppState } from '../../shared/state';
import { exampleNamed } from '../../../e2e/gallery/states';
import { hostIpc, type IpcHostOptions } from './ipc-host';

type Handler = (event: unknown, value?: unknown) => unknown;

const { handlers } = vi.hoisted(() => ({ handlers: new Map<string, Handler>() }));
vi.mock('electron', () => ({
  ipcMain: { handle: (channel: string, handler: Handler) => handlers.set(channel, handler) },
}));

const fromPanel = { sender: 'the panel' };
const { state } = exampleNamed('on', 'en');
const run = vi.fn<(command: Command) => Promise<CommandResult>>();
const runInShell = vi.fn<(command: Command) => CommandResult | undefined>();
const onInternalError = vi.fn<(error: unknown) => void>();

/** What a page gets for a message on a channel. */
const send = async (channel: string, event: unknown, value?: unknown): Promise<unknown> =>
  handlers.get(channel)?.(event, value);

beforeEach(() => {
  vi.resetAllMocks();
  run.mockResolvedValue({ kind: 'done' });
  const core: AppCore = {
    state: (): AppState => state,
    subscribe: () => () => undefined,
    run,
    ready: () => Promise.resolve(),
    freshState: () => Promise.reject(new Error('not asked for')),
    watch: () => () => undefined,
    close: () => Promise.resolve(),
  };
  const panel = { isSender: (event: unknown) => event === fromPanel } as unknown as IpcHostOptions['panel'];
  hostIpc({ core, panel, runInShell, onInternalError });
});

describe('hostIpc', () => {
  it('gives the panel the state, and runs its commands', async () => {
    expect(await send(channels.stateGet, fromPanel)).toBe(state);
    expect(await send(channels.commandRun, fromPanel, { kind: 'turn-off' })).toEqual({ kind: 'done' });
    expect(run).toHaveBeenCalledExactlyOnceWith({ kind: 'turn-off' });
  });

  it('answers nobody else', async () => {
    for (const channel of [channels.stateGet, channels.commandRun]) {
      await expect(send(channel, { sender: 'another page' }, { kind: 'turn-off' })).rejects.toThrow('alone');
    }
    expect(run).not.toHaveBeenCalled();
    expect(runInShell).not.toHaveBeenCalled();
  });

  it('leaves to the windows what is theirs', async () => {
    runInShell.mockReturnValue({ kind: 'done' });
    expect(await send(channels.commandRun, fromPanel, { kind: 'hide-panel' })).toEqual({ kind: 'done' });
    expect(run).not.toHaveBeenCalled();
  });

  it.each([
    [{ kind: 'change-password', password: 'Secret!1', more: 1 }],
    [{ kind: 'no-such', password: 'Secret!1' }],
    ['Secret!1'],
    [undefined],
  ])('does nothing with what is no command, and repeats none of it: %j', async (value) => {
    const result = await send(channels.commandRun, fromPanel, value);
    expect(result).toMatchObject({ kind: 'failed', problem: { kind: 'not-a-latchkey-task' } });
    expect(JSON.stringify(result)).not.toContain('Secret!1');
    expect(run).not.toHaveBeenCalled();
    expect(runInShell).not.toHaveBeenCalled();
  });

  it.each([
    ['the core', (bug: Error) => run.mockRejectedValue(bug)],
    [
      'the windows',
      (bug: Error) => {
        runInShell.mockImplementation(() => {
          throw bug;
        });
      },
    ],
  ])('tells the log of a bug of %s, and the panel only that there was one', async (_name, plant) => {
    const bug = new Error('a mistake of ours');
    plant(bug);
    const result = await send(channels.commandRun, fromPanel, { kind: 'turn-off' });
    expect(result).toEqual({ kind: 'failed', problem: { kind: 'internal' } });
    expect(onInternalError).toHaveBeenCalledExactlyOnceWith(bug);
  });
});
