import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DayEvent, DayRecord } from '../../shared/activity-day';
import type { EngineEvent } from '../../shared/event';
import type { TrafficBook } from '../platform/ports';
import { DayLog, maxEvents } from './day-log';

type Book = Pick<TrafficBook, 'recallRecord' | 'keepRecord'>;

const nine = new Date(2026, 10, 17, 9).getTime();
const minute = 60_000;
const account = { domain: 'CORP', user: 'alice' };
const upstream = { host: 'proxy.corp', port: 8080 };
const other = { host: 'proxy2.corp', port: 8080 };

let log: DayLog;

beforeEach(() => {
  vi.useFakeTimers({ now: nine });
  log = new DayLog(Date.now);
});

afterEach(() => {
  log.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function later(minutes: number): void {
  vi.setSystemTime(Date.now() + minutes * minute);
}

/** Oldest first, as it was told. */
function events(): readonly DayEvent[] {
  return log.state(0, []).events.toReversed();
}

function logon(kind: 'logon-accepted' | 'logon-refused' | 'logon-unanswered'): EngineEvent {
  const about = { account, upstream };
  return kind === 'logon-accepted' ? { kind, method: 'NTLMv2', ...about } : { kind, ...about };
}

function reach(reachability: 'reachable' | 'unreachable' | 'unknown', by = upstream): void {
  log.takeAppEvent({
    kind: 'reachability',
    reachability,
    upstream: by,
    offNetwork: 'direct',
    hasSignedIn: false,
  });
}

function finished(
  host: string,
  bytes: { down: number; up: number } | undefined,
): Parameters<DayLog['addTraffic']> {
  const target = { host, port: 443 };
  return [
    target,
    {
      kind: 'request-finished',
      id: 1,
      method: 'CONNECT',
      target,
      route: { kind: 'upstream' },
      status: 200,
      durationMs: 1,
      problem: undefined,
      bytes,
      trace: [],
    },
  ];
}

describe('DayLog', () => {
  it('tells networks apart, and no line of what is no news', () => {
    log.takeAppEvent({ kind: 'listening' });
    reach('unreachable');
    later(5);
    reach('unknown');
    reach('reachable');
    reach('reachable');
    later(10);
    reach('reachable', other);
    later(10);
    reach('unreachable');
    later(10);
    reach('reachable');
    expect(events().map(({ kind }) => kind)).toEqual([
      'switched',
      'elsewhere',
      'on-company-network',
      'upstream-changed',
      'elsewhere',
      'on-company-network',
    ]);
    expect(events().at(2)).toEqual({
      kind: 'on-company-network',
      atMs: nine + 5 * minute,
      upstream,
      isBack: false,
    });
    expect(events().at(-1)).toMatchObject({ isBack: true });
    expect(log.state(0, []).presence).toEqual([
      { where: 'elsewhere', fromMs: nine, untilMs: nine + 5 * minute },
      { where: 'company', fromMs: nine + 5 * minute, untilMs: nine + 25 * minute },
      { where: 'elsewhere', fromMs: nine + 25 * minute, untilMs: nine + 35 * minute },
      { where: 'company', fromMs: nine + 35 * minute, untilMs: nine + 35 * minute },
    ]);
  });

  it('knows nothing of where the Mac is while it is off', () => {
    log.takeAppEvent({ kind: 'listening' });
    reach('reachable');
    later(3);
    log.takeAppEvent({ kind: 'switched-off' });
    log.takeAppEvent({ kind: 'switched-off' });
    later(3);
    expect(log.state(0, []).presence).toEqual([
      { where: 'company', fromMs: nine, untilMs: nine + 3 * minute },
    ]);
    expect(events().at(-1)).toEqual({ kind: 'switched', isOn: false, atMs: nine + 3 * minute });
  });

  it('counts logons that nothing has come between in one line', () => {
    log.takeEngineEvent(logon('logon-accepted'));
    later(2);
    log.takeEngineEvent(logon('logon-accepted'));
    log.takeEngineEvent({ ...logon('logon-accepted'), upstream: other } as EngineEvent);
    expect(events()).toEqual([
      { kind: 'signed-in', account, upstream, logons: 2, atMs: nine, untilMs: nine + 2 * minute },
      {
        kind: 'signed-in',
        account,
        upstream: other,
        logons: 1,
        atMs: nine + 2 * minute,
        untilMs: nine + 2 * minute,
      },
    ]);
  });

  it('names the logon that a new password was accepted with', () => {
    log.takeEngineEvent({ kind: 'credential-changed', account });
    log.takeEngineEvent(logon('logon-accepted'));
    expect(events()).toEqual([
      { kind: 'password-accepted', account, upstream, logons: 1, atMs: nine, untilMs: nine },
    ]);
  });

  it('tells a password that is dead from a logon that was refused, whichever is told first', () => {
    const refused: EngineEvent = { kind: 'credential-standing', account, standing: 'refused' };
    log.takeEngineEvent(logon('logon-refused'));
    expect(events()).toMatchObject([{ kind: 'logon-refused', logons: 1, isFinal: false }]);
    log.takeEngineEvent(refused);
    log.takeEngineEvent(logon('logon-refused'));
    expect(events()).toMatchObject([{ kind: 'logon-refused', logons: 2, isFinal: true }]);
    log.takeEngineEvent({ kind: 'credential-changed', account });
    log.takeEngineEvent({ kind: 'credential-standing', account, standing: 'proven' });
    log.takeEngineEvent(logon('logon-refused'));
    expect(events().at(-1)).toMatchObject({ logons: 1, isFinal: false });
    log.takeEngineEvent(logon('logon-unanswered'));
    log.tellLogon('unanswered', account, upstream);
    expect(events().at(-1)).toMatchObject({ kind: 'logon-unanswered', logons: 2 });
    log.takeEngineEvent({ kind: 'kerberos', upstream, trouble: undefined });
    expect(events().at(-1)).toMatchObject({ kind: 'signed-in-with-ticket', upstream });
  });

  it('knows how long the Mac slept, and takes its moments awake for sleep', () => {
    reach('reachable');
    later(1);
    log.suspend(3);
    later(30);
    log.resume();
    log.suspend(0);
    log.suspend(0);
    later(4);
    log.resume();
    reach('reachable');
    expect(events().slice(1)).toEqual([
      { kind: 'asleep', atMs: nine + minute, untilMs: nine + 35 * minute, openTunnels: 3 },
    ]);
    expect(log.state(0, []).presence.map(({ untilMs }) => untilMs - nine)).toEqual([minute, 35 * minute]);
  });

  it('knows of a sleep afterwards where nobody said so before', () => {
    reach('reachable');
    later(60);
    log.resume(nine + 10 * minute);
    expect(events().at(-1)).toEqual({
      kind: 'asleep',
      atMs: nine + 10 * minute,
      untilMs: nine + 60 * minute,
      openTunnels: undefined,
    });
    expect(log.state(0, []).presence).toEqual([
      { where: 'company', fromMs: nine, untilMs: nine + 10 * minute },
    ]);
    // A waking that followed no sleep is none.
    log.resume();
    expect(events()).toHaveLength(2);
  });

  it('tells who has taken the Mac’s proxy setting, and for how long', () => {
    const url = 'http://vpn.corp/secret.pac?user=alice';
    log.takeSystemProxy({ kind: 'on', mode: 'manual', services: [], notes: [] });
    log.takeSystemProxy({ kind: 'not-in-force', holder: { kind: 'pac', url }, notes: [] });
    later(11);
    log.takeSystemProxy({ kind: 'not-in-force', holder: { kind: 'pac', url }, notes: [] });
    log.takeSystemProxy({ kind: 'changing', to: 'on', notes: [] });
    log.takeSystemProxy({ kind: 'on', mode: 'manual', services: [], notes: [] });
    // There is no network.
    log.takeSystemProxy({ kind: 'not-in-force', holder: undefined, notes: [] });
    log.takenBack({ kind: 'proxy', address: { host: '127.0.0.1', port: 9090 } });
    log.takeSystemProxy({ kind: 'taken-over', holder: undefined, notes: [] });
    expect(events()).toEqual([
      {
        kind: 'proxy-behind',
        holder: { kind: 'pac', host: 'vpn.corp' },
        atMs: nine,
        untilMs: nine + 11 * minute,
      },
      {
        kind: 'proxy-taken-back',
        holder: { kind: 'proxy', address: { host: '127.0.0.1', port: 9090 } },
        atMs: nine + 11 * minute,
      },
      { kind: 'proxy-taken', holder: undefined, atMs: nine + 11 * minute, untilMs: undefined },
    ]);
    expect(JSON.stringify(log.state(0, []))).not.toContain('secret');
  });

  it('adds up hosts, and says what a rule covers', () => {
    log.addTraffic(...finished('packages.example.org', undefined));
    log.addTraffic(
      { host: 'packages.example.org', port: 443 },
      {
        kind: 'tunnel-ended',
        id: 1,
        durationMs: 5,
        bytes: { down: 700, up: 7 },
      },
    );
    log.addTraffic(...finished('www.example.org', { down: 1, up: 1 }));
    const [, event] = finished('', undefined);
    log.addTraffic(undefined, event);
    expect(log.state(1, [])).toMatchObject({
      day: '2026-11-17',
      requestCount: 2,
      hostCount: 2,
      hosts: [{ host: 'packages.example.org', count: 1, downBytes: 700, upBytes: 7 }],
    });
    expect(log.covered(['packages.example.org', '*.example.org'])).toEqual([1, 2]);
  });

  it('keeps so many lines, the newest', () => {
    for (let number = 0; number < maxEvents + 5; number += 1) {
      reach(number % 2 === 0 ? 'reachable' : 'unreachable');
      later(0.01);
    }
    expect(events()).toHaveLength(maxEvents);
    expect(events().at(-1)?.kind).toBe('on-company-network');
  });

  it('begins anew at midnight, with what goes on', () => {
    const kept: [string, DayRecord][] = [];
    log.close();
    log = new DayLog(Date.now, {
      recallRecord: () => undefined,
      keepRecord: (day, record) => kept.push([day, record()]),
    });
    log.takeAppEvent({ kind: 'listening' });
    reach('reachable');
    log.addTraffic(...finished('page.test', { down: 1, up: 1 }));
    log.takeSystemProxy({ kind: 'taken-over', holder: undefined, notes: [] });
    vi.advanceTimersToNextTimer();
    const midnight = new Date(2026, 10, 18).getTime();
    expect(kept.at(-1)).toEqual([
      '2026-11-18',
      {
        hosts: [],
        others: { count: 0, hostCount: 0, downBytes: 0, upBytes: 0 },
        events: [{ kind: 'proxy-taken', holder: undefined, atMs: midnight, untilMs: undefined }],
        presence: [{ where: 'company', fromMs: midnight, untilMs: midnight }],
      },
    ]);
    // The same network is no news on the next day.
    reach('reachable');
    expect(events()).toHaveLength(1);
  });

  it('goes on after a restart where it ended, without what nobody saw the end of', () => {
    let record: (() => DayRecord) | undefined;
    const book: Book = {
      recallRecord: () => record?.(),
      keepRecord: (_day, asked) => (record = asked),
    };
    log.close();
    log = new DayLog(Date.now, book);
    log.takeAppEvent({ kind: 'listening' });
    reach('reachable');
    log.addTraffic(...finished('page.test', { down: 1, up: 1 }));
    log.takeSystemProxy({ kind: 'taken-over', holder: undefined, notes: [] });
    later(1);
    log.close();
    const ended = record?.();
    log = new DayLog(Date.now, { ...book, recallRecord: () => ended });
    later(10);
    reach('reachable');
    expect(events().map(({ kind }) => kind)).toEqual(['switched', 'on-company-network', 'switched']);
    expect(log.state(5, []).hosts).toHaveLength(1);
    expect(log.state(5, []).presence.map(({ fromMs, untilMs }) => [fromMs - nine, untilMs - nine])).toEqual([
      [0, minute],
      [11 * minute, 11 * minute],
    ]);
  });
});
