import { describe, expect, it } from 'vitest';
import type { ActivityRow } from '../../shared/activity';
import type { Hop, Problem } from '../../shared/problem';
import { RecentProblems } from './recent-problems';

const companyProxy: Hop = { role: 'upstream', address: { host: 'proxy.corp', port: 8080 } };
const silent: Problem = { kind: 'silent', hop: companyProxy };
const noAnswer: Problem = { kind: 'connect-timed-out', hop: companyProxy };
let lastId = 0;

function row(
  host: string,
  problem?: Problem,
  route: ActivityRow['route'] = { kind: 'upstream' },
): ActivityRow {
  lastId += 1;
  return {
    id: lastId,
    method: 'GET',
    target: { host, port: 80 },
    route,
    status: problem === undefined ? 200 : 504,
    endedMs: lastId * 1000,
    durationMs: 1,
    downBytes: 0,
    upBytes: 0,
    problem,
    trace: [],
  };
}

function after(...rows: readonly ActivityRow[]): readonly string[] {
  const problems = new RecentProblems();
  for (const each of rows) problems.take(each);
  return problems.gravestFirst().map(({ target, problem }) => `${target} ${problem.kind}`);
}

describe('the recent problems', () => {
  it('are one for each host, newest first', () => {
    expect(after(row('a', silent), row('b', silent), row('a', silent))).toEqual([
      'a:80 silent',
      'b:80 silent',
    ]);
  });

  it('begin with what stops everything', () => {
    const direct: Problem = {
      kind: 'unreachable',
      hop: { role: 'origin', address: { host: 'nas', port: 80 } },
      detail: '',
    };
    expect(
      after(row('a', noAnswer), row('b', silent), row('nas', direct, { kind: 'direct', rule: 'nas' })),
    ).toEqual(['a:80 connect-timed-out', 'b:80 silent', 'nas:80 unreachable']);
  });

  it('leave when their host is reached, and no other', () => {
    expect(after(row('a', silent), row('b', silent), row('a'))).toEqual(['b:80 silent']);
  });

  it('leave when the company proxy is reached, if that was what they met', () => {
    expect(after(row('a', noAnswer), row('b', silent), row('c'))).toEqual(['b:80 silent']);
    // Going direct says nothing of the company proxy.
    expect(after(row('a', noAnswer), row('c', undefined, { kind: 'direct', rule: 'c' }))).toEqual([
      'a:80 connect-timed-out',
    ]);
  });

  it('are none that the connection tells already', () => {
    const account = { domain: 'CORP', user: 'alice' };
    expect(after(row('a', { kind: 'credential-refused', hop: companyProxy, account }))).toEqual([]);
    expect(after(row('a', { kind: 'sign-in-paused', hop: companyProxy, account }))).toEqual([]);
  });

  it('are not kept without end', () => {
    expect(after(...Array.from({ length: 30 }, (_, index) => row(`h${index}`, silent)))).toHaveLength(20);
  });

  it('know the rule by which they went direct', () => {
    const problems = new RecentProblems();
    problems.take({
      ...row('nas', { kind: 'internal' }, { kind: 'direct', rule: '*.corp' }),
      trace: [{ kind: 'rule', rule: '*.corp', atMs: 0 }],
    });
    expect(problems.gravestFirst()).toMatchObject([{ rule: '*.corp' }]);
    problems.clear();
    expect(problems.gravestFirst()).toEqual([]);
  });
});
