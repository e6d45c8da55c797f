import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';
import type { ActivityDay } from '../../shared/activity-day';

let fixture: CommandFixture;

function at(hour: number, minute: number): number {
  return new Date(2026, 10, 17, hour, minute).getTime();
}

const upstream = { host: 'proxy.corp', port: 8080 };
const account = { domain: 'CORP', user: 'alice' };
const day: ActivityDay = {
  day: '2026-11-17',
  hours: Array.from({ length: 24 }, (_, hour) => ({
    downBytes: hour === 10 ? 640_000_000 : 1_000,
    upBytes: hour === 10 ? 9_000_000 : 0,
  })),
  requestCount: 412,
  hostCount: 12,
  hosts: [
    { host: 'mirror.example.org', count: 3, downBytes: 858_000_000, upBytes: 2_000_000 },
    { host: 'github.com', count: 1, downBytes: 8_000, upBytes: 400 },
  ],
  events: [
    {
      kind: 'logon-refused',
      isFinal: true,
      account,
      upstream,
      logons: 1,
      atMs: at(14, 20),
      untilMs: at(14, 20),
    },
    { kind: 'asleep', atMs: at(12, 31), untilMs: at(13, 5), openTunnels: 2 },
    { kind: 'switched', isOn: true, atMs: at(8, 4) },
  ],
  presence: [
    { where: 'elsewhere', fromMs: at(7, 6), untilMs: at(8, 4) },
    { where: 'company', fromMs: at(8, 4), untilMs: at(12, 31) },
  ],
};

beforeEach(async () => {
  fixture = await CommandFixture.create();
  await fixture.listen();
  fixture.core.answer('read-today', ({ hosts }) => ({
    kind: 'today',
    today: { ...day, hosts: day.hosts.slice(0, hosts) },
  }));
  fixture.core.answer('count-covered', ({ rules }) => ({ kind: 'covered', counts: rules.map(() => 230) }));
});

afterEach(() => fixture.remove());

describe('latchkey activity --today', () => {
  it('tells what was carried, where this machine was, and what has happened, newest last', async () => {
    const { code, out } = await fixture.run(['activity', '--today']);
    expect(out).toEqual([
      '2026-11-17 412 requests to 12 hosts, 640 MB down, 9.0 MB up, 12 logons',
      'peak 640 MB down, 10 to 11',
      '07:06-08:04 elsewhere',
      '08:04-12:31 on the company network',
      '08:04 Latchkey turned on',
      '12:31 Asleep: For 34 min, 2 tunnels were open',
      '14:20 The company proxy refused the password: One logon to proxy.corp as CORP\\alice. Nothing more was sent.',
    ]);
    expect(code).toBe(0);
  });

  it('gives the same as JSON', async () => {
    const { out } = await fixture.run(['activity', '--today', '--json']);
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0] ?? '')).toEqual(JSON.parse(JSON.stringify({ ...day, logons: 12 })));
  });
});

describe('latchkey activity --hosts', () => {
  it('lists them, so many', async () => {
    expect((await fixture.run(['activity', '--hosts'])).out).toEqual([
      'mirror.example.org 3 requests, 858 MB down, 2.0 MB up',
      'github.com 1 request, 8.0 kB down, 400 bytes up',
    ]);
    const { out } = await fixture.run(['activity', '--hosts', '--last', '1', '--json']);
    expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([day.hosts[0]]);
  });
});

describe('latchkey activity --covered-by', () => {
  it('says how many requests of today a rule covers, as it would be kept', async () => {
    expect((await fixture.run(['activity', '--covered-by', '*.Example.org'])).out).toEqual([
      '*.example.org 230 requests today',
    ]);
    const { out } = await fixture.run(['activity', '--covered-by', '10/8', '--json']);
    expect(JSON.parse(out[0] ?? '')).toEqual({ rule: '10/8', requests: 230 });
  });

  it.each([
    [['--covered-by', 'http://example.org/'], "'http://example.org/' is no rule of the no-proxy list"],
    [['--covered-by', 'a', '--today'], 'cannot be used with'],
    [['--hosts', '--today'], 'cannot be used with'],
    [['--today', '--follow'], 'cannot be used with'],
  ])('ends with exit code 2 for %j', async (args, words) => {
    const { code, error } = await fixture.run(['activity', ...args]);
    expect(error).toContain(words);
    expect(code).toBe(2);
  });
});
