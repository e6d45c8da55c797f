import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';
import { deferred } from '../../../test/deferred';
import type { ActivityRow } from '../../shared/activity';

let fixture: CommandFixture;
let rows: ActivityRow[];

const endedMs = new Date(2026, 10, 2, 9, 5, 7).getTime();

function row(id: number, changes: Partial<ActivityRow> = {}): ActivityRow {
  return {
    id,
    method: 'GET',
    target: { host: 'example.com', port: 80 },
    route: { kind: 'upstream' },
    status: 200,
    endedMs,
    durationMs: 12.4,
    downBytes: 999,
    upBytes: 0,
    problem: undefined,
    trace: [],
    ...changes,
  };
}

beforeEach(async () => {
  fixture = await CommandFixture.create();
  await fixture.listen();
  rows = [];
  fixture.core.answer('read-activity', ({ afterId }) => ({
    kind: 'activity',
    rows: rows.filter(({ id }) => id > afterId),
  }));
});

afterEach(() => fixture.remove());

describe('latchkey activity', () => {
  it('prints a line for each request, newest last', async () => {
    const origin = { role: 'origin', address: { host: 'example.com', port: 80 } } as const;
    rows = [
      row(1),
      row(2, { route: { kind: 'direct', rule: '*.local' }, downBytes: 1_000, upBytes: 12_345 }),
      row(3, { route: { kind: 'local' }, downBytes: 123_456, upBytes: 999_999_999 }),
      row(4, { method: 'CONNECT', downBytes: undefined, upBytes: undefined }),
      row(5, {
        route: undefined,
        status: undefined,
        target: undefined,
        problem: { kind: 'connection-refused', hop: origin },
      }),
      row(6, { method: 'HEAD', own: { count: 3, logonCount: 1, sinceMs: endedMs }, downBytes: 3e12 }),
      row(7, { target: { host: '2001:db8::1', port: 443 } }),
    ];
    const { code, out } = await fixture.run(['activity']);
    expect(out).toEqual([
      '09:05:07 GET example.com:80 upstream 200 12 ms, 999 bytes down, 0 bytes up',
      '09:05:07 GET example.com:80 direct (*.local) 200 12 ms, 1.0 kB down, 12.3 kB up',
      '09:05:07 GET example.com:80 local 200 12 ms, 123 kB down, 1.0 GB up',
      '09:05:07 CONNECT example.com:80 upstream 200 12 ms, open',
      '09:05:07 GET - - no answer 12 ms, 999 bytes down, 0 bytes up: Example.com:80 refuses the connection.',
      '09:05:07 HEAD example.com:80 own 200 12 ms, 3.0 TB down, 0 bytes up',
      '09:05:07 GET [2001:db8::1]:443 upstream 200 12 ms, 999 bytes down, 0 bytes up',
    ]);
    expect(code).toBe(0);
  });

  it('prints the newest twenty, or so many', async () => {
    rows = Array.from({ length: 30 }, (_, index) => row(index + 1));
    const printed = async (...args: string[]): Promise<number[]> =>
      (await fixture.run(['activity', '--json', ...args])).out.map(
        (line) => (JSON.parse(line) as ActivityRow).id,
      );
    expect(await printed()).toEqual(Array.from({ length: 20 }, (_, index) => index + 11));
    expect(await printed('--last', '2')).toEqual([29, 30]);
    expect(await printed('--last', '0')).toEqual([]);
    expect(await printed('--last', '10000')).toHaveLength(30);
    rows = [];
    expect(await printed()).toEqual([]);
  });

  it('gives each row as a line of JSON', async () => {
    rows = [row(1)];
    const { out } = await fixture.run(['activity', '--json']);
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0] ?? '')).toEqual(JSON.parse(JSON.stringify(row(1))));
  });

  it('follows until it is stopped, without a gap and without a row twice', async () => {
    rows = [row(1), row(2), row(3)];
    const stopped = deferred<void>();
    const terminal = fixture.terminal('', { untilStopped: () => stopped.promise });
    const followed = fixture.run(['activity', '--follow', '--last', '1', '--json'], terminal);
    const ids = (): number[] => terminal.outLines.map((line) => (JSON.parse(line) as ActivityRow).id);
    await expect.poll(ids).toEqual([3]);
    await expect.poll(() => fixture.core.watchers).toBe(1);
    rows.push(row(4), row(5));
    fixture.core.set({ lastActivityId: 5 });
    await expect.poll(ids).toEqual([3, 4, 5]);
    rows.push(row(6));
    fixture.core.set({ lastActivityId: 6 });
    await expect.poll(ids).toEqual([3, 4, 5, 6]);
    stopped.resolve();
    expect((await followed).code).toBe(0);
    await expect.poll(() => fixture.core.watchers).toBe(0);
  });

  it('follows from the end with --last 0, and from the start of an empty list', async () => {
    rows = [row(1)];
    const stopped = deferred<void>();
    const terminal = fixture.terminal('', { untilStopped: () => stopped.promise });
    const followed = fixture.run(['activity', '-f', '--last', '0'], terminal);
    await expect.poll(() => fixture.core.watchers).toBe(1);
    rows.push(row(2));
    fixture.core.set({ lastActivityId: 2 });
    await expect.poll(() => terminal.outLines).toHaveLength(1);
    stopped.resolve();
    await followed;
  });

  it('says that Latchkey has ended meanwhile', async () => {
    await fixture.remove();
    fixture = await CommandFixture.create();
    const close = await fixture.listen();
    const followed = fixture.run(['activity', '--follow']);
    await expect.poll(() => fixture.core.watchers).toBe(1);
    await close();
    expect(await followed).toMatchObject({ code: 1, error: 'latchkey: Latchkey is stopping.' });
  });

  it.each([
    [['--last', 'x'], "so many are from 0 to 10000, not 'x'"],
    [['--last', '10001'], "so many are from 0 to 10000, not '10001'"],
    [['now'], "Unexpected argument 'now'"],
  ])('ends with exit code 2 for %j', async (args, words) => {
    const { code, error } = await fixture.run(['activity', ...args]);
    expect(error).toContain(words);
    expect(code).toBe(2);
  });
});
