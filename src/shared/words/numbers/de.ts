import { createFormats } from '../formats';

/** Times, sizes and numbers as German writes them. */
export const formats = createFormats({
  locale: 'de',
  today: 'heute',
  yesterday: 'gestern',
  minute: 'Min.',
  hour: 'Std.',
  units: ['Byte', 'Kilobyte', 'Megabyte', 'Gigabyte', 'Terabyte', 'Petabyte'],
  perSecond: 'pro Sekunde',
});

/** `3 Tage`. */
export function days(count: number): string {
  return count === 1 ? '1 Tag' : `${formats.number(count)} Tage`;
}

/** `3 Tagen`: after `vor`, `von` and `in`. */
export function daysDative(count: number): string {
  return count === 1 ? '1 Tag' : `${formats.number(count)} Tagen`;
}

/** `3 Anfragen`. */
export function requests(count: number): string {
  return count === 1 ? '1 Anfrage' : `${formats.number(count)} Anfragen`;
}
