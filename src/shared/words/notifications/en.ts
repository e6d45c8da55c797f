import type { CalendarDay } from '../../calendar-day';
import { age } from '../age/en';
import { formats } from '../numbers/en';

export const notifications = {
  introduction: {
    title: 'Latchkey tells you here',
    body: 'when the company proxy wants a new password.',
  },
  passwordRefused: {
    title: 'The company proxy refused the password',
    body: 'Nothing more is sent until you enter it again.',
  },
  passwordMissing: {
    title: 'Latchkey needs your password',
    body: 'Click to enter it.',
  },
  passwordExpires: (daysLeft: number, expiresOn: CalendarDay) => ({
    title: age.expires(daysLeft),
    body: `By the limit that you set: ${formats.day(expiresOn)}.`,
  }),
};
