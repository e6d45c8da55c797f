import {
  type ActivityDay,
  type DayEvent,
  dayHolder,
  type DayRecord,
  type Unplaced,
} from '../../shared/activity-day';
import { type CalendarDay, localDay } from '../../shared/calendar-day';
import type { EngineEvent } from '../../shared/event';
import { type Account, formatAccount, formatHostPort, type HostPort } from '../../shared/settings';
import type { TrafficStep } from '../../shared/traffic';
import type { ProxyHolder, SystemProxyState } from '../../shared/system-proxy';
import type { TrafficBook } from '../platform/ports';
import { HostTotals } from './host-totals';
import { PresenceLog } from './presence-log';
import type { AppEvent } from './transition';

/** So many lines a day are kept; the oldest go. */
export const maxEvents = 300;
/** A Mac that sleeps wakes for moments of its own: they are part of its sleep. */
const awakeMs = 60_000;

type LogonKind = 'signed-in' | 'logon-refused' | 'logon-unanswered';
type TrafficEvent = EngineEvent & { readonly kind: 'request-finished' | 'tunnel-ended' };

/**
 * What has happened today, as lines; where this Mac was; and which hosts were asked for. Bounded, of this day alone, and known
 * again after a restart where there is a book. Of a host its name is kept, and nothing of what was asked of it.
 */
export class DayLog {
  readonly #nowMs: () => number;
  readonly #book: Pick<TrafficBook, 'recallRecord' | 'keepRecord'> | undefined;
  readonly #hosts = new HostTotals();
  readonly #presence = new PresenceLog();
  #day: CalendarDay;
  /** Oldest first. */
  #events: readonly DayEvent[] = [];
  #isOn = false;
  #upstream: HostPort | undefined;
  /** Whether the password is refused for good. */
  #isRefused = false;
  #dayTimer: NodeJS.Timeout | undefined;

