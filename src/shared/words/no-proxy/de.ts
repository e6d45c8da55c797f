import type * as english from './en';

export const noProxy: typeof english.noProxy = {
  list: 'Ohne den Firmenproxy erreicht',
  add: 'Rechner, Domäne oder Netz',
  remove: (entry) => `${entry} entfernen`,
  forms:
    '.corp.example ist eine Domäne mit allen Namen darunter, 10.1.0.0/16 ein Netz, 10.1.7.10-10.1.7.99 ein Bereich, ' +
    '<local> jeder Name ohne Punkt, wiki:8080 ein Port eines Rechners; * und ? stehen für beliebige Zeichen.',
  lookUp: 'Namen nachschlagen',
  lookUpDetail:
    'Um ihre Adressen mit Netzen und Bereichen zu vergleichen; kostet bei jedem neuen Namen etwas Zeit',
  notInTerminals: (rules) =>
    `Programmen in Terminals lässt sich ${rules} nicht mitteilen. Sie fragen Latchkey, das direkt verbindet.`,
  notForReader: (reader, rules) => `In Terminals lässt sich das ${reader} nicht mitteilen: ${rules}.`,
  notForMac: (rules) => `macOS lässt sich ${rules} nicht mitteilen. Dafür wird Latchkey gefragt.`,
  none: 'Alles geht über den Firmenproxy.',
  tryAddress: 'Eine Adresse probieren',
  tryPlaceholder: 'Rechner oder Adresse einer Seite',
  direct: 'Direkt',
  because: (rule) => `, wegen ${rule}`,
  upstream: 'Firmenproxy',
  noneFits: ', da kein Eintrag passt',
};
