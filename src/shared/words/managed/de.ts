import type * as english from './en';

export const managed: typeof english.managed = {
  company: 'Das Unternehmen',
  looksAfter: (by) => `${by} betreut einige Einstellungen`,
  lockedBy: (by) => `Festgelegt von ${by}`,
  inProfile: 'Nur im Profil zu ändern.',
  questions: (contact) => `Fragen: ${contact}`,
  locked: 'festgelegt',
  domainSet: (domain) => `Die Domäne ${domain} ist festgelegt.`,
};
