import { days } from '../numbers/en';

function expires(daysLeft: number): string {
  if (daysLeft > 1) return `Your password expires in ${days(daysLeft)}`;
  if (daysLeft === 1) return 'Your password expires tomorrow';
  return daysLeft === 0 ? 'Your password expires today' : 'Your password is older than your limit';
}

export const age = {
  expires,
  old: (age: number): string => (age === 0 ? 'Set today' : `${days(age)} old`),
  left: (count: number): string =>
    count < 0 ? `${days(-count)} over` : count === 0 ? 'last day' : `${days(count)} left`,
  unknown: 'Not known when the password was set',
  longest: 'Longest age',
  noLimit: 'none',
  days: 'days',
  remind: 'Remind me',
  before: 'days before',
  note: 'The company proxy does not tell when a password expires. This counts from the day on which you entered it here.',
};
