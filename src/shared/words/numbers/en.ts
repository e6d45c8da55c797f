import { createFormats } from '../formats';

/** Times, sizes and numbers as English writes them. */
export const formats = createFormats({
  locale: 'en',
  today: 'today',
  yesterday: 'yesterday',
  minute: 'min',
  hour: 'h',
  units: ['bytes', 'kilobytes', 'megabytes', 'gigabytes', 'terabytes', 'petabytes'],
  perSecond: 'a second',
});

/** `3 days`. */
export function days(count: number): string {
  return count === 1 ? '1 day' : `${formats.number(count)} days`;
}
