import type { ActivityRow } from '../../src/shared/activity';
import type { ActivityDay, DayEvent } from '../../src/shared/activity-day';
import type { Account, HostPort } from '../../src/shared/settings';
import type { TrafficStep } from '../../src/shared/traffic';

const alice: Account = { domain: 'CORP', user: 'alice' };
const proxy: HostPort = { host: 'proxy.corp', port: 8080 };

/** A moment of the Tuesday of all examples. */
function at(hour: number, minute: number): number {
  return new Date(2026, 10, 17, hour, minute).getTime();
}

function logon(hour: number, minute: number, logons = 1, untilMs = at(hour, minute)) {
  return { account: alice, upstream: proxy, logons, atMs: at(hour, minute), untilMs };
}

const events: readonly DayEvent[] = [
  { kind: 'password-accepted', ...logon(14, 21, 3, at(14, 34)) },
  { kind: 'logon-refused', isFinal: true, ...logon(14, 20) },
  {
    kind: 'proxy-behind',
    holder: { kind: 'pac', host: 'vpn.corp' },
    atMs: at(13, 58),
    untilMs: at(14, 9),
  },
  { kind: 'on-company-network', upstream: proxy, isBack: true, atMs: at(13, 5) },
  { kind: 'asleep', atMs: at(12, 31), untilMs: at(13, 5), openTunnels: 0 },
  {
    kind: 'proxy-taken-back',
    holder: { kind: 'proxy', address: { host: '127.0.0.1', port: 9090 } },
    atMs: at(11, 20),
  },
  { kind: 'signed-in', ...logon(8, 5, 12, at(11, 2)) },
  { kind: 'on-company-network', upstream: proxy, isBack: false, atMs: at(8, 4) },
  { kind: 'elsewhere', atMs: at(7, 6) },
  { kind: 'switched', isOn: true, atMs: at(7, 6) },
];

/** The day of the examples, with every kind of line that is usual. */
export function exampleDay(hours: readonly TrafficStep[], hosts: number): ActivityDay {
  const all = [
    { host: 'mirror.example.org', count: 3, downBytes: 858_000_000, upBytes: 2_000_000 },
    {
      host: 'a1b2c3d4e5f6.eu-central-1.cache.cdn.example',
      count: 40,
      downBytes: 410_000_000,
      upBytes: 2_000_000,
    },
    { host: 'video.example.com', count: 7, downBytes: 229_000_000, upBytes: 1_000_000 },
    { host: 'github.com', count: 14, downBytes: 8_000_000, upBytes: 400_000 },
  ];
  return {
    day: '2026-11-17',
    hours,
    requestCount: 412,
    hostCount: 12,
    hosts: all.slice(0, hosts),
    events,
    presence: [
      { where: 'elsewhere', fromMs: at(7, 6), untilMs: at(8, 4) },
      { where: 'company', fromMs: at(8, 4), untilMs: at(12, 31) },
      { where: 'company', fromMs: at(13, 5), untilMs: at(14, 36) },
    ],
  };
}

/** What `count-covered` says in the examples. */
export function exampleCovered(rules: readonly string[]): readonly number[] {
  return rules.map((rule) => (rule.includes('*') || rule.startsWith('.') ? 230 : 212));
}

/** A day of work: some hosts often, in the order in which it went. @param make one row, so many seconds ago */
export function groupedRows(
  make: (id: number, secondsAgo: number, more: Partial<ActivityRow>) => ActivityRow,
): readonly ActivityRow[] {
  const rows: ActivityRow[] = [];
  const add = (secondsAgo: number, more: Partial<ActivityRow>): void => {
    rows.push(make(rows.length + 1, secondsAgo, more));
  };
  const packages = { host: 'packages.example.org', port: 443 };
  const github = { host: 'github.com', port: 443 };
  for (let left = 212; left > 0; left -= 1)
    add(4 + left * 15, { target: packages, downBytes: 50_000 + ((left * 7919) % 9_000), upBytes: 2_000 });
  for (let left = 31; left > 0; left -= 1)
    add(11 + left * 60, {
      method: 'GET',
      target: { host: 'wiki.corp', port: 80 },
      route: { kind: 'direct', rule: '*.corp' },
      downBytes: 30_000,
      upBytes: 300,
    });
  for (let left = 6; left > 0; left -= 1)
    add(28 + left, {
      target: { host: 'ads.example.net', port: 25 },
      status: 403,
      downBytes: 0,
      upBytes: 0,
      problem: {
        kind: 'target-refused',
        hop: { role: 'upstream', address: proxy },
        account: alice,
      },
    });
  for (let left = 11; left > 0; left -= 1)
    add(40 + left * 87, { target: github, downBytes: 300_000, upBytes: 18_000 });
  add(39, { target: github, downBytes: 620_000, upBytes: 20_000 });
  add(18, { target: github, downBytes: 1_050_000, upBytes: 50_000 });
  add(3, { target: github, downBytes: 3_100_000, upBytes: 100_000 });
  const inOrder = rows.toSorted((one, other) => one.endedMs - other.endedMs);
  return inOrder.map((row, index) => Object.assign(row, { id: index + 1 }));
}

/** The way of a request for which a PAC has named two company proxies, of which one does not answer. */
export function pacRow(
  make: (id: number, secondsAgo: number, more: Partial<ActivityRow>) => ActivityRow,
): ActivityRow {
  const proxy2 = { host: 'proxy2.corp', port: 8080 };
  return make(216, 1, {
    target: { host: 'build.cloud.example', port: 443 },
    downBytes: 3_100_000,
    upBytes: 100_000,
    trace: [
      { kind: 'rule', rule: undefined, atMs: 0 },
      { kind: 'pac', answer: 'PROXY proxy2.corp:8080; PROXY proxy.corp:8080; DIRECT', line: 42, atMs: 0.4 },
      { kind: 'route', route: 'upstream', atMs: 0.5 },
      { kind: 'passed-by', hop: proxy2, why: 'connect-timed-out', isKnown: false, atMs: 2_003 },
      { kind: 'upstream', upstream: proxy, atMs: 2_004 },
      { kind: 'sign-in', hasLogon: false, atMs: 2_004 },
      { kind: 'answer', status: 200, atMs: 2_110 },
    ],
  });
}
