import type { Command, CommandResult } from '../../shared/command';
import { TaskQueue } from '../../shared/task-queue';
import { done, failed } from './command-result';
import type { CoreParts } from './core-parts';
import type { SettingsCommands } from './settings-commands';
import type { SocksPasswords } from './socks-passwords';

export interface SocksUserCommandsOptions extends CoreParts {
  readonly socksPasswords: SocksPasswords;
  readonly settingsCommands: SettingsCommands;
}

type SocksUserCommand = Command & { readonly kind: 'set-socks-user' | 'remove-socks-user' };

/** Who may connect by SOCKS5: names in the settings, passwords in the Keychain. */
export class SocksUserCommands {
  readonly #options: SocksUserCommandsOptions;
  readonly #tasks = new TaskQueue();

  constructor(options: SocksUserCommandsOptions) {
    this.#options = options;
  }

  /** One after the other: name and password of a user belong together. */
  run(command: SocksUserCommand): Promise<CommandResult> {
    return this.#tasks.run(() => this.#run(command));
  }

  async #run(command: SocksUserCommand): Promise<CommandResult> {
    const { ports, socksPasswords: passwords, settings, settingsCommands, inOrder } = this.#options;
    const { user } = command;
    const change = (before: readonly string[]): string[] => {
      const others = before.filter((each) => each !== user);
      return command.kind === 'remove-socks-user'
        ? others
        : before.includes(user)
          ? [...before]
          : [...before, user];
    };
    const { current } = settings;
    if (command.kind === 'remove-socks-user' && !current.socksUsers.includes(user)) return done;
    // The Keychain is not asked in vain.
    const isElsewhere = ports.settings.whyNot?.(current, {
      ...current,
      socksUsers: [...current.socksUsers, user],
    });
    if (isElsewhere !== undefined) return failed(isElsewhere);
    // Nobody is let in without a password: it is there before its name, and goes after it.
    if (command.kind === 'set-socks-user') {
      const problem = await passwords.set([command]);
      if (problem !== undefined) return failed(problem);
    }
    const result = await inOrder(() =>
      settingsCommands.change((before) => ({ ...before, socksUsers: change(before.socksUsers) })),
    );
    if (result.kind !== 'done' || command.kind === 'set-socks-user') return result;
    const problem = await passwords.remove(user);
    return problem === undefined ? done : failed(problem);
  }
}
