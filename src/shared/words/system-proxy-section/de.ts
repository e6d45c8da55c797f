import type * as english from './en';

export const systemProxySection: typeof english.systemProxySection = {
  meaning: 'Apps, die den Proxy-Einstellungen dieses Mac folgen, gehen durch Latchkey, solange es an ist.',
  how: 'Wie dieser Mac davon erfährt',
  manual: 'Proxy-Einstellungen',
  manualDetail: 'Erreicht die meisten Programme',
  manualMore:
    'Proxy-Einstellungen: Ist Latchkey fort, ohne sie zurückgeholt zu haben, bekommen Programme keine Verbindung, bis es wieder da ist.',
  pac: 'PAC-Datei',
  pacDetail: 'Ist Latchkey fort, gehen Browser direkt',
  pacMore:
    'PAC-Datei: Python, Java und viele andere lesen sie nicht; auch kennt sie die Ausnahmen nicht, die in macOS stehen.',
  localNetworks: 'Lokale Netze direkt erreichen',
  localNetworksDetail: 'Drucker und andere Geräte in der Nähe, ohne Latchkey',
  noProxy: 'Adressen ohne Proxy direkt erreichen',
  noProxyDetail: 'Ohne Latchkey, und damit nicht in der Aktivität',
  putBack:
    'Die eigenen Einstellungen kommen zurück, wenn Latchkey ausgeschaltet oder beendet wird oder abstürzt.',
};
