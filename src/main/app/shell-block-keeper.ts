import type { AppSettings } from '../../shared/app-settings';
import type { ShellBlockPlan, ShellBlockProblem } from '../../shared/shell-block-plan';
import { TaskQueue } from '../../shared/task-queue';
import type { Shell, TerminalOptions } from '../../shared/terminal-commands';
import type { ShellStart } from '../platform/app-ports';

/** What the block depends on. */
export interface ShellBlockFacts {
  readonly settings: AppSettings;
  /** Whether the local proxy runs. */
  readonly isListening: boolean;
  /** Whether this machine has a proxy setting that "Use for this Mac" stands for. */
  readonly hasSystemProxy: boolean;
}

/** What has become of a wish; `same` when it is the one that was tried last. */
export type ShellBlockOutcome =
  | { readonly kind: 'same' }
  | { readonly kind: 'tried'; readonly problem: ShellBlockProblem | undefined };

/**
 * Keeps the block in the shell's start file in step with the switch: it is there while the user wants it, the local proxy
 * runs and "Use for this Mac" is on; a machine without such a setting has the large switch alone. It is written anew when
 * port or no-proxy list change, and taken out at the end. One change after the other.
 */
export class ShellBlockKeeper {
  readonly #shell: Shell;
  readonly #start: ShellStart;
  readonly #tasks = new TaskQueue();
  /** What was tried last, as text: the file of a user is not read again and again. */
  #tried: string | undefined;
  #isClosed = false;

  constructor(shell: Shell, start: ShellStart) {
    this.#shell = shell;
    this.#start = start;
  }

  /** Brings the file in line with these facts. Never rejects. */
  follow(facts: ShellBlockFacts): Promise<ShellBlockOutcome> {
    return this.#tasks.run(async () => {
      const isWanted = wantsBlock(facts);
      const wish = isWanted ? JSON.stringify(this.#options(facts)) : '';
      if (this.#isClosed || wish === this.#tried) return { kind: 'same' };
      this.#tried = wish;
      const problem = isWanted ? await this.#start.insert(this.#options(facts)) : await this.#start.remove();
      return { kind: 'tried', problem };
    });
  }

  /** What leaves the file when the user no longer wants the block, or what comes in when it is wanted. */
  plan(facts: ShellBlockFacts): Promise<ShellBlockPlan> {
    return this.#tasks.run(async () => {
      const options = this.#options(facts);
      if (facts.settings.writesShellBlock) {
        const plan = await this.#start.preview('remove', options);
        if (plan.kind !== 'remove' || plan.lines.length > 0) return plan;
      }
      return this.#start.preview('add', options);
    });
  }

  /** Takes the block out, for this time. @returns why it is still there, if so */
  close(): Promise<ShellBlockProblem | undefined> {
    return this.#tasks.run(() => {
      this.#isClosed = true;
      return this.#start.remove();
    });
  }

  #options({ settings: { port, noProxy } }: ShellBlockFacts): TerminalOptions {
    return { shell: this.#shell, address: { host: '127.0.0.1', port }, noProxy };
  }
}

/** Whether the block is to be in the file. */
export function wantsBlock({ settings, isListening, hasSystemProxy }: ShellBlockFacts): boolean {
  return settings.writesShellBlock && isListening && (settings.usesSystemProxy || !hasSystemProxy);
}
