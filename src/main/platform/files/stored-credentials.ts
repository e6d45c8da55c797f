import { type CalendarDay, isCalendarDay } from '../../../shared/calendar-day';
import type { LogonCount } from '../../../shared/engine-state';

export type CredentialOutcome = 'accepted' | 'refused';

/** What became of a credential. */
export interface StoredOutcome {
  readonly outcome: CredentialOutcome;
  /** ISO 8601. */
  readonly at: string;
}

/** What is known of an account. */
export interface StoredAccount {
  readonly logons: Readonly<Record<CalendarDay, LogonCount>>;
  readonly passwordSetOn?: CalendarDay;
  /** When a logon was accepted last, in ISO 8601. */
  readonly lastAccepted?: string;
  readonly reminders?: { readonly expiresOn: CalendarDay; readonly shown: readonly number[] };
}

/** All that the file of the credential memory holds. */
export interface StoredCredentials {
  readonly version: 1;
  /** 16 bytes as hex digits. */
  readonly salt: string;
  /** By fingerprint. */
  readonly outcomes: Readonly<Record<string, StoredOutcome>>;
  /** By name, in capitals. */
  readonly accounts: Readonly<Record<string, StoredAccount>>;
}

const maxOutcomes = 64;
const maxDays = 31;
const dayMs = 86_400_000;
/** So long a refusal is kept before anything else. */
const refusalKeptMs = 90 * dayMs;

/** A day without any. */
export const noLogons: LogonCount = { sent: 0, refused: 0, unanswered: 0 };

function isRecordOf<T>(
  value: unknown,
  isKey: (key: string) => boolean,
  isValue: (value: unknown) => value is T,
): value is Readonly<Record<string, T>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(([key, each]) => isKey(key) && isValue(each))
  );
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function isStoredOutcome(value: unknown): value is StoredOutcome {
  if (typeof value !== 'object' || value === null) return false;
  const { outcome, at } = value as Partial<StoredOutcome>;
  return (outcome === 'accepted' || outcome === 'refused') && isTime(at);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isLogonCount(value: unknown): value is LogonCount {
  if (typeof value !== 'object' || value === null) return false;
  const { sent, refused, unanswered } = value as Partial<LogonCount>;
  return isCount(sent) && isCount(refused) && isCount(unanswered);
}

function isReminders(value: unknown): value is StoredAccount['reminders'] {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { expiresOn, shown } = value as Partial<NonNullable<StoredAccount['reminders']>>;
  return isCalendarDay(expiresOn) && Array.isArray(shown) && shown.every(isCount);
}

function isStoredAccount(value: unknown): value is StoredAccount {
  if (typeof value !== 'object' || value === null) return false;
  const { logons, passwordSetOn, lastAccepted, reminders } = value as Partial<StoredAccount>;
  return (
    isRecordOf(logons, isCalendarDay, isLogonCount) &&
    (passwordSetOn === undefined || isCalendarDay(passwordSetOn)) &&
    (lastAccepted === undefined || isTime(lastAccepted)) &&
    isReminders(reminders)
  );
}

/** Whether a file holds what this version understands. */
export function isStoredCredentials(value: unknown): value is StoredCredentials {
  if (typeof value !== 'object' || value === null) return false;
  const { version, salt, outcomes, accounts } = value as Partial<StoredCredentials>;
  return (
    version === 1 &&
    typeof salt === 'string' &&
    /^[0-9a-f]{32}$/.test(salt) &&
    isRecordOf(outcomes, (key) => /^[0-9a-f]{32}$/.test(key), isStoredOutcome) &&
    isRecordOf(accounts, () => true, isStoredAccount)
  );
}

function addCounts(one: LogonCount, other: LogonCount): LogonCount {
  return {
    sent: one.sent + other.sent,
    refused: one.refused + other.refused,
    unanswered: one.unanswered + other.unanswered,
  };
}

/** The newest days alone; what a clock says today is not asked. */
function withNewestDays(logons: StoredAccount['logons']): StoredAccount['logons'] {
  if (Object.keys(logons).length <= maxDays) return logons;
  const newestFirst = Object.entries(logons).toSorted(([one], [other]) => (one < other ? 1 : -1));
  return Object.fromEntries(newestFirst.slice(0, maxDays));
}

/** What is known of an account, with what has happened since. */
export function withChanges(known: StoredAccount, change: StoredAccount): StoredAccount {
  const logons = { ...known.logons };
  for (const [day, count] of Object.entries(change.logons)) {
    logons[day] = addCounts(logons[day] ?? noLogons, count);
  }
  const { reminders } = change;
  const before = known.reminders?.expiresOn === reminders?.expiresOn ? known.reminders?.shown : undefined;
  return {
    ...known,
    ...change,
    logons: withNewestDays(logons),
    ...(reminders === undefined
      ? {}
      : { reminders: { ...reminders, shown: [...new Set([...(before ?? []), ...reminders.shown])] } }),
  };
}

/** Without the oldest outcomes when there are too many; a recent refusal goes last, as forgetting it costs a logon. */
export function withinLimit(
  outcomes: StoredCredentials['outcomes'],
  nowMs: number,
): StoredCredentials['outcomes'] {
  const isRecentRefusal = ({ outcome, at }: StoredOutcome): boolean =>
    outcome === 'refused' && nowMs - Date.parse(at) <= refusalKeptMs;
  const mostWorthFirst = Object.entries(outcomes).toSorted(
    ([, one], [, other]) =>
      Number(isRecentRefusal(other)) - Number(isRecentRefusal(one)) ||
      Date.parse(other.at) - Date.parse(one.at),
  );
  return Object.fromEntries(mostWorthFirst.slice(0, maxOutcomes));
}
