import type * as english from './en';

export const headers: typeof english.headers = {
  list: 'An den Firmenproxy gesendet',
  empty: 'Keine Kopfzeile ist gesetzt.',
  add: 'Kopfzeile hinzufügen, etwa X-Department: 42',
  remove: (entry) => `${entry} entfernen`,
  note: 'Jede tritt an die Stelle dessen, was ein Programm unter ihrem Namen sendet, oder kommt hinzu. Was in einem Tunnel ist, bleibt, wie es ist; was direkt geht, erhält keine.',
};
