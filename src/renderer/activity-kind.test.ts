import { describe, expect, it } from 'vitest';
import type { ActivityRow } from '../shared/activity';
import type { Hop } from '../shared/problem';
import { en } from '../shared/words/en';
import { fitting, groupRows, textsIn } from './activity-groups';
import { type ActivityFilter, amountOf, detailOf, kindOf, lineOf, statusOf, targetOf } from './activity-kind';
import { withNew } from './use-activity';

const hop: Hop = { role: 'upstream', address: { host: 'proxy.corp', port: 8080 } };

function row(more: Partial<ActivityRow> = {}): ActivityRow {
  return {
    id: 1,
    method: 'CONNECT',
    target: { host: 'github.com', port: 443 },
    route: { kind: 'upstream' },
    status: 200,
    endedMs: Date.UTC(2026, 10, 17, 13, 36, 7),
    durationMs: 84.4,
    downBytes: 3_100_000,
    upBytes: 100_000,
    problem: undefined,
    trace: [{ kind: 'upstream', upstream: hop.address, atMs: 1 }],
    ...more,
  };
}

const direct = row({ route: { kind: 'direct', rule: '*.corp' }, target: { host: 'wiki.corp', port: 80 } });
const refused = row({
  status: 403,
  problem: { kind: 'target-refused', hop, account: { domain: 'CORP', user: 'alice' } },
});

const ownRow = row({
  method: 'HEAD',
  target: { host: 'nobody.test', port: 80 },
  status: 503,
  downBytes: undefined,
  upBytes: undefined,
  own: { count: 16, logonCount: 4, sinceMs: 0 },
});

describe('kindOf', () => {
  it.each([
    ['upstream', row()],
    ['direct', direct],
    ['refused', refused],
    ['refused', row({ problem: { kind: 'client-denied' }, route: undefined })],
    ['trouble', row({ status: 504, problem: { kind: 'silent', hop } })],
    ['trouble', row({ status: 502 })],
    ['own', ownRow],
  ])('%s', (kind, given) => {
    expect(kindOf(given)).toBe(kind);
  });
});

describe('the words of a row', () => {
  it('say how it went', () => {
    expect(detailOf(row(), en) + statusOf(row())).toBe('CONNECT · via proxy.corp · 200');
    expect(detailOf(direct, en)).toBe('CONNECT · direct, by *.corp');
    expect(detailOf(refused, en)).toBe('CONNECT · refused by proxy.corp');
    expect(detailOf(row({ problem: { kind: 'client-denied' } }), en)).toBe('CONNECT · refused by Latchkey');
    expect(statusOf(row({ status: undefined }))).toBe('');
  });

  it('leave out the port of plain HTTP', () => {
    expect(targetOf(row(), en)).toBe('github.com:443');
    expect(targetOf(direct, en)).toBe('wiki.corp');
    expect(targetOf(row({ target: undefined }), en)).toBe('Unreadable request');
  });

  it('count the bytes of both ways', () => {
    expect(amountOf(row(), en)).toBe('3.2 MB');
    expect(amountOf(row({ downBytes: 0, upBytes: 0 }), en)).toBe('0');
    expect(amountOf(row({ downBytes: undefined, upBytes: undefined }), en)).toBe('');
  });

  it('say that Latchkey itself has asked, and how often', () => {
    expect(detailOf(ownRow, en) + statusOf(ownRow)).toBe('Latchkey’s own: keeps a connection ready');
    expect(amountOf(ownRow, en)).toBe('16×');
    expect(amountOf({ ...ownRow, own: { count: 1, logonCount: 1, sinceMs: 0 } }, en)).toBe('');
    expect(lineOf(ownRow, en)).toBe(
      '2026-11-17T13:36:07.000Z\tHEAD\tnobody.test\tLatchkey’s own: keeps a connection ready\t503\t84 ms\t16×',
    );
  });

  it('make one line to copy', () => {
    expect(lineOf(row(), en)).toBe(
      '2026-11-17T13:36:07.000Z\tCONNECT\tgithub.com:443\tvia proxy.corp\t200\t84 ms\t3.2 MB',
    );
  });
});

const fits = (given: ActivityRow, filter: ActivityFilter): boolean => fitting(filter, textsIn(en))(given);

describe('fitting', () => {
  it.each([
    ['', 'all', true],
    ['GITHUB', 'all', true],
    ['200', 'all', true],
    ['github 200', 'all', true],
    ['github 504', 'all', false],
    ['', 'upstream', true],
    ['', 'direct', false],
    ['', 'refused', false],
  ] as const)('text "%s" and kind %s: %s', (text, kind, expected) => {
    expect(fits(row(), { text, kind, hasOwn: true })).toBe(expected);
  });

  it('finds a rule', () => {
    expect(fits(direct, { text: '*.corp', kind: 'direct', hasOwn: true })).toBe(true);
    expect(fits(refused, { text: '', kind: 'refused', hasOwn: true })).toBe(true);
  });

  it.each([
    ['', 'all', true, true],
    ['latchkey ready', 'upstream', true, true],
    ['503', 'all', true, false],
    ['', 'direct', true, false],
    ['', 'refused', true, false],
    ['', 'all', false, false],
    ['', 'upstream', false, false],
  ] as const)(
    'a row of Latchkey’s own: text "%s", kind %s, own ones %s: %s',
    (text, kind, hasOwn, expected) => {
      expect(fits(ownRow, { text, kind, hasOwn })).toBe(expected);
    },
  );

  it('hides no other rows with Latchkey’s own', () => {
    expect(fits(row(), { text: '', kind: 'all', hasOwn: false })).toBe(true);
  });
});

