import { addDays, type CalendarDay, daysBetween } from './calendar-day';
import { type Account, formatAccount } from './settings';

/** When a password expires, by what the user said of it. */
export interface PasswordAge {
  readonly expiresOn: CalendarDay;
  /** 0 on the day itself, negative after it. */
  readonly daysLeft: number;
}

/** How many days are left when a reminder is due, besides the first one; 0 is the one for a password that has expired. */
const lateReminders = [0, 1, 3] as const;

/**
 * The age of a password in days of the calendar.
 *
 * @param maxAgeDays after how many days the directory asks for a new one, as the user says
 */
export function passwordAge(known: {
  readonly setOn: CalendarDay;
  readonly maxAgeDays: number;
  readonly today: CalendarDay;
}): PasswordAge {
  const expiresOn = addDays(known.setOn, known.maxAgeDays);
  return { expiresOn, daysLeft: daysBetween(known.today, expiresOn) };
}

/**
 * The reminder to show now, if any: each is shown once, and of several that a sleeping Mac has missed only the most urgent.
 *
 * @returns how many days before the day it belongs, 0 for a password that has expired
 */
export function dueReminder(known: {
  readonly daysLeft: number;
  /** The reminders that were shown for this day of expiry. */
  readonly remindedAt: readonly number[];
  /** How many days before the first one comes. */
  readonly firstDays?: number;
}): number | undefined {
  const { firstDays = 7 } = known;
  // The most urgent one first.
  const reminders = [...lateReminders.filter((days) => days < firstDays), firstDays];
  const due = reminders.find((reminder) => known.daysLeft <= reminder);
  if (due === undefined) return undefined;
  // A more urgent one that was shown counts as well: the clock may have been set back since.
  return known.remindedAt.some((shown) => shown <= due) ? undefined : due;
}

function countDays(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}

/** `expires in 3 days, on 2026-12-01`, and what it is called on the days around. */
export function describeExpiry({ expiresOn, daysLeft }: PasswordAge): string {
  if (daysLeft > 1) return `expires in ${countDays(daysLeft)}, on ${expiresOn}`;
  if (daysLeft === 1) return `expires tomorrow, on ${expiresOn}`;
  if (daysLeft === 0) return `expires today, on ${expiresOn}`;
  if (daysLeft === -1) return `expired yesterday, on ${expiresOn}`;
  return `expired ${countDays(-daysLeft)} ago, on ${expiresOn}`;
}

/** The sentence about the age of a password. It says where the date comes from, as the directory may know another. */
export function describePasswordAge(account: Account, maxAgeDays: number, age: PasswordAge): string {
  return (
    `By the maximum age that you set (${countDays(maxAgeDays)}), the password of ${formatAccount(account)} ` +
    `${describeExpiry(age)}. Latchkey does not ask the directory.`
  );
}
