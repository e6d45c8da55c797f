import { type CalendarDay, daysBetween, localDay } from '../calendar-day';

/** A figure and its unit, apart, as the unit is set smaller. */
export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

/** What differs between two languages in figures and times. */
export interface FormatWords {
  readonly locale: string;
  readonly today: string;
  readonly yesterday: string;
  readonly minute: string;
  readonly hour: string;
  /** From bytes to petabytes, as they are said. */
  readonly units: readonly [string, string, string, string, string, string];
  /** `a second` */
  readonly perSecond: string;
}

/** Figures and times in one language. Times are those of this process's time zone. */
export interface Formats {
  readonly number: (value: number) => string;
  /** Bytes in steps of a thousand, as macOS counts them. */
  readonly bytes: (bytes: number) => Quantity;
  readonly rate: (bytesPerSecond: number) => Quantity;
  /** `2.4 megabytes a second`, to be said. */
  readonly spoken: (quantity: Quantity) => string;
  /** How long a thing took. */
  readonly duration: (ms: number) => string;
  /** How far two clocks are apart: never less than tenths of a second. */
  readonly skew: (ms: number) => string;
  /** `14:36` */
  readonly clock: (atMs: number) => string;
  /** `14:36:07` */
  readonly clockSeconds: (atMs: number) => string;
  /** `today, 08:12`; another day is named. */
  readonly moment: (atMs: number, nowMs: number) => string;
  readonly day: (day: CalendarDay) => string;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

export function joinQuantity({ value, unit }: Quantity): string {
  return `${value} ${unit}`;
}

export function createFormats({
  locale,
  today,
  yesterday,
  minute,
  hour,
  units: unitNames,
  perSecond: aSecond,
}: FormatWords): Formats {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const oneDigit = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const dayFormat = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });

  function bytes(count: number): Quantity {
    let value = Math.max(0, count);
    let step = 0;
    // What would be shown as 1,000 is shown as 1 of the next unit.
    while (value >= 999.5 && step < units.length - 1) {
      value /= 1000;
      step += 1;
    }
    const format = value < 9.95 && step > 0 ? oneDigit : whole;
    return { value: format.format(value), unit: units[step] ?? 'B' };
  }

  function rate(perSecond: number): Quantity {
    const { value, unit } = bytes(perSecond);
    return { value, unit: `${perSecond === 0 ? 'kB' : unit}/s` };
  }

  function spoken({ value, unit }: Quantity): string {
    const [size = '', span] = unit.split('/');
    const name = unitNames[units.indexOf(size)];
    return [value, name ?? unit, ...(span === undefined || name === undefined ? [] : [aSecond])]
      .filter((part) => part !== '')
      .join(' ');
  }

  function duration(ms: number): string {
    if (ms < 1000) return `${whole.format(Math.max(0, ms))} ms`;
    if (ms < 59_950) return `${oneDigit.format(ms / 1000)} s`;
    const seconds = Math.round(ms / 1000);
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes} ${minute}${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`;
    return `${whole.format(Math.floor(minutes / 60))} ${hour}${minutes % 60 === 0 ? '' : ` ${minutes % 60} ${minute}`}`;
  }

  const two = (value: number): string => String(value).padStart(2, '0');

  function clock(atMs: number): string {
    const date = new Date(atMs);
    return `${two(date.getHours())}:${two(date.getMinutes())}`;
  }

  function day(calendarDay: CalendarDay): string {
    return dayFormat.format(Date.parse(calendarDay));
  }

  function moment(atMs: number, nowMs: number): string {
    const on = localDay(atMs);
    const ago = daysBetween(on, localDay(nowMs));
    const name = ago === 0 ? today : ago === 1 ? yesterday : day(on);
    return `${name}, ${clock(atMs)}`;
  }

  return {
    number: (value) => whole.format(value),
    bytes,
    rate,
    spoken,
    duration,
    skew: (ms) => (ms < 1000 ? `${oneDigit.format(ms / 1000)} s` : duration(ms)),
    clock,
    clockSeconds: (atMs) => `${clock(atMs)}:${two(new Date(atMs).getSeconds())}`,
    moment,
    day,
  };
}
