import type * as english from './en';

export const log: typeof english.log = {
  title: 'Protokoll',
  level: 'Was es nennt',
  levels: {
    error: 'Nur Fehler',
    warning: 'Nur Probleme',
    info: 'Übliches',
    debug: 'Alles, für eine Stunde',
  },
  levelDetails: {
    error: 'Was Latchkey anhält',
    warning: 'Was zu beheben sein kann',
    info: 'Auch Anmeldungen, Netze und Firmenproxys',
    debug: 'Auch jede Anfrage und jede Anmeldung',
  },
  backAt: (time) => `ab ${time} wieder nur Probleme`,
  lastLines: 'Die letzten Zeilen',
  empty: 'Es gibt noch keine Zeile.',
  noSecrets: 'Enthält kein Passwort und keinen Hash.',
  show: 'Protokoll zeigen',
  copyLines: 'Zeilen kopieren',
};
