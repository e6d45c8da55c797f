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

type Own = EngineEvent & { readonly kind: 'own-request' };

function own(changes: Pick<Own, 'hasLogon'> & Partial<Own>): Own {
  return {
    kind: 'own-request',
    upstream: { host: 'proxy.corp', port: 8080 },
    method: 'HEAD',
    target: { host: 'nobody.test', port: 80 },
    status: 503,
    durationMs: 20,
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

  it('has one row for Latchkey’s own requests of some minutes', () => {
    const log = new ActivityLog();
    log.addOwn(own({ hasLogon: true, status: 503, durationMs: 20 }), 1_000);
    expect(log.after(0)).toEqual([
      {
        id: 1,
        method: 'HEAD',
        target: { host: 'nobody.test', port: 80 },
        route: { kind: 'upstream' },
        status: 503,
        endedMs: 1_000,
        durationMs: 20,
        downBytes: undefined,
        upBytes: undefined,
        problem: undefined,
        trace: [
          { kind: 'upstream', upstream: { host: 'proxy.corp', port: 8080 }, atMs: 0 },
          { kind: 'sign-in', hasLogon: true, atMs: 0 },
          { kind: 'answer', status: 503, atMs: 20 },
        ],
        own: { count: 1, logonCount: 1, sinceMs: 1_000 },
      },
    ]);
    log.add(finished(1), 1_500);
    log.addOwn(own({ hasLogon: true }), 2_000);
    log.addOwn(own({ hasLogon: false }), 300_999);
    // The first one is named by each: whoever has seen it knows no other.
    expect(log.after(0).map(({ id, replaces }) => [id, replaces])).toEqual([
      [2, undefined],
      [4, 1],
    ]);
    expect(log.after(3)).toMatchObject([
      {
        endedMs: 300_999,
        own: { count: 3, logonCount: 2, sinceMs: 1_000 },
        trace: [{}, { hasLogon: false }, {}],
      },
    ]);
  });

  it('begins another row for them when the first is old, and for another host or company proxy', () => {
    const log = new ActivityLog();
    log.addOwn(own({ hasLogon: true }), 1_000);
    log.addOwn(own({ hasLogon: true, target: { host: 'check.test', port: 80 } }), 1_000);
    log.addOwn(own({ hasLogon: true, upstream: { host: 'proxy2.corp', port: 8080 } }), 1_000);
    log.addOwn(own({ hasLogon: true }), 301_000);
    expect(log.after(0)).toMatchObject(
      [1_000, 1_000, 1_000, 301_000].map((sinceMs) => ({ own: { count: 1, sinceMs } })),
    );
    expect(log.after(3)[0]).not.toHaveProperty('replaces');
  });

  it('takes none of them for a problem', () => {
    const log = new ActivityLog();
    log.addOwn(own({ hasLogon: true, status: undefined }), 1_000);
    expect(log.lastProblems).toEqual([]);
    expect(log.lastId).toBe(1);
  });

  it('remembers the last problem, until its host is reached', () => {
    const log = new ActivityLog();
    const problem = { kind: 'internal' } as const;
    log.add(finished(1, { problem, status: 500 }), 9);
    expect(log.lastProblems).toEqual([{ id: 1, target: 'page.test:80', atMs: 9, problem }]);
    log.add(finished(2), 10);
    expect(log.lastProblems).toEqual([]);
    log.add(finished(3, { problem, status: 500 }), 11);
    log.forgetProblems();
    expect(log.lastProblems).toEqual([]);
  });
});
