import type { Command, CommandResult } from '../../shared/command';
import type { ShellBlockProblem } from '../../shared/shell-block-plan';
import { terminalCommands } from '../../shared/terminal-commands';
import type { WayProof } from '../../shared/way-proof';
import type { TerminalPage } from '../platform/app-ports';
import { done, failed } from './command-result';
import type { CoreParts } from './core-parts';
import { type ShellBlockFacts, ShellBlockKeeper, wantsBlock } from './shell-block-keeper';

/** The switch for the block in the shell's start file. */
export class ShellBlockCommands {
  readonly #parts: CoreParts;
  readonly #block: ShellBlockKeeper;

  constructor(parts: CoreParts) {
    this.#parts = parts;
    const { ports } = parts;
    this.#block = new ShellBlockKeeper(ports.shell, ports.shellStart);
  }

  async run(
    command: Command & { readonly kind: 'preview-shell-block' | 'set-shell-block' },
  ): Promise<CommandResult> {
    if (command.kind === 'set-shell-block') return this.#set(command.isOn);
    return { kind: 'shell-block', plan: await this.#block.plan(this.#facts()) };
  }

  /** What a new terminal has run: the block, as it stands in the file, or else the commands that are pasted into it. */
  async terminal(): Promise<TerminalPage & Pick<WayProof, 'curlBy'>> {
    const facts = this.#facts();
    const { shell } = this.#parts.ports;
    const plan = wantsBlock(facts) ? await this.#block.plan(facts) : undefined;
    if (plan?.kind === 'remove' && plan.lines.length > 0) {
      const lines = plan.lines.map(({ text }) => `${text}\n`).join('');
      return { shell, lines, curlBy: { kind: 'block', file: plan.file } };
    }
    const { port, noProxy } = facts.settings;
    const lines = terminalCommands({ shell, address: { host: '127.0.0.1', port }, noProxy });
    return { shell, lines, curlBy: { kind: 'commands' } };
  }

  /** What goes wrong is told by the result, and the switch stays off then. */
  async #set(isOn: boolean): Promise<CommandResult> {
    await this.#parts.settings.save((settings) => ({ ...settings, writesShellBlock: isOn }));
    const outcome = await this.#block.follow(this.#facts());
    if (outcome.kind === 'same' || outcome.problem === undefined) return done;
    if (isOn) {
      await this.#parts.settings.save((settings) => ({ ...settings, writesShellBlock: false }));
      await this.#block.follow(this.#facts());
    }
    return failed(outcome.problem);
  }

  /** After a change of anything else. What goes wrong is told by a notice. */
  async follow(): Promise<void> {
    const outcome = await this.#block.follow(this.#facts());
    if (outcome.kind === 'same') return;
    this.#parts.state.replaceNotices(({ kind }) => kind.startsWith('shell-'), outcome.problem);
  }

  /** Takes the block out, for this time. @returns why it is still there, if so */
  close(): Promise<ShellBlockProblem | undefined> {
    return this.#block.close();
  }

  #facts(): ShellBlockFacts {
    const { ports, keeper, settings } = this.#parts;
    return {
      settings: settings.current,
      isListening: keeper.engine !== undefined,
      hasSystemProxy: ports.systemProxy.state().kind !== 'unsupported',
    };
  }
}
