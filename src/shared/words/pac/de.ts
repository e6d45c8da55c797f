import type * as english from './en';

export const pac: typeof english.pac = {
  title: 'PAC',
  how: 'Welchen Firmenproxy eine Anfrage nimmt',
  none: 'Den ersten, der antwortet',
  noneDetail: 'In der Reihenfolge der Firmenproxys',
  mac: 'Wie die Netzwerkeinstellungen des Mac sagen',
  macDetail: 'Deren PAC oder automatische Erkennung',
  file: 'Nach einer PAC',
  fileDetail: 'URL oder Pfad einer Datei, von der IT-Abteilung',
  field: 'URL oder Datei der PAC',
  wpad: 'Nach automatischer Erkennung',
  wpadDetail: 'http://wpad.DOMÄNE/wpad.dat der Domänen dieses Netzes',
  fallback: 'Wenn die PAC nicht in zwei Sekunden antwortet',
  fallbackNames: {
    direct: 'Direkt verbinden',
    refuse: 'Ablehnen',
    list: 'Der erste Firmenproxy, der antwortet',
  },
  fallbackDetails: {
    direct: 'Programme erreichen das Internet ohne Firmenproxy',
    refuse: 'Programme erhalten einen Fehler, der den Grund nennt',
    list: 'In der Reihenfolge der Firmenproxys',
  },
  notRead: 'Sie wurde noch nicht gelesen.',
  notInUse: 'Sie wird gelesen, sobald Latchkey eingeschaltet ist.',
  readAt: (place, time) => `${place}, gelesen vor ${time}.`,
  failed: (error) => `Der letzte Versuch schlug fehl: ${error}.`,
  readAgain: 'Neu lesen',
  unreadable: 'Die PAC lässt sich nicht lesen',
  usedBefore: 'Die zuvor gelesene gilt weiter.',
  newProxy: 'Ein neuer Firmenproxy',
  newProxySentence: (name) => `Die PAC nennt ${name}. Ohne Zustimmung wird dort niemand angemeldet.`,
  newProxyDetail: 'Nur zustimmen, wenn er zur Firma gehört.',
  agree: 'Zustimmen',
  disagree: 'Nie',
  looking: 'Die PAC wird gelesen …',
  names: (list) => `Sie nennt ${list}. „Prüfen und sichern“ heißt auch: Dort wird angemeldet.`,
  namesNone: 'Sie nennt für übliche Adressen keinen Firmenproxy. Bitte einen eintippen.',
  macsPac: 'PAC dieses Mac',
  macsPacDetail: (service) => `Aus ${service}. Sie sagt, welchen Firmenproxy es gibt.`,
  verdict: (verdict) =>
    verdict.kind === 'ways'
      ? `, denn die PAC sagt ${verdict.answer}`
      : `, denn die PAC hat keine Antwort (${verdict.detail})`,
};
