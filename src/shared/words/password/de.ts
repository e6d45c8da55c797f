import { days, daysDative } from '../numbers/de';
import type * as english from './en';

export const password: typeof english.password = {
  title: 'Passwort',
  companyProxy: 'Firmenproxy',
  lastAccepted: 'Zuletzt angenommen',
  notYet: 'noch nicht',
  setInLatchkey: 'In Latchkey eingegeben',
  daysAgo: (count) => (count === 0 ? 'heute' : count === 1 ? 'gestern' : `vor ${daysDative(count)}`),
  logonsJustNow: 'Anmeldeversuche soeben',
  newFor: (account) => `Neues Passwort für ${account}`,
  placeholder: 'Windows-Passwort',
  checkedFirst: 'Wird vor dem Speichern mit einem Anmeldeversuch geprüft.',
  checkedWith: 'Wird vor dem Ersetzen mit einem Anmeldeversuch geprüft.',
  tunnelsStay: (count) =>
    count === 0
      ? ''
      : count === 1
        ? '1 offener Tunnel bleibt offen.'
        : `${count} offene Tunnel bleiben offen.`,
  notNow: 'Nicht jetzt',
  ageBanner: (age, limit) => `Dieses Passwort ist ${days(age)} alt. Die eingestellte Grenze: ${days(limit)}.`,
  saved: 'Der Firmenproxy nimmt das Passwort an',
  retry: 'Mit demselben Passwort einmal anmelden',
  retryDetail: 'Für ein entsperrtes Konto. Kostet einen Anmeldeversuch.',
  pause: 'Anmeldung anhalten',
  pauseDetail: 'Während das Passwort anderswo geändert wird',
};
