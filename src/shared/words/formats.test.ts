import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinQuantity } from './formats';
import { de } from './de';
import { en } from './en';

describe('bytes', () => {
  it.each([
    [0, '0 B', '0 B'],
    [999, '999 B', '999 B'],
    [1000, '1 kB', '1 kB'],
    [1120, '1.1 kB', '1,1 kB'],
    [9949, '9.9 kB', '9,9 kB'],
    [9950, '10 kB', '10 kB'],
    [180_000, '180 kB', '180 kB'],
    [999_499, '999 kB', '999 kB'],
    [999_500, '1 MB', '1 MB'],
    [2_400_000, '2.4 MB', '2,4 MB'],
    [860_000_000, '860 MB', '860 MB'],
    [1_800_000_000, '1.8 GB', '1,8 GB'],
  ])('%d', (bytes, english, german) => {
    expect(joinQuantity(en.formats.bytes(bytes))).toBe(english);
    expect(joinQuantity(de.formats.bytes(bytes))).toBe(german);
  });

  it('never takes more than three digits', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e15 }), (bytes) => {
        expect(en.formats.bytes(bytes).value).toMatch(/^\d{1,3}$|^\d\.\d$/);
      }),
    );
  });

  it('are said in words', () => {
    const [english, german] = [en.formats, de.formats];
    expect(english.spoken(english.rate(0))).toBe('0 kilobytes a second');
    expect(german.spoken(german.rate(2_400_000))).toBe('2,4 Megabyte pro Sekunde');
    expect(english.spoken(english.bytes(1_800_000_000))).toBe('1.8 gigabytes');
    expect(english.spoken({ value: '12', unit: '' })).toBe('12');
  });

  it('has no rate below kilobytes but some', () => {
    expect(joinQuantity(en.formats.rate(0))).toBe('0 kB/s');
    expect(joinQuantity(en.formats.rate(12))).toBe('12 B/s');
    expect(joinQuantity(de.formats.rate(2_400_000))).toBe('2,4 MB/s');
  });
});

describe('durations', () => {
  it.each([
    [0.2, '0 ms', '0 ms'],
    [84, '84 ms', '84 ms'],
    [1234, '1.2 s', '1,2 s'],
    [59_949, '59.9 s', '59,9 s'],
    [59_960, '1 min', '1 Min.'],
    [372_000, '6 min 12 s', '6 Min. 12 s'],
    [240_000, '4 min', '4 Min.'],
    [5_400_000, '1 h 30 min', '1 Std. 30 Min.'],
  ])('%d ms', (ms, english, german) => {
    expect(en.formats.duration(ms)).toBe(english);
    expect(de.formats.duration(ms)).toBe(german);
  });

  it('tell how far two clocks are apart in seconds', () => {
    expect(en.formats.skew(800)).toBe('0.8 s');
    expect(de.formats.skew(372_000)).toBe('6 Min. 12 s');
  });
});

describe('times', () => {
  const now = new Date(2026, 10, 17, 14, 36, 7).getTime();

  it('are those of the clock on the wall', () => {
    expect(en.formats.clock(now)).toBe('14:36');
    expect(en.formats.clockSeconds(now)).toBe('14:36:07');
  });

  it('name the day', () => {
    const at = (day: number): number => new Date(2026, 10, day, 8, 2).getTime();
    expect(en.formats.moment(at(17), now)).toBe('today, 08:02');
    expect(de.formats.moment(at(16), now)).toBe('gestern, 08:02');
    expect(en.formats.moment(at(3), now)).toBe('Nov 3, 2026, 08:02');
    expect(de.formats.moment(at(3), now)).toBe('3. Nov. 2026, 08:02');
  });
});

describe('days', () => {
  it('are counted as the language does', () => {
    expect([en.days(1), en.days(88)]).toEqual(['1 day', '88 days']);
    expect([de.days(1), de.days(88)]).toEqual(['1 Tag', '88 Tage']);
    expect(de.password.daysAgo(88)).toBe('vor 88 Tagen');
  });
});
