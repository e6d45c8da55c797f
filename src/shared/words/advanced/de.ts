import type * as english from './en';

export const advanced: typeof english.advanced = {
  workstation: 'Name der Arbeitsstation',
  workstationHint: 'Leer: der Name dieses Mac',
  language: 'Sprache',
  system: 'Wie dieser Mac',
  english: 'English',
  german: 'Deutsch',
  licences: 'Lizenzen',
  licencesDetail: 'Von Latchkey und allem, woraus es besteht',
  forget: 'Konto vergessen …',
  forgetQuestion: (account) => `${account} vergessen?`,
  forgetDetail:
    'Der Hash verlässt den Schlüsselbund, Latchkey wird ausgeschaltet. Die übrigen Einstellungen bleiben.',
  forgetDo: 'Vergessen',
};
