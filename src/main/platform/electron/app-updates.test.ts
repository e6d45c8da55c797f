import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeFolder } from '../../../../test/remove-folder';
import type { UpdateStep } from '../../../shared/updates';
import { AppUpdates } from './app-updates';
import { type Offer, UpdateError, type Updater } from './updater';

const offer: Offer = { version: '1.1.0', notes: ['One'] };
const ready: UpdateStep = { kind: 'ready', version: '1.1.0', notes: ['One'], isByLatchkey: true };
const nowMs = Date.UTC(2026, 10, 17, 8);

let folder: string;
let reports: string[];
let steps: UpdateStep['kind'][];
let lasts: ((onFailure: (error: unknown) => void) => void)[];
let updater: { [Name in keyof Updater]: ReturnType<typeof vi.fn<Updater[Name]>> };
let openUpdater: ReturnType<typeof vi.fn<() => Promise<Updater>>>;
const all: AppUpdates[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-updates-'));
  reports = [];
  steps = [];
  lasts = [];
  openUpdater = vi.fn<() => Promise<Updater>>(() => Promise.resolve(updater));
  updater = {
    look: vi.fn<Updater['look']>(() => Promise.resolve(offer)),
    load: vi.fn<Updater['load']>((onShare) => Promise.resolve(onShare(0.5))),
    install: vi.fn<Updater['install']>(),
  };
});

afterEach(async () => {
  for (const each of all.splice(0)) await each.close();
  await removeFolder(folder);
});

const path = (): string => join(folder, 'updates.json');
const kept = (): unknown => JSON.parse(readFileSync(path(), 'utf8'));

async function open(version = '1.0.0'): Promise<AppUpdates> {
  const updates = await AppUpdates.open({
    path: path(),
    version,
    openUpdater,
    endBy: (last) => lasts.push(last),
    nowMs: () => nowMs,
    report: (message) => reports.push(message),
  });
  all.push(updates);
  updates.subscribe(() => steps.push(updates.state().step.kind));
  return updates;
}

/** Until it is no longer loading. */
async function settled(updates: AppUpdates): Promise<UpdateStep> {
  await vi.waitFor(() => expect(['looking', 'loading']).not.toContain(updates.state().step.kind));
  return updates.state().step;
}

