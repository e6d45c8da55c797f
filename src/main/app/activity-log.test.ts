import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../shared/event';
import { ActivityLog } from './activity-log';

type Finished = EngineEvent & { readonly kind: 'request-finished' };

function finished(id: number, changes: Partial<Finished> = {}): Finished {
  return {
    kind: 'request-finished',
    id,
    method: 'GET',
    target: { host: 'page.test', port: 80 },
    route: { kind: 'upstream' },
    status: 200,
    durationMs: 10,
    problem: undefined,
    bytes: { down: 100, up: 50 },
    trace: [],
    ...changes,
  };
}

describe('ActivityLog', () => {
  it('gives the rows after one, oldest first', () => {
    const log = new ActivityLog();
    for (const id of [11, 12, 13]) log.add(finished(id), 1_000);
    expect(log.after(0).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(log.after(2)).toEqual([
      {
        id: 3,
        method: 'GET',
        target: { host: 'page.test', port: 80 },
        route: { kind: 'upstream' },
        status: 200,
        endedMs: 1_000,
        durationMs: 10,
        downBytes: 100,
        upBytes: 50,
        problem: undefined,
        trace: [],
      },
    ]);
    expect(log.lastId).toBe(3);
  });

  it('forgets the oldest', () => {
    const log = new ActivityLog(3);
    for (const id of [1, 2, 3, 4, 5]) log.add(finished(id), 0);
    expect(log.after(0).map(({ id }) => id)).toEqual([3, 4, 5]);
  });

  it('replaces the row of a tunnel when it ends', () => {
    const log = new ActivityLog();
    log.add(finished(7, { method: 'CONNECT', bytes: undefined }), 1_000);
    log.add(finished(8), 1_500);
    expect(log.after(0)[0]?.downBytes).toBeUndefined();
    log.end({ kind: 'tunnel-ended', id: 7, durationMs: 900, bytes: { down: 5, up: 6 } }, 2_000);
    expect(log.after(0).map(({ id }) => id)).toEqual([2, 3]);
    expect(log.after(2)).toMatchObject([
      { id: 3, replaces: 1, method: 'CONNECT', endedMs: 2_000, durationMs: 900, downBytes: 5, upBytes: 6 },
    ]);
    log.end({ kind: 'tunnel-ended', id: 7, durationMs: 900, bytes: { down: 5, up: 6 } }, 2_000);
    expect(log.lastId).toBe(3);
  });

  it('remembers the last problem', () => {
    const log = new ActivityLog();
    const problem = { kind: 'internal' } as const;
    log.add(finished(1, { problem, status: 500 }), 9);
    log.add(finished(2), 10);
    expect(log.lastProblem).toEqual({ id: 1, target: 'page.test:80', atMs: 9, problem });
    log.forgetProblem();
    expect(log.lastProblem).toBeUndefined();
  });
});
