import type { Command, CommandResult } from '../../shared/command';
import type { CommandLinkState } from '../../shared/state';
import { TaskQueue } from '../../shared/task-queue';
import type { CommandLink } from '../platform/app-ports';
import { done, failed } from './command-result';
import type { StateKeeper } from './state-keeper';

/**
 * The switch for the command `latchkey` in the user's terminals. One after the other, and nothing else waits for them: a shell
 * that is asked for PATH may take seconds.
 */
export class CommandLinkCommands {
  readonly #link: CommandLink | undefined;
  readonly #state: StateKeeper;
  readonly #tasks = new TaskQueue();

  constructor(link: CommandLink | undefined, state: StateKeeper) {
    this.#link = link;
    this.#state = state;
  }

  /** Says in the state whether terminals find it. What is in the way of a link is told by the result as well. */
  async run(
    command: Command & { readonly kind: 'look-for-command' | 'set-command-link' },
  ): Promise<CommandResult> {
    if (command.kind === 'look-for-command') {
      await this.#change((link) => link.look());
      return done;
    }
    const state = await this.#change((link) => (command.isOn ? link.add() : link.remove()));
    return state?.kind === 'refused' ? failed(state.problem) : done;
  }

  /** The app may have been moved since it was linked. */
  async mend(): Promise<void> {
    await this.#tasks.run(async () => this.#link?.mend());
  }

  async #change(
    action: (link: CommandLink) => Promise<CommandLinkState>,
  ): Promise<CommandLinkState | undefined> {
    const link = this.#link;
    if (link === undefined) return undefined;
    return this.#tasks.run(async () => {
      const commandLink = await action(link);
      this.#state.store.update({ commandLink });
      return commandLink;
    });
  }
}
