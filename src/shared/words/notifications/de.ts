import { age } from '../age/de';
import { formats } from '../numbers/de';
import type * as english from './en';

export const notifications: typeof english.notifications = {
  introduction: {
    title: 'Latchkey meldet sich hier',
    body: 'wenn der Firmenproxy ein neues Passwort will.',
  },
  passwordRefused: {
    title: 'Der Firmenproxy hat das Passwort abgelehnt',
    body: 'Bis zur neuen Eingabe wird nichts mehr gesendet.',
  },
  passwordMissing: {
    title: 'Latchkey braucht das Passwort',
    body: 'Zum Eingeben klicken.',
  },
  passwordExpires: (daysLeft, expiresOn) => ({
    title: age.expires(daysLeft),
    body: `Nach der eingestellten Grenze: ${formats.day(expiresOn)}.`,
  }),
};
