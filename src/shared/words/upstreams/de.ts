import type * as english from './en';

export const upstreams: typeof english.upstreams = {
  status: {
    unknown: 'Noch nicht versucht',
    'in-use': 'Wird verwendet',
    'standing-by': 'In Bereitschaft',
    down: 'Keine Antwort',
  },
  forbidden: 'Von macOS gesperrt',
  signedIn: 'Angemeldet',
  downFor: (duration) => `Keine Antwort seit ${duration}`,
  order: 'Versucht von oben nach unten. Die Reihenfolge ändern: ziehen, oder ⌥↑ und ⌥↓ drücken.',
  orderKeys: 'Versucht von oben nach unten. Die Reihenfolge ändern: ziehen, oder Alt-↑ und Alt-↓ drücken.',
  list: 'Firmenproxys, der Reihe nach',
  add: 'Firmenproxy hinzufügen',
  remove: (name) => `${name} entfernen`,
  move: (name) => `${name} verschieben`,
  edit: (name) => `Adresse des Firmenproxys ${name}`,
  last: 'Der letzte Firmenproxy bleibt: Latchkey braucht einen.',
  moved: (name, place, count) => `${name} ist jetzt ${place} von ${count}`,
  usedForAll: 'Gilt für alle',
  keepReady: 'Verbindungen bereithalten',
  keepReadyDetail: 'Seiten mit vielen Rechnern laden schneller. Nicht im Stromsparmodus.',
  newAddress: 'Adresse des neuen Firmenproxys',
};
