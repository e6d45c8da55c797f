import type * as english from './en';

export const access: typeof english.access = {
  port: 'Port',
  who: 'Wer sich verbinden darf',
  thisMac: 'Dieser Mac',
  thisMacDetail: '127.0.0.1 und ::1',
  named: 'Genannte Adressen',
  namedDetail: 'Nur aufgeführte Adressen und Netze',
  everyone: 'Alle, die ihn erreichen',
  everyoneDetail: 'Ihre Anfragen verwenden dieses Konto',
  rules: 'Nach Regeln, der Reihe nach',
  rulesDetail: 'Die erste, die passt, entscheidet; sonst darf man',
  rulesEmpty: 'Es gibt noch keine Regel; wer einen der Ports erreicht, darf sich verbinden.',
  allow: 'Erlauben',
  deny: 'Ablehnen',
  allOthers: 'Alle anderen',
  raise: (entry) => `${entry} nach oben`,
  addRule: 'Regel hinzufügen, etwa allow 10.1.0.0/16',
  rulesHold:
    'Die Regeln gelten auch für SOCKS und Tunnel. Andere Rechner erreichen nur, was unten steht; *:3128 ist jede Adresse. Ohne Regel für 127.0.0.1 lehnt ein abschließendes deny * auch diesen Mac ab.',
  alsoListen: 'Lauscht außerdem auf',
  alsoListenEmpty: 'Kein anderer Port, keine andere Adresse.',
  addPlace: 'Port oder Adresse:Port hinzufügen',
  add: 'Adresse oder Netz hinzufügen',
  remove: (entry) => `${entry} entfernen`,
  namedEmpty: 'Noch ist niemand genannt; nur dieser Mac darf sich verbinden.',
  tunnelsSurvive: 'Offene Tunnel bleiben beim Wechsel des Ports bestehen.',
};
