import { describe, expect, it } from 'vitest';
import type { ActivityRow } from '../shared/activity';
import type { Hop } from '../shared/problem';
import { en } from '../shared/words/en';
import { bytesOf, detailOf, fits, kindOf, lineOf, statusOf, targetOf } from './activity-kind';

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

describe('kindOf', () => {
  it.each([
    ['upstream', row()],
    ['direct', direct],
    ['refused', refused],
    ['refused', row({ problem: { kind: 'client-denied' }, route: undefined })],
    ['trouble', row({ status: 504, problem: { kind: 'silent', hop } })],
    ['trouble', row({ status: 502 })],
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
    expect(bytesOf(row(), en)).toBe('3.2 MB');
    expect(bytesOf(row({ downBytes: 0, upBytes: 0 }), en)).toBe('0');
    expect(bytesOf(row({ downBytes: undefined, upBytes: undefined }), en)).toBe('');
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
    expect(fits(row(), { text, kind }, en)).toBe(expected);
  });

  it('finds a rule', () => {
    expect(fits(direct, { text: '*.corp', kind: 'direct' }, en)).toBe(true);
    expect(fits(refused, { text: '', kind: 'refused' }, en)).toBe(true);
  });
});
