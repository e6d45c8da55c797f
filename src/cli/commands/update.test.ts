import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture, type CommandOutcome } from '../../../test/command-fixture';
import { fakeState } from '../../../test/fake-core';
import type { UpdatesState } from '../../shared/updates';

let fixture: CommandFixture;

beforeEach(async () => {
  fixture = await CommandFixture.create();
  await fixture.listen();
});

afterEach(() => fixture.remove());

const is = (updates: Partial<UpdatesState>, openTunnels = 0): void =>
  fixture.core.set({
    updates: { step: { kind: 'none' }, waitsForQuiet: false, ...updates },
    traffic: { ...fakeState.traffic, openTunnels },
  });
const update = (...args: readonly string[]): Promise<CommandOutcome> => fixture.run(['update', ...args]);
const ready = { kind: 'ready', version: '1.1.0', notes: [], isByLatchkey: true } as const;
const problem = { kind: 'update-failed', why: 'damaged', version: '1.1.0', detail: '' } as const;

describe('latchkey update status', () => {
  it.each([
    [{}, 'This is Latchkey 0.0.0; nobody has looked for an update yet.'],
    [{ lookedAtMs: 1 }, 'Latchkey 0.0.0 is the newest.'],
    [{ step: { kind: 'looking' } }, 'The feed is being asked.'],
    [{ step: { kind: 'loading', version: '1.1.0', share: 0.428 } }, 'Latchkey 1.1.0 is being loaded: 42 %.'],
    [
      { step: { kind: 'loading', version: '1.1.0', share: 1 } },
      'Latchkey 1.1.0 is being loaded: 100 %, its signature is being checked.',
    ],
    [{ step: ready }, 'Latchkey 1.1.0 is ready: `latchkey update install`.'],
    [
      { step: ready, waitsForQuiet: true },
      'Latchkey 1.1.0 is ready, and is installed when nothing is carried (2 tunnels open).',
    ],
    [{ step: { kind: 'unsupported' } }, 'This Latchkey does not update itself.'],
  ] as const)('says %j as it is', async (updates, sentence) => {
    is(updates, 2);
    expect(await update('status')).toMatchObject({ code: 0, out: [sentence] });
  });

  it('ends with 1 when it has failed, and says why', async () => {
    is({ step: { kind: 'failed', problem } });
    expect(await update('status')).toMatchObject({
      code: 1,
      out: [],
      error: expect.stringMatching(
        /^latchkey: The archive of Latchkey 1\.1\.0 is not the one that was announced\. Look/,
      ),
    });
    const { code, out } = await update('status', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out.join('\n'))).toMatchObject({ version: '0.0.0', step: { kind: 'failed', problem } });
  });
});

describe('latchkey update check', () => {
  it('asks, and says what came of it', async () => {
    is({ step: { kind: 'loading', version: '1.1.0', share: 0 } });
    expect(await update('check')).toMatchObject({ code: 0, out: ['Latchkey 1.1.0 is being loaded: 0 %.'] });
    expect(fixture.core.commands).toEqual([{ kind: 'check-for-updates' }]);
  });

  it('says that there is none of `latchkey run`', async () => {
    fixture.core.answer('check-for-updates', { kind: 'failed', problem: { kind: 'updates-unsupported' } });
    expect(await update('check')).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^latchkey: This Latchkey does not update itself\. /),
    });
  });
});

describe('latchkey update install', () => {
  it('waits for quiet, installs now, or not by itself', async () => {
    is({ step: ready, waitsForQuiet: true }, 1);
    expect((await update('install')).out).toEqual([
      'Latchkey 1.1.0 is ready, and is installed when nothing is carried (1 tunnel open).',
    ]);
    expect((await update('install', '--now')).out).toEqual([
      'Latchkey ends, and comes up again as 1.1.0; cut: 1 tunnel.',
    ]);
    expect((await update('install', '--cancel')).out).toEqual([
      'It is not installed by itself; it comes up at the next start.',
    ]);
    expect(fixture.core.commands).toEqual(
      ['quiet', 'now', 'never'].map((when) => ({ kind: 'install-update', when })),
    );
  });

  it('takes one wish at a time', async () => {
    expect(await update('install', '--now', '--cancel')).toMatchObject({
      code: 2,
      error: expect.stringContaining('choose one'),
    });
  });

  it('says why not', async () => {
    fixture.core.answer('install-update', {
      kind: 'failed',
      problem: { kind: 'not-a-latchkey-task', detail: 'no update is ready to be installed' },
    });
    expect((await update('install', '--now')).error).toContain('no update is ready');
  });
});