  /**
   * @param nowMs the clock on the wall
   * @param book what was kept of today before a restart
   */
  constructor(nowMs: () => number, book?: Pick<TrafficBook, 'recallRecord' | 'keepRecord'>) {
    this.#nowMs = nowMs;
    this.#book = book;
    this.#day = localDay(nowMs());
    const kept = book?.recallRecord(this.#day);
    if (kept !== undefined) {
      this.#hosts.restore(kept);
      this.#presence.restore(kept.presence);
      // Whatever was not over when Latchkey ended: nobody knows how long it went on.
      this.#events = kept.events.filter((event) => !isOpen(event));
    }
    this.#waitForDay();
  }

  /** A request of this row has ended, or what its tunnel has carried is known now. */
  addTraffic(target: HostPort | undefined, { kind, bytes }: TrafficEvent): void {
    if (target === undefined) return;
    this.#look();
    this.#hosts.add(target.host, kind === 'request-finished' ? 1 : 0, bytes);
    this.#keep();
  }

  /** What has become of the local proxy, and of the way to the company proxy. */
  takeAppEvent(event: AppEvent): void {
    const { kind } = event;
    if (kind === 'listening') this.#switched(true);
    else if (kind === 'switched-off' || kind === 'start-failed' || kind === 'forgotten')
      this.#switched(false);
    else if (kind === 'reachability') {
      const { reachability, upstream } = event;
      if (reachability === 'unreachable') this.#elsewhere();
      else if (reachability === 'reachable' && upstream !== undefined) this.#reached(upstream);
    }
  }

  /** What the engine tells of logons and tickets. */
  takeEngineEvent(event: EngineEvent): void {
    const { kind } = event;
    if (kind === 'logon-accepted') this.tellLogon('accepted', event.account, event.upstream);
    else if (kind === 'logon-refused') this.tellLogon('refused', event.account, event.upstream);
    else if (kind === 'logon-unanswered') this.tellLogon('unanswered', event.account, event.upstream);
    else if (kind === 'credential-changed') {
      this.#isRefused = false;
      // The logon that it was accepted with is told next.
      this.#push(this.#logonEvent('password-accepted', event.account, undefined, 0));
    } else if (kind === 'credential-standing') {
      this.#isRefused = event.standing === 'refused';
      this.#markFinal();
    } else if (kind === 'kerberos' && event.trouble === undefined) {
      this.#push({ kind: 'signed-in-with-ticket', upstream: event.upstream });
    }
  }

  /** A logon, whoever has made it. Those that nothing has come between are one line. */
  tellLogon(outcome: 'accepted' | 'refused' | 'unanswered', account: Account, upstream: HostPort): void {
    const kind: LogonKind = outcome === 'accepted' ? 'signed-in' : `logon-${outcome}`;
    const last = this.#events.at(-1);
    const isCounted =
      last !== undefined &&
      'logons' in last &&
      (last.kind === kind || (kind === 'signed-in' && last.kind === 'password-accepted')) &&
      formatAccount(last.account) === formatAccount(account) &&
      (last.upstream === undefined || formatHostPort(last.upstream) === formatHostPort(upstream));
    if (isCounted) {
      this.#replace(last, { ...last, upstream, logons: last.logons + 1, untilMs: this.#nowMs() });
      this.#markFinal();
    } else this.#push(this.#logonEvent(kind, account, upstream, 1));
  }

  /** What is true of the Mac's proxy settings now. */
  takeSystemProxy(state: SystemProxyState): void {
    if (state.kind === 'changing') return;
    const isTaken = state.kind === 'taken-over';
    const holder = 'holder' in state ? dayHolder(state.holder) : undefined;
    // Without a network nobody's setting is in force, and nobody has taken anything.
    const now: Unplaced<DayEvent> | undefined =
      isTaken || (state.kind === 'not-in-force' && holder !== undefined)
        ? { kind: isTaken ? 'proxy-taken' : 'proxy-behind', holder, untilMs: undefined }
        : undefined;
    const before = this.#events.findLast(
      (event) => (event.kind === 'proxy-taken' || event.kind === 'proxy-behind') && isOpen(event),
    );
    if (before !== undefined) {
      if (JSON.stringify({ ...now, atMs: before.atMs }) === JSON.stringify(before)) return;
      this.#end(before);
    }
    if (now !== undefined) this.#push(now);
  }

  /** Another program had the Mac's proxy setting, and it was taken back at once. */
  takenBack(holder: ProxyHolder | undefined): void {
    this.#push({ kind: 'proxy-taken-back', holder: dayHolder(holder) });
  }

  /** This Mac falls asleep. @param openTunnels how many are open */
  suspend(openTunnels: number): void {
    const nowMs = this.#nowMs();
    this.#presence.leave(nowMs);
    const last = this.#events.findLast(({ kind }) => kind === 'asleep');
    if (last?.kind === 'asleep') {
      if (last.untilMs === undefined) return;
      if (last === this.#events.at(-1) && nowMs - last.untilMs <= awakeMs) {
        this.#replace(last, { ...last, untilMs: undefined });
        return;
      }
    }
    this.#push({ kind: 'asleep', untilMs: undefined, openTunnels });
  }

  /** It has woken. @param sleptSinceMs since when it slept, where that was not said before */
  resume(sleptSinceMs?: number): void {
    const asleep = this.#asleep();
    if (asleep !== undefined) this.#end(asleep);
    else if (sleptSinceMs !== undefined) {
      this.#presence.leave(sleptSinceMs);
      this.#push({ kind: 'asleep', untilMs: this.#nowMs(), openTunnels: undefined }, sleptSinceMs);
    }
  }

  /** @param hostLimit so many hosts @param hours of the traffic meter */
  state(hostLimit: number, hours: readonly TrafficStep[]): ActivityDay {
    this.#look();
    return {
      day: this.#day,
      hours,
      requestCount: this.#hosts.requestCount,
      hostCount: this.#hosts.hostCount,
      hosts: this.#hosts.most(hostLimit),
      events: this.#events.toReversed(),
      presence: this.#presence.spans(this.#nowMs()),
    };
  }

