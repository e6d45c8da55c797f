import { describe, expect, it } from 'vitest';
import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import type { ShellBlockPlan, ShellBlockProblem } from '../../shared/shell-block-plan';
import type { TerminalOptions } from '../../shared/terminal-commands';
import type { ShellStart } from '../platform/app-ports';
import { type ShellBlockFacts, ShellBlockKeeper } from './shell-block-keeper';

/** Says what it was asked for; a file of nothing but the block. */
class FakeShellStart implements ShellStart {
  readonly calls: string[] = [];
  block: TerminalOptions | undefined;
  problem: ShellBlockProblem | undefined;
  #busy = 0;
  mostAtOnce = 0;

  async preview(change: 'add' | 'remove', { shell }: TerminalOptions): Promise<ShellBlockPlan> {
    await this.#call(`preview ${change}`);
    const isThere = this.block !== undefined;
    const line = change === 'add' ? 'added' : 'removed';
    const lines = isThere === (change === 'remove') ? [{ kind: line, line: 1, text: 'x' } as const] : [];
    return { shell, file: '~/.zshrc', kind: change, lines };
  }

  async insert(options: TerminalOptions): Promise<ShellBlockProblem | undefined> {
    await this.#call(`insert ${options.shell} ${options.address.port} ${options.noProxy.join()}`);
    if (this.problem === undefined) this.block = options;
    return this.problem;
  }

  async remove(): Promise<ShellBlockProblem | undefined> {
    await this.#call('remove');
    if (this.problem === undefined) this.block = undefined;
    return this.problem;
  }

  async #call(name: string): Promise<void> {
    this.#busy += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#busy);
    this.calls.push(name);
    await Promise.resolve();
    this.#busy -= 1;
  }
}

const edited: ShellBlockProblem = { kind: 'shell-block-edited', file: '~/.zshrc', line: 3 };

function facts(changes: Partial<AppSettings> = {}, more: Partial<ShellBlockFacts> = {}): ShellBlockFacts {
  return {
    settings: {
      ...defaultAppSettings,
      noProxy: ['*.corp'],
      writesShellBlock: true,
      usesSystemProxy: true,
      ...changes,
    },
    isListening: true,
    hasSystemProxy: true,
    ...more,
  };
}

function start(): { readonly port: FakeShellStart; readonly keeper: ShellBlockKeeper } {
  const port = new FakeShellStart();
  return { port, keeper: new ShellBlockKeeper('zsh', port) };
}

describe('ShellBlockKeeper', () => {
  it.each([
    ['everything is as the block needs it', facts(), true],
    ['the user does not want it', facts({ writesShellBlock: false }), false],
    ['Latchkey is off', facts({}, { isListening: false }), false],
    ['this Mac is not sent to Latchkey', facts({ usesSystemProxy: false }), false],
    ['there is no setting of the system', facts({ usesSystemProxy: false }, { hasSystemProxy: false }), true],
    [
      'there is no setting of the system and Latchkey is off',
      facts({}, { hasSystemProxy: false, isListening: false }),
      false,
    ],
  ])('when %s', async (_name, given, isThere) => {
    const { port, keeper } = start();
    expect(await keeper.follow(given)).toEqual({ kind: 'tried', problem: undefined });
    expect(port.calls).toEqual([isThere ? 'insert zsh 3128 *.corp' : 'remove']);
  });

  it('writes it anew for another port or no-proxy list, and for nothing else', async () => {
    const { port, keeper } = start();
    await keeper.follow(facts());
    expect(await keeper.follow(facts({ language: 'de', remindDays: 1 }))).toEqual({ kind: 'same' });
    await keeper.follow(facts({ port: 4000 }));
    await keeper.follow(facts({ port: 4000, noProxy: ['a', 'b'] }));
    expect(port.calls).toEqual(['insert zsh 3128 *.corp', 'insert zsh 4000 *.corp', 'insert zsh 4000 a,b']);
  });

  it('goes with the switch and comes back with it', async () => {
    const { port, keeper } = start();
    for (const isListening of [true, false, false, true]) await keeper.follow(facts({}, { isListening }));
    expect(port.calls).toEqual(['insert zsh 3128 *.corp', 'remove', 'insert zsh 3128 *.corp']);
  });

  it('tells a problem once, and tries again when something else is wanted', async () => {
    const { port, keeper } = start();
    port.problem = edited;
    expect(await keeper.follow(facts())).toEqual({ kind: 'tried', problem: edited });
    expect(await keeper.follow(facts())).toEqual({ kind: 'same' });
    expect(await keeper.follow(facts({ port: 4000 }))).toEqual({ kind: 'tried', problem: edited });
    port.problem = undefined;
    expect(await keeper.follow(facts())).toEqual({ kind: 'tried', problem: undefined });
  });

  it('shows what the switch would do: add while it is off or the file has no block, else remove', async () => {
    const { keeper } = start();
    expect(await keeper.plan(facts({ writesShellBlock: false }))).toMatchObject({ kind: 'add' });
    expect(await keeper.plan(facts())).toMatchObject({ kind: 'add', lines: [{ kind: 'added' }] });
    await keeper.follow(facts());
    expect(await keeper.plan(facts())).toMatchObject({ kind: 'remove', lines: [{ kind: 'removed' }] });
  });

  it('takes it out at the end, and does nothing afterwards', async () => {
    const { port, keeper } = start();
    await keeper.follow(facts());
    expect(await keeper.close()).toBeUndefined();
    expect(await keeper.follow(facts({ port: 4000 }))).toEqual({ kind: 'same' });
    expect(port.block).toBeUndefined();
    expect(port.calls).toEqual(['insert zsh 3128 *.corp', 'remove']);
  });

  it('says at the end what could not be taken out', async () => {
    const { port, keeper } = start();
    port.problem = edited;
    expect(await keeper.close()).toBe(edited);
  });

  it('does one thing after the other', async () => {
    const { port, keeper } = start();
    const ports = [1000, 1001, 1002, 1003];
    const all = ports.flatMap((each) => [keeper.follow(facts({ port: each })), keeper.plan(facts())]);
    await Promise.all([...all, keeper.close()]);
    expect(port.mostAtOnce).toBe(1);
    expect(port.calls.filter((call) => call.startsWith('insert'))).toEqual(
      ports.map((each) => `insert zsh ${each} *.corp`),
    );
    expect(port.calls.at(-1)).toBe('remove');
  });
});
