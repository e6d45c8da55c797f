import type { CalendarDay } from './calendar-day';
import { ipDigits } from './ip-address';
import type { Account, HostPort } from './settings';
import type { TrafficStep } from './traffic';
import type { ProxyHolder } from './system-proxy';

/** The requests of today to one host, on whichever port, and what they have carried; of a tunnel, once it has ended. */
export interface HostTotal extends TrafficStep {
  readonly host: string;
  readonly count: number;
}

/** A stretch of today in which it was known where this Mac is. Milliseconds since 1970. */
export interface Presence {
  readonly where: 'company' | 'elsewhere';
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Who has taken the Mac's proxy setting: of a PAC only its host, as its address may say more than anybody has to keep. */
export type DayHolder =
  | { readonly kind: 'proxy'; readonly address: HostPort }
  | { readonly kind: 'pac'; readonly host: string }
  | { readonly kind: 'auto-discovery' };

interface LogonEvent {
  readonly upstream: HostPort | undefined;
  readonly account: Account;
  /** How many logons it stands for, until `untilMs`. */
  readonly logons: number;
  readonly untilMs: number;
}

/** A line of the day. `atMs` is when it began, in milliseconds since 1970. Holds no secret, and no path of a URL. */
export type DayEvent = { readonly atMs: number } & (
  | { readonly kind: 'switched'; readonly isOn: boolean }
  /** `isBack`: it was elsewhere today before. */
  | { readonly kind: 'on-company-network'; readonly upstream: HostPort; readonly isBack: boolean }
  | { readonly kind: 'elsewhere' }
  /** New connections go to another company proxy, on the same network. */
  | { readonly kind: 'upstream-changed'; readonly upstream: HostPort }
  /** Undefined while it sleeps; the tunnels that were open when it fell asleep, where that is known. */
  | {
      readonly kind: 'asleep';
      readonly untilMs: number | undefined;
      readonly openTunnels: number | undefined;
    }
  | ({ readonly kind: 'signed-in' } & LogonEvent)
  | { readonly kind: 'signed-in-with-ticket'; readonly upstream: HostPort }
  | ({ readonly kind: 'password-accepted' } & LogonEvent)
  /** `isFinal`: the password is dead, and nothing more is sent. */
  | ({ readonly kind: 'logon-refused'; readonly isFinal: boolean } & LogonEvent)
  | ({ readonly kind: 'logon-unanswered' } & LogonEvent)
  /** Another program has the Mac's proxy setting, or stands before it; undefined while it does. */
  | {
      readonly kind: 'proxy-taken' | 'proxy-behind';
      readonly holder: DayHolder | undefined;
      readonly untilMs: number | undefined;
    }
  /** Another program had it, and Latchkey has taken it back at once. */
  | { readonly kind: 'proxy-taken-back'; readonly holder: DayHolder | undefined }
);

/** A line that stands for logons. */
export type LogonLine = Extract<DayEvent, { readonly logons: number }>;

/** Without its time. */
export type Unplaced<Event> = Event extends unknown ? Omit<Event, 'atMs'> : never;

/** What is kept of a day across restarts. */
export interface DayRecord {
  readonly hosts: readonly HostTotal[];
  /** Requests to hosts that were too many to be kept. */
  readonly others: TrafficStep & { readonly count: number; readonly hostCount: number };
  /** Oldest first. */
  readonly events: readonly DayEvent[];
  readonly presence: readonly Presence[];
}

/** Today, as panel and terminal show it. */
export interface ActivityDay {
  readonly day: CalendarDay;
  /** 24 of them, local time. */
  readonly hours: readonly TrafficStep[];
  readonly requestCount: number;
  readonly hostCount: number;
  /** Those with the most bytes, the most first. */
  readonly hosts: readonly HostTotal[];
  /** Newest first. */
  readonly events: readonly DayEvent[];
  /** Oldest first. Between them the Mac was asleep, or Latchkey off. */
  readonly presence: readonly Presence[];
}

/** The hour in which most was loaded; undefined when nothing was. */
export function peakHour(
  hours: readonly TrafficStep[],
): { readonly hour: number; readonly downBytes: number } | undefined {
  let peak: { readonly hour: number; readonly downBytes: number } | undefined;
  for (const [hour, { downBytes }] of hours.entries()) {
    if (downBytes > (peak?.downBytes ?? 0)) peak = { hour, downBytes };
  }
  return peak;
}

/**
 * The rule for the hosts beside this one: `*.example.org` for `www.example.org`, `.example.org` for `example.org` itself.
 *
 * @returns undefined for addresses, for names of one label, and where it would cover strangers, as `*.co.uk` does
 */
export function domainRuleFor(host: string): string | undefined {
  const name = host.replace(/\.$/, '').toLowerCase();
  if (ipDigits(name) !== undefined || !/^[^\s.:*]+(?:\.[^\s.:*]+)+$/.test(name)) return undefined;
  const labels = name.split('.');
  if (isShared(labels)) return undefined;
  if (labels.length === 2) return `.${name}`;
  const parent = labels.slice(1);
  return isShared(parent) ? `.${name}` : `*.${parent.join('.')}`;
}

/**
 * Whether domains of strangers are below this one: a top-level domain, or two short labels below a country. Without a list of
 * them that is a guess, and one that offers less rather than more.
 */
function isShared(labels: readonly string[]): boolean {
  const [second = '', top = ''] = labels.slice(-2);
  return labels.length < 2 || (labels.length === 2 && top.length === 2 && second.length <= 3);
}

/** What of a holder may be kept. */
export function dayHolder(holder: ProxyHolder | undefined): DayHolder | undefined {
  if (holder?.kind !== 'pac') return holder;
  const [, host = ''] = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/:?#]*)/i.exec(holder.url) ?? [];
  return { kind: 'pac', host };
}