describe('fitting by time', () => {
  const endedMs = row().endedMs;
  it.each([
    ['what has ended in it', endedMs - 10, endedMs + 10, true],
    ['a tunnel that was open all the time', endedMs - 80, endedMs - 20, true],
    ['what has ended before', endedMs + 1, endedMs + 10, false],
    ['what has begun after', endedMs - 200, endedMs - 100, false],
  ])('%s', (_what, fromMs, untilMs, expected) => {
    expect(fits(row(), { text: '', kind: 'all', hasOwn: true, around: { fromMs, untilMs } })).toBe(expected);
  });
});

describe('groupRows', () => {
  const group = (rows: readonly ActivityRow[]) => groupRows(rows, textsIn(en));

  it('makes one of those that went the same way to the same host, where the newest is', () => {
    const other = row({ id: 2, target: { host: 'api.github.com', port: 443 } });
    const groups = group([
      row({ id: 1, downBytes: 10, upBytes: 1 }),
      other,
      row({ id: 3, downBytes: undefined, upBytes: undefined, target: { host: 'GitHub.com', port: 443 } }),
      row({ id: 4, downBytes: 5, upBytes: 0, status: 204 }),
    ]);
    expect(groups.map(({ rows }) => rows.map(({ id }) => id))).toEqual([[4, 3, 1], [2]]);
    expect(groups[0]).toMatchObject({ count: 3, bytes: 16, kind: 'upstream' });
  });

  it('keeps apart what differs: port, tunnel, route, outcome', () => {
    const rows = [
      row({ id: 1 }),
      row({ id: 2, target: { host: 'github.com', port: 8443 } }),
      row({ id: 3, method: 'GET' }),
      row({ id: 4, route: { kind: 'direct', rule: '*.com' } }),
      row({ id: 5, route: { kind: 'direct', rule: 'github.com' } }),
      row({ id: 6, status: 504 }),
      { ...refused, id: 7 },
    ];
    expect(group(rows)).toHaveLength(rows.length);
  });

  it('has the same name while more of them come, and none for bytes that nobody knows', () => {
    const open = { downBytes: undefined, upBytes: undefined };
    const [before] = group([row({ id: 1, ...open })]);
    const [after] = group([row({ id: 1, ...open }), row({ id: 2, ...open })]);
    expect(after?.id).toBe(before?.id);
    expect(after).toMatchObject({ bytes: undefined, count: 2 });
  });

  it('counts Latchkey’s own by how often it has asked', () => {
    const more = { ...ownRow, id: 2, own: { count: 4, logonCount: 0, sinceMs: 5 } };
    expect(group([ownRow, more])).toMatchObject([{ kind: 'own', count: 20, bytes: undefined }]);
  });

  it('groups 40 hosts with 1,000 rows each by one look at each row', () => {
    const rows = Array.from({ length: 40_000 }, (_, index) =>
      row({ id: index + 1, target: { host: `host-${index % 40}.test`, port: 443 } }),
    );
    const looks = { count: 0 };
    const texts = textsIn(en);
    const textsOf = (each: ActivityRow) => {
      looks.count += 1;
      return texts(each);
    };
    const groups = groupRows(rows, textsOf);
    expect(groups).toHaveLength(40);
    expect(groups.every(({ count }) => count === 1_000)).toBe(true);
    expect(looks.count).toBeLessThanOrEqual(rows.length + groups.length);
    // What is shown of a row is made once.
    const first = rows[0];
    if (first !== undefined) expect(texts(first)).toBe(texts(first));
  });
});

describe('withNew', () => {
  const ids = (rows: readonly ActivityRow[]): number[] => rows.map(({ id }) => id);

  it('puts newer rows behind the others', () => {
    expect(ids(withNew([row({ id: 1 })], [row({ id: 2 }), row({ id: 3 })]))).toEqual([1, 2, 3]);
  });

  it('has one row of the same thing, also when some between were never seen', () => {
    const first = withNew([], [row({ id: 1 }), row({ id: 2 })]);
    const second = withNew(first, [row({ id: 5, replaces: 1 })]);
    expect(ids(second)).toEqual([2, 5]);
    expect(ids(withNew(second, [row({ id: 9, replaces: 1 }), row({ id: 10 })]))).toEqual([2, 9, 10]);
  });
});