  /** How many requests of today each rule covers, see `HostTotals.covered`. */
  covered(rules: readonly string[]): readonly number[] {
    this.#look();
    return rules.map((rule) => this.#hosts.covered(rule));
  }

  close(): void {
    clearTimeout(this.#dayTimer);
    this.#switched(false);
  }

  #switched(isOn: boolean): void {
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    if (!isOn) this.#presence.leave(this.#nowMs());
    this.#push({ kind: 'switched', isOn });
  }

  #reached(upstream: HostPort): void {
    this.#look();
    const before = this.#upstream;
    this.#upstream = upstream;
    const { isNews, isBack } = this.#presence.goTo('company', this.#nowMs());
    if (isNews) this.#push({ kind: 'on-company-network', upstream, isBack });
    else if (before !== undefined && formatHostPort(before) !== formatHostPort(upstream)) {
      this.#push({ kind: 'upstream-changed', upstream });
    }
  }

  #elsewhere(): void {
    this.#look();
    if (this.#presence.goTo('elsewhere', this.#nowMs()).isNews) this.#push({ kind: 'elsewhere' });
  }

  #asleep(): DayEvent | undefined {
    return this.#events.findLast((event) => event.kind === 'asleep' && isOpen(event));
  }

  #logonEvent(
    kind: LogonKind | 'password-accepted',
    account: Account,
    upstream: HostPort | undefined,
    logons: number,
  ): Unplaced<DayEvent> {
    const facts = { account, upstream, logons, untilMs: this.#nowMs() };
    return kind === 'logon-refused' ? { kind, isFinal: this.#isRefused, ...facts } : { kind, ...facts };
  }

  /** That the password is refused for good is told before the logon that has shown it, or after it. */
  #markFinal(): void {
    const last = this.#events.at(-1);
    if (last?.kind === 'logon-refused' && this.#isRefused) this.#replace(last, { ...last, isFinal: true });
  }

  #push(event: Unplaced<DayEvent>, atMs = this.#nowMs()): void {
    this.#look();
    this.#events = [...this.#events, { ...event, atMs }].slice(-maxEvents);
    this.#keep();
  }

  /** What went on is over. */
  #end(event: DayEvent): void {
    if ('untilMs' in event) this.#replace(event, { ...event, untilMs: this.#nowMs() });
  }

  #replace(before: DayEvent, after: DayEvent): void {
    this.#events = this.#events.map((event) => (event === before ? after : event));
    this.#keep();
  }

  #keep(): void {
    this.#book?.keepRecord(this.#day, () => this.#record());
  }

  #record(): DayRecord {
    return {
      ...this.#hosts.record(),
      events: this.#events,
      presence: this.#presence.spans(this.#nowMs()),
    };
  }

  /** Begins anew with a new day. */
  #look(): void {
    const nowMs = this.#nowMs();
    const today = localDay(nowMs);
    if (today === this.#day) return;
    this.#day = today;
    const startMs = new Date(nowMs).setHours(0, 0, 0, 0);
    this.#hosts.clear();
    this.#presence.clear(startMs);
    // What goes on, as a sleep over midnight, goes on in the new day.
    this.#events = this.#events.filter(isOpen).map((event) => begunAt(event, startMs));
    this.#keep();
  }

  /** What is of yesterday goes at midnight, also when nobody asks for anything. */
  #waitForDay(): void {
    const nowMs = this.#nowMs();
    const tomorrowMs = new Date(nowMs).setHours(24, 0, 0, 0);
    this.#dayTimer = setTimeout(() => {
      this.#look();
      this.#waitForDay();
    }, tomorrowMs - nowMs).unref();
  }
}

function begunAt(event: DayEvent, atMs: number): DayEvent {
  return { ...event, atMs };
}

/** Whether it goes on. */
function isOpen(event: DayEvent): boolean {
  return 'untilMs' in event && event.untilMs === undefined;
}
