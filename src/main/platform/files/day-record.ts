import type { DayEvent, DayRecord } from '../../../shared/activity-day';
import { isFields } from './json-file';

type StoredHost = readonly [host: string, count: number, downBytes: number, upBytes: number];
type StoredPresence = readonly [where: 'company' | 'elsewhere', fromMs: number, untilMs: number];

/** What is known of a day, as it is written. */
export interface StoredRecord {
  readonly hosts: readonly StoredHost[];
  readonly others: readonly [count: number, hostCount: number, downBytes: number, upBytes: number];
  readonly events: readonly DayEvent[];
  readonly presence: readonly StoredPresence[];
}

export function storedDayRecord({ hosts, others, events, presence }: DayRecord): StoredRecord {
  return {
    hosts: hosts.map(({ host, count, downBytes, upBytes }) => [host, count, downBytes, upBytes]),
    others: [others.count, others.hostCount, others.downBytes, others.upBytes],
    events,
    presence: presence.map(({ where, fromMs, untilMs }) => [where, fromMs, untilMs]),
  };
}

/** What a file says of a day; undefined when it says nothing, or nothing that could be understood. */
export function readDayRecord(value: unknown): DayRecord | undefined {
  if (!isStoredRecord(value)) return undefined;
  const [count, hostCount, downBytes, upBytes] = value.others;
  return {
    hosts: value.hosts.map(([host, times, down, up]) => ({
      host,
      count: times,
      downBytes: down,
      upBytes: up,
    })),
    others: { count, hostCount, downBytes, upBytes },
    // A line of a newer version is left out.
    events: value.events.filter(isDayEvent),
    presence: value.presence.map(([where, fromMs, untilMs]) => ({ where, fromMs, untilMs })),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isStoredRecord(value: unknown): value is StoredRecord {
  if (!isFields(value)) return false;
  const { hosts, others, events, presence } = value;
  return (
    Array.isArray(hosts) &&
    hosts.every((each) => isRow(each, 4) && typeof each[0] === 'string' && each.slice(1).every(isCount)) &&
    isRow(others, 4) &&
    others.every(isCount) &&
    Array.isArray(events) &&
    Array.isArray(presence) &&
    presence.every(
      (each) =>
        isRow(each, 3) && (each[0] === 'company' || each[0] === 'elsewhere') && each.slice(1).every(isCount),
    )
  );
}

function isRow(value: unknown, length: number): value is readonly unknown[] {
  return Array.isArray(value) && value.length === length;
}

type IsField = (value: unknown) => boolean;

const isAddress: IsField = (value) =>
  isFields(value) && typeof value['host'] === 'string' && isCount(value['port']);
const isAccount: IsField = (value) =>
  isFields(value) && typeof value['domain'] === 'string' && typeof value['user'] === 'string';
const isHolder: IsField = (value) =>
  isFields(value) &&
  ((value['kind'] === 'proxy' && isAddress(value['address'])) ||
    (value['kind'] === 'pac' && typeof value['host'] === 'string') ||
    value['kind'] === 'auto-discovery');
const isBoolean: IsField = (value) => typeof value === 'boolean';
const maybe =
  (isField: IsField): IsField =>
  (value) =>
    value === undefined || isField(value);

const logon = { upstream: maybe(isAddress), account: isAccount, logons: isCount, untilMs: isCount };
const taken = { holder: maybe(isHolder), untilMs: maybe(isCount) };

/** What each line has besides its kind and time. */
const fieldsOf: Readonly<Record<DayEvent['kind'], Readonly<Record<string, IsField>>>> = {
  switched: { isOn: isBoolean },
  'on-company-network': { upstream: isAddress, isBack: isBoolean },
  elsewhere: {},
  'upstream-changed': { upstream: isAddress },
  asleep: { untilMs: maybe(isCount), openTunnels: maybe(isCount) },
  'signed-in': logon,
  'signed-in-with-ticket': { upstream: isAddress },
  'password-accepted': logon,
  'logon-refused': { ...logon, isFinal: isBoolean },
  'logon-unanswered': logon,
  'proxy-taken': taken,
  'proxy-behind': taken,
  'proxy-taken-back': { holder: maybe(isHolder) },
};

function isDayEvent(value: unknown): value is DayEvent {
  if (!isFields(value) || !isCount(value['atMs'])) return false;
  const kind = String(value['kind']);
  if (!Object.hasOwn(fieldsOf, kind)) return false;
  const fields = fieldsOf[kind as DayEvent['kind']];
  return Object.entries(fields).every(([name, isField]) => isField(value[name]));
}
