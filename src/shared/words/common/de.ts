import type * as english from './en';

export const common: typeof english.common = {
  latchkey: 'Latchkey',
  back: 'Zurück',
  done: 'Fertig',
  later: 'Später',
  cancel: 'Abbrechen',
  add: 'Hinzufügen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  tryAgain: 'Noch einmal',
  dismiss: 'Ausblenden',
  details: 'Details',
  loading: 'Wird geladen',
  checkAndSave: 'Prüfen und sichern',
  checking: 'Wird geprüft …',
  showPassword: 'Passwort zeigen',
  hidePassword: 'Passwort verbergen',
};