describe('a look', () => {
  it('loads what is newer, and keeps when it was', async () => {
    const updates = await open();
    expect(updates.state()).toEqual({ step: { kind: 'none' } });
    expect(openUpdater).not.toHaveBeenCalled();
    await updates.look(3128);
    expect(await settled(updates)).toEqual(ready);
    expect(steps).toEqual(['looking', 'loading', 'loading', 'ready']);
    expect(updater.look).toHaveBeenCalledExactlyOnceWith(3128);
    await vi.waitFor(() => expect(kept()).toEqual({ version: 1, lookedAtMs: nowMs }));
    expect((await open()).state().lookedAtMs).toBe(nowMs);
  });

  it('that finds nothing is all', async () => {
    updater.look.mockResolvedValue(undefined);
    const updates = await open();
    await updates.look(undefined);
    expect(updates.state()).toEqual({ step: { kind: 'none' }, lookedAtMs: nowMs });
    expect(updater.load).not.toHaveBeenCalled();
  });

  it('is one at a time, and none while something is loaded', async () => {
    let finish: () => void = () => undefined;
    updater.load.mockImplementation(() => new Promise((resolve) => (finish = resolve)));
    const updates = await open();
    await Promise.all([updates.look(3128), updates.look(3128)]);
    await updates.look(3128);
    expect(updater.look).toHaveBeenCalledOnce();
    finish();
    expect(await settled(updates)).toEqual(ready);
  });

  it('that fails says why, in one line', async () => {
    updater.look.mockRejectedValue(new UpdateError('feed', '404 Not found\nand much more'));
    const updates = await open();
    await updates.look(3128);
    expect(updates.state()).toEqual({
      step: {
        kind: 'failed',
        problem: { kind: 'update-failed', why: 'feed', version: undefined, detail: '404 Not found' },
      },
    });
    expect(reports).toEqual(['update: feed: 404 Not found']);
  });

  it('leaves what is ready as it is, unless there is something newer still', async () => {
    const updates = await open();
    await updates.look(3128);
    await settled(updates);
    steps = [];
    updater.look.mockRejectedValueOnce(new UpdateError('feed', 'gone'));
    await updates.look(3128);
    updater.look.mockResolvedValueOnce(undefined);
    await updates.look(3128);
    await updates.look(3128);
    expect(new Set(steps)).toEqual(new Set(['ready']));
    expect(updater.load).toHaveBeenCalledOnce();
    updater.look.mockResolvedValueOnce({ version: '1.2.0', notes: [] });
    await updates.look(undefined);
    expect(await settled(updates)).toEqual({
      kind: 'ready',
      version: '1.2.0',
      notes: [],
      isByLatchkey: false,
    });
  });

  it.each(['damaged', 'signature', 'interrupted'] as const)(
    'has %s told, and can be repeated',
    async (why) => {
      updater.load.mockRejectedValueOnce(new UpdateError(why, 'so it was'));
      const updates = await open();
      await updates.look(3128);
      expect(await settled(updates)).toEqual({
        kind: 'failed',
        problem: { kind: 'update-failed', why, version: '1.1.0', detail: 'so it was' },
      });
      await updates.look(3128);
      expect(await settled(updates)).toEqual(ready);
    },
  );

  it('is tried again after what fetches could not be loaded', async () => {
    openUpdater.mockRejectedValueOnce(new Error('app-update.yml cannot be read'));
    const updates = await open();
    await updates.look(3128);
    expect(updates.state().step).toMatchObject({ kind: 'failed', problem: { why: 'feed' } });
    await updates.look(3128);
    expect(await settled(updates)).toEqual(ready);
  });

  it('is not waited for by the end, and changes nothing any more', async () => {
    let answer = (_offer: Offer): void => undefined;
    updater.look.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    const updates = await open();
    const looking = updates.look(3128);
    await vi.waitFor(() => expect(updater.look).toHaveBeenCalledOnce());
    await updates.close();
    answer(offer);
    await looking;
    expect(updater.load).not.toHaveBeenCalled();
    expect(existsSync(path())).toBe(false);
  });

  it('is over with the end, which leaves what is being loaded', async () => {
    updater.load.mockImplementation(
      (_onShare, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('cancelled')));
        }),
    );
    const updates = await open();
    await updates.look(3128);
    await updates.close();
    await updates.look(3128);
    expect(updater.look).toHaveBeenCalledOnce();
    // It is no trouble.
    expect(reports).toEqual([]);
  });
});

describe('an installation', () => {
  async function install(): Promise<void> {
    const updates = await open();
    await updates.look(3128);
    await settled(updates);
    updates.install();
    await vi.waitFor(() => expect(lasts).toHaveLength(1));
  }

  it('is the last step of the end', async () => {
    await install();
    expect(updater.install).not.toHaveBeenCalled();
    const onFailure = vi.fn<(error: unknown) => void>();
    lasts[0]?.(onFailure);
    expect(updater.install).toHaveBeenCalledExactlyOnceWith(onFailure);
  });

  it('has worked when the new version comes up', async () => {
    await install();
    const updates = await open('1.1.0');
    expect(updates.state()).toEqual({ step: { kind: 'none' }, lookedAtMs: nowMs });
    expect(reports).toEqual([]);
  });

  it('has failed when the old one does, which is told once', async () => {
    await install();
    expect((await open('1.0.0')).state().step).toMatchObject({
      kind: 'failed',
      problem: { why: 'not-installed', version: '1.1.0' },
    });
    expect(reports).toEqual(['update to 1.1.0: not-installed: the version before it has come up again']);
    await vi.waitFor(() => expect(kept()).toEqual({ version: 1, lookedAtMs: nowMs }));
    expect((await open('1.0.0')).state().step).toEqual({ kind: 'none' });
  });

  it('is none while nothing is ready', async () => {
    const updates = await open();
    updates.install();
    await updates.close();
    expect(lasts).toEqual([]);
  });

  it('does without its file', async () => {
    writeFileSync(path(), '{ "version": 1, "lookedAtMs": "yesterday" }');
    expect((await open()).state()).toEqual({ step: { kind: 'none' } });
    expect(reports).toEqual([expect.stringContaining('updates.json is damaged')]);
  });
});
