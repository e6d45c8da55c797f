import type { Command, CommandResult } from '../../shared/command';
import type { ShellBlockProblem } from '../../shared/shell-block-plan';
import { terminalCommands } from '../../shared/terminal-commands';
import type { WayProof } from '../../shared/way-proof';
import type { TerminalPage } from '../platform/app-ports';
import { done, failed } from './command-result';
import type { CorePorts } from './core-ports';
import type { EngineKeeper } from './engine-keeper';
import type { SettingsKeeper } from './settings-keeper';
import { type ShellBlockFacts, ShellBlockKeeper, wantsBlock } from './shell-block-keeper';
import type { StateKeeper } from './state-keeper';

/** The switch for the block in the shell's start file. */
export class ShellBlockCommands {
  readonly #ports: CorePorts;
  readonly #keeper: EngineKeeper;
  readonly #settings: SettingsKeeper;
  readonly #state: StateKeeper;
  readonly #block: ShellBlockKeeper;

  constructor(ports: CorePorts, keeper: EngineKeeper, settings: SettingsKeeper, state: StateKeeper) {
    this.#ports = ports;
    this.#keeper = keeper;
    this.#settings = settings;
    this.#state = state;
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
    const { shell } = this.#ports;
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
    await this.#settings.save((settings) => ({ ...settings, writesShellBlock: isOn }));
    const outcome = await this.#block.follow(this.#facts());
    if (outcome.kind === 'same' || outcome.problem === undefined) return done;
    if (isOn) {
      await this.#settings.save((settings) => ({ ...settings, writesShellBlock: false }));
      await this.#block.follow(this.#facts());
    }
    return failed(outcome.problem);
  }

  /** After a change of anything else. What goes wrong is told by a notice. */
  async follow(): Promise<void> {
    const outcome = await this.#block.follow(this.#facts());
    if (outcome.kind === 'same') return;
    this.#state.replaceNotices(({ kind }) => kind.startsWith('shell-'), outcome.problem);
  }

  /** Takes the block out, for this time. @returns why it is still there, if so */
  close(): Promise<ShellBlockProblem | undefined> {
    return this.#block.close();
  }

  #facts(): ShellBlockFacts {
    return {
      settings: this.#ports.settings.settings(),
      isListening: this.#keeper.engine !== undefined,
      hasSystemProxy: this.#ports.systemProxy.state().kind !== 'unsupported',
    };
  }
}
