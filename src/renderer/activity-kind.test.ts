import { describe, expect, it } from 'vitest';
import type { ActivityRow } from '../shared/activity';
import type { Hop } from '../shared/problem';
import { en } from '../shared/words/en';
import { amountOf, detailOf, fits, kindOf, lineOf, statusOf, targetOf } from './activity-kind';
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

describe('fits', () => {
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
    expect(fits(row(), { text, kind, hasOwn: true }, en)).toBe(expected);
  });

  it('finds a rule', () => {
    expect(fits(direct, { text: '*.corp', kind: 'direct', hasOwn: true }, en)).toBe(true);
    expect(fits(refused, { text: '', kind: 'refused', hasOwn: true }, en)).toBe(true);
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
      expect(fits(ownRow, { text, kind, hasOwn }, en)).toBe(expected);
    },
  );

  it('hides no other rows with Latchkey’s own', () => {
    expect(fits(row(), { text: '', kind: 'all', hasOwn: false }, en)).toBe(true);
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
