import { days, daysDative } from '../numbers/de';
import type * as english from './en';

export const preferences: typeof english.preferences = {
  title: 'Einstellungen',
  search: 'Einstellungen durchsuchen',
  clearSearch: 'Suche leeren',
  found: 'Gefunden',
  nothingFound: (query) => `Nichts heißt hier „${query}“`,
  searchKeys: 'Return öffnet das erste. Escape leert das Feld.',
  none: 'Keine',
  proxiesByPac: (count) => (count === 1 ? 'PAC, 1 Rechner' : `PAC, ${count} Rechner`),
  byBlock: 'Block in der Startdatei',
  companyProxies: 'Firmenproxys',
  noProxyFor: 'Ohne Proxy',
  portAndAccess: 'Port und Zugriff',
  socksAndTunnels: 'SOCKS und Tunnel',
  socksSummary: (ports, tunnels) =>
    [ports, tunnels === 0 ? '' : tunnels === 1 ? 'ein Tunnel' : `${tunnels} Tunnel`]
      .filter((part) => part !== '')
      .join(', ') || 'Keine',
  headers: 'Kopfzeilen',
  passwordAge: 'Alter des Passworts',
  offNetwork: 'Außerhalb des Firmennetzes',
  thisMac: 'Dieser Mac',
  byManual: 'Proxy-Einstellungen',
  byPac: 'PAC-Datei',
  pacNone: 'Keine',
  pacOfMac: 'Des Mac',
  pacByWpad: 'Erkannt',
  pacOwn: 'Nach Adresse',
  terminal: 'Terminal',
  advanced: 'Weitere Einstellungen',
  entries: (count) => (count === 1 ? '1 Eintrag' : `${count} Einträge`),
  portSummary: (port, access) =>
    `${port}, ${{ 'this-mac': 'dieser Mac', named: 'genannte Adressen', everyone: 'alle', rules: 'nach Regeln' }[access]}`,
  ageOf: (age, limit) => `${age} von ${daysDative(limit)}`,
  ageLimit: (limit) => `bis ${days(limit)}`,
  ageUnknown: 'Unbekannt',
  goDirect: 'Direkt verbinden',
  wait: (seconds) => `${seconds} s warten`,
  refuse: 'Ablehnen',
  importFile: 'Aus cntlm.conf übernehmen …',
  exportTitle: 'Sichern',
  exportFile: 'Als cntlm.conf sichern …',
  imported: 'Die Datei wurde übernommen',
  quit: 'Latchkey beenden',
  version: (version) => `Latchkey ${version}`,
};
