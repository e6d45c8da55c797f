/** A day of the calendar as `YYYY-MM-DD`. It has no hours, so that no change of the clocks makes it longer or shorter. */
export type CalendarDay = string;

const dayMs = 86_400_000;

/** Days since 1970-01-01; NaN for a text that is no day of the calendar. */
function dayNumber(day: CalendarDay): number {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return Number.NaN;
  // A date without a time is UTC (ECMA-262, 21.4.1.32), where each day has the same length.
  const number = Date.parse(day) / dayMs;
  // Date.parse may carry 30 February on into March.
  return formatDay(number) === day ? number : Number.NaN;
}

function formatDay(number: number): CalendarDay {
  const date = new Date(number * dayMs);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

/** Whether this is a day of the calendar, written as `YYYY-MM-DD`. */
export function isCalendarDay(value: unknown): value is CalendarDay {
  return typeof value === 'string' && !Number.isNaN(dayNumber(value));
}

/** @param count may be negative */
export function addDays(day: CalendarDay, count: number): CalendarDay {
  return formatDay(dayNumber(day) + count);
}

/** How many days `to` is after `from`; negative when it is before. */
export function daysBetween(from: CalendarDay, to: CalendarDay): number {
  return dayNumber(to) - dayNumber(from);
}

/** The day that a clock on the wall shows here, in the time zone of this process. */
export function localDay(nowMs: number): CalendarDay {
  const date = new Date(nowMs);
  const digits = (number: number, count: number): string => String(number).padStart(count, '0');
  return `${digits(date.getFullYear(), 4)}-${digits(date.getMonth() + 1, 2)}-${digits(date.getDate(), 2)}`;
}
