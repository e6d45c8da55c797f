import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { addDays, daysBetween, isCalendarDay, localDay } from './calendar-day';

const zone = process.env['TZ'];

afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

describe('isCalendarDay', () => {
  it.each(['2026-01-01', '2024-02-29', '2026-12-31'])('knows %s', (day) => {
    expect(isCalendarDay(day)).toBe(true);
  });

  it.each<unknown>([
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '2026-01-01T00:00',
    ' 2026-01-01',
    '2026-01-01\n',
    '+02026-01-01',
    '',
    undefined,
    20_260_101,
    ['2026-01-01'],
  ])('does not take %j for a day', (value) => {
    expect(isCalendarDay(value)).toBe(false);
  });
});

describe('addDays and daysBetween', () => {
  it.each([
    ['2026-12-31', 1, '2027-01-01'],
    ['2024-02-28', 2, '2024-03-01'],
    ['2026-03-28', 2, '2026-03-30'],
    ['2026-03-01', -1, '2026-02-28'],
  ])('%s and %d days are %s', (day, count, expected) => {
    expect(addDays(day, count)).toBe(expected);
    expect(daysBetween(day, expected)).toBe(count);
  });

  it('are the reverse of each other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: -3_000, max: 3_000 }),
        (days, count) => {
          const day = addDays('2000-01-01', days);
          expect(daysBetween(day, addDays(day, count))).toBe(count);
        },
      ),
    );
  });
});

describe('localDay', () => {
  it.each([
    // Clocks go forward at 01:00 UTC in Berlin, and midnight itself does not exist in Santiago.
    ['Europe/Berlin', '2026-03-28T22:59:59Z', '2026-03-28'],
    ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29'],
    ['Europe/Berlin', '2026-03-29T21:59:59Z', '2026-03-29'],
    ['America/Santiago', '2026-09-06T03:59:59Z', '2026-09-05'],
    ['America/Santiago', '2026-09-06T04:00:00Z', '2026-09-06'],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00Z', '2027-01-01'],
  ])('in %s at %s is %s', (name, moment, expected) => {
    process.env['TZ'] = name;
    expect(localDay(Date.parse(moment))).toBe(expected);
  });
});
