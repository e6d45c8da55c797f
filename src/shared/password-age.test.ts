import { describe, expect, it } from 'vitest';
import { describeExpiry, describePasswordAge, dueReminder, passwordAge } from './password-age';

describe('passwordAge', () => {
  it.each([
    ['2026-10-31', 31, '2026-10-31', '2026-12-01', 31],
    ['2026-10-31', 31, '2026-11-30', '2026-12-01', 1],
    ['2026-10-31', 31, '2026-12-01', '2026-12-01', 0],
    ['2026-10-31', 31, '2026-12-03', '2026-12-01', -2],
    // The clocks change within the month.
    ['2026-03-15', 31, '2026-03-29', '2026-04-15', 17],
    ['2024-02-01', 28, '2024-02-28', '2024-02-29', 1],
  ])('set on %s for %d days, on %s: until %s, %d left', (setOn, maxAgeDays, today, expiresOn, daysLeft) => {
    expect(passwordAge({ setOn, maxAgeDays, today })).toEqual({ expiresOn, daysLeft });
  });
});

describe('dueReminder', () => {
  it.each<[number, number[], number | undefined]>([
    [8, [], undefined],
    [7, [], 7],
    [7, [7], undefined],
    [4, [], 7],
    [4, [7], undefined],
    [3, [7], 3],
    [2, [7, 3], undefined],
    [1, [7, 3], 1],
    [0, [7, 3, 1], 0],
    [-40, [7, 3, 1], 0],
    [-40, [7, 3, 1, 0], undefined],
    // A Mac that was off: the most urgent one alone, and the ones before never after it.
    [2, [], 3],
    [1, [], 1],
    [-1, [], 0],
    [-1, [0], undefined],
    // The clock was set back.
    [2, [1], undefined],
  ])('%d days left, shown %j: %s', (daysLeft, remindedAt, expected) => {
    expect(dueReminder({ daysLeft, remindedAt })).toBe(expected);
  });
});

describe('describePasswordAge', () => {
  const account = { domain: 'corp', user: 'alice' };

  it('says where the date comes from', () => {
    expect(describePasswordAge(account, 31, { expiresOn: '2026-12-01', daysLeft: 3 })).toBe(
      'By the maximum age that you set (31 days), the password of CORP\\alice expires in 3 days, on 2026-12-01. ' +
        'Latchkey does not ask the directory.',
    );
    expect(describePasswordAge(account, 1, { expiresOn: '2026-12-01', daysLeft: 1 })).toContain('(1 day)');
  });

  it.each([
    [2, 'expires in 2 days, on 2026-12-01'],
    [1, 'expires tomorrow, on 2026-12-01'],
    [0, 'expires today, on 2026-12-01'],
    [-1, 'expired yesterday, on 2026-12-01'],
    [-2, 'expired 2 days ago, on 2026-12-01'],
  ])('%d days left: %s', (daysLeft, words) => {
    expect(describeExpiry({ expiresOn: '2026-12-01', daysLeft })).toBe(words);
  });
});
