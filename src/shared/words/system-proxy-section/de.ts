import type * as english from './en';

export const systemProxySection: typeof english.systemProxySection = {
  how: 'Wie dieser Mac davon erfährt',
  manual: 'Proxy-Einstellungen',
  manualDetail:
    'Erreicht die meisten Programme. Ist Latchkey fort, ohne sie zurückgeholt zu haben, bekommen sie bis dahin keine Verbindung.',
  pac: 'PAC-Datei',
  pacDetail:
    'Ist Latchkey fort, gehen Browser direkt. Python, Java und viele andere lesen sie nicht; auch kennt sie die Ausnahmen nicht, die in macOS stehen.',
  localNetworks: 'Lokale Netze direkt erreichen',
  localNetworksDetail: 'Drucker und andere Geräte in der Nähe, ohne Latchkey',
  noProxy: 'Adressen ohne Proxy direkt erreichen',
  noProxyDetail: 'Ohne Latchkey, und damit nicht in der Aktivität',
  putBack:
    'Die eigenen Einstellungen kommen zurück, wenn Latchkey ausgeschaltet oder beendet wird oder abstürzt.',
};
