import { afterEach, describe, expect, it } from 'vitest';
import { AppFixture } from '../../../test/app-fixture';
import type { CommandLinkState } from '../../shared/state';
import type { CommandLink } from '../platform/app-ports';

const off: CommandLinkState = { kind: 'off', path: '~/bin/latchkey' };
const on: CommandLinkState = { kind: 'on', path: '~/bin/latchkey' };
const taken: CommandLinkState = {
  kind: 'refused',
  problem: { kind: 'command-taken', path: '~/bin/latchkey', target: undefined },
};

let fixture: AppFixture | undefined;

afterEach(() => fixture?.remove());

class FakeLink implements CommandLink {
  mended = 0;
  readonly calls: string[] = [];
  answers: readonly CommandLinkState[] = [];

  readonly look = (): Promise<CommandLinkState> => this.#answer('look');
  readonly add = (): Promise<CommandLinkState> => this.#answer('add');
  readonly remove = (): Promise<CommandLinkState> => this.#answer('remove');
  mend(): Promise<void> {
    this.mended += 1;
    return Promise.resolve();
  }

  #answer(call: string): Promise<CommandLinkState> {
    this.calls.push(call);
    const [first, ...others] = this.answers;
    if (first === undefined) throw new Error('no answer is left');
    this.answers = others;
    return Promise.resolve(first);
  }
}

describe('the command in the terminals', () => {
  it('is mended at the start, looked for when somebody wants to know, and linked by its switch', async () => {
    const commandLink = new FakeLink();
    commandLink.answers = [off, on, taken, off];
    fixture = await AppFixture.start({ commandLink });
    const { core } = fixture;
    expect(core.state().commandLink).toEqual({ kind: 'unknown' });
    expect(await core.run({ kind: 'look-for-command' })).toEqual({ kind: 'done' });
    expect(core.state().commandLink).toEqual(off);
    expect(await core.run({ kind: 'set-command-link', isOn: true })).toEqual({ kind: 'done' });
    expect(core.state().commandLink).toEqual(on);
    expect(await core.run({ kind: 'set-command-link', isOn: true })).toEqual({
      kind: 'failed',
      problem: taken.kind === 'refused' ? taken.problem : undefined,
    });
    expect(core.state().commandLink).toEqual(taken);
    expect(await core.run({ kind: 'set-command-link', isOn: false })).toEqual({ kind: 'done' });
    expect(core.state().commandLink).toEqual(off);
    expect(commandLink.calls).toEqual(['look', 'add', 'add', 'remove']);
    expect(commandLink.mended).toBe(1);
  });

  it('is none where the app brings none', async () => {
    fixture = await AppFixture.start();
    const { core } = fixture;
    expect(await core.run({ kind: 'look-for-command' })).toEqual({ kind: 'done' });
    expect(await core.run({ kind: 'set-command-link', isOn: true })).toEqual({ kind: 'done' });
    expect(core.state().commandLink).toEqual({ kind: 'unsupported' });
  });
});
