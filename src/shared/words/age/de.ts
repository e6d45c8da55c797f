import { days, daysDative } from '../numbers/de';
import type * as english from './en';

function expires(daysLeft: number): string {
  if (daysLeft > 1) return `Das Passwort läuft in ${daysDative(daysLeft)} ab`;
  if (daysLeft === 1) return 'Das Passwort läuft morgen ab';
  return daysLeft === 0 ? 'Das Passwort läuft heute ab' : 'Das Passwort ist älter als eingestellt';
}

export const age: typeof english.age = {
  expires,
  old: (age) => (age === 0 ? 'Heute eingegeben' : `${days(age)} alt`),
  left: (count) =>
    count < 0 ? `${days(-count)} darüber` : count === 0 ? 'letzter Tag' : `noch ${days(count)}`,
  unknown: 'Der Tag der Eingabe ist unbekannt',
  longest: 'Höchstes Alter',
  noLimit: 'keins',
  days: 'Tage',
  remind: 'Erinnern',
  before: 'Tage vorher',
  note: 'Der Firmenproxy sagt nicht, wann ein Passwort abläuft. Gezählt wird ab dem Tag der Eingabe in Latchkey.',
};
