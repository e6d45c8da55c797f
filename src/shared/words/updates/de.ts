import type { ProblemText } from '../../text';
import type { UpdateProblem } from '../../updates';
import type * as english from './en';

const tunnels = (count: number): string => (count === 1 ? 'einen Tunnel' : `${count} Tunnel`);

/** The page for updates, its row in Preferences and its line on the first page. */
export const updates: typeof english.updates = {
  title: 'Aktualisierung',
  notLooked: 'Noch nicht gesucht',
  newest: 'Aktuell',
  looking: 'Sucht …',
  share: (percent) => `${percent} %`,
  readyShort: (version) => `${version} liegt bereit`,
  failedShort: 'Misslungen',
  isNewest: (version) => `Latchkey ${version} ist die neueste Version`,
  isLoading: (version) => `Latchkey ${version} wird geladen`,
  isChecked: 'macOS prüft die Signatur',
  isReady: (version) => `Latchkey ${version} liegt bereit`,
  byLatchkey: 'Über Latchkey geladen, Signatur geprüft',
  bySystem: 'Ohne Latchkey geladen, Signatur geprüft',
  whatIsNew: 'Was neu ist',
  lessNews: 'Weniger',
  installWhenQuiet: 'Installieren, wenn Ruhe ist',
  waits: (open) =>
    open === 0
      ? 'Wartet, bis nichts mehr übertragen wird'
      : open === 1
        ? 'Wartet, bis ein Tunnel ruht'
        : `Wartet, bis ${open} Tunnel ruhen`,
  doNotWait: 'Nicht warten',
  atNextStart: 'Spätestens beim nächsten Öffnen von Latchkey kommt es von selbst.',
  open: (count) =>
    count === 1
      ? 'Ein Tunnel ist offen. Solange er Daten trägt, wird er ohne Zustimmung nicht getrennt; der Port und die Einstellungen des Mac bleiben.'
      : `${count} Tunnel sind offen. Solange sie Daten tragen, wird ohne Zustimmung keiner getrennt; der Port und die Einstellungen des Mac bleiben.`,
  noneOpen: 'Kein Tunnel ist offen. Der Port und die Einstellungen des Mac bleiben.',
  lookDaily: 'Täglich suchen',
  lastLooked: (moment) => `Zuletzt ${moment}`,
  lookNow: 'Jetzt suchen',
  installNow: 'Jetzt installieren …',
  cuts: (count) => (count === 0 ? 'Trennt keinen Tunnel' : `Trennt ${tunnels(count)}`),
  question: (version) => `Latchkey ${version} jetzt installieren?`,
  questionDetail: (count) =>
    count === 0
      ? 'Kein Tunnel ist offen. Latchkey wird beendet und startet von selbst wieder.'
      : `Das trennt ${tunnels(count)}. Latchkey wird beendet und startet von selbst wieder.`,
  installDo: 'Jetzt installieren',
  show: 'Installieren …',
  unsupported:
    'Dieser Bau von Latchkey aktualisiert sich nicht selbst. Das tut, womit es installiert wurde, oder wer es gebaut hat.',
  privacy: 'Fragt nach der Liste der Versionen und nennt die eigene, sonst nichts.',
  managedOff: 'Wer diesen Mac betreut, bringt Aktualisierungen: Latchkey sucht keine.',
};

const remedies: Readonly<Record<UpdateProblem['why'], string>> = {
  feed: 'Die Verbindung prüfen, dann noch einmal suchen. Latchkey sucht auch von selbst, einmal am Tag.',
  interrupted: 'Noch einmal suchen; es wird von vorn geladen.',
  damaged:
    'Noch einmal suchen. Bleibt es so, ist das Archiv selbst falsch: dem melden, der Latchkey herausgibt.',
  signature:
    'Nichts wurde geändert. Latchkey von dort holen, woher es beim ersten Mal kam, vom selben Team signiert.',
  refused: 'Noch einmal suchen. Bleibt es so, die neue Version selbst in den Ordner „Programme“ legen.',
  'read-only': 'Latchkey in den Ordner „Programme“ bewegen, dort öffnen und noch einmal suchen.',
  'settings-not-back': '„Für diesen Mac verwenden“ ausschalten, dann noch einmal installieren.',
  'not-installed':
    'Noch einmal suchen und installieren, oder die neue Version selbst in den Ordner „Programme“ legen.',
};

/** What is said where an update has failed. */
export const updateProblem: typeof english.updateProblem = (problem): ProblemText => {
  if (problem.kind === 'updates-unsupported')
    return {
      title: 'Hier gibt es keine Aktualisierungen',
      sentence: 'Dieser Bau von Latchkey aktualisiert sich nicht selbst',
      remedy: 'So aktualisieren, wie es installiert wurde.',
    };
  const { why, version, detail } = problem;
  const what = version === undefined ? 'die Aktualisierung' : `Latchkey ${version}`;
  const sentences: Readonly<Record<UpdateProblem['why'], string>> = {
    feed: `Die Liste der Aktualisierungen lässt sich nicht lesen: ${detail}`,
    interrupted: `Das Laden brach ab (${what}): ${detail}`,
    damaged: `Das Archiv ist nicht das angekündigte (${what})`,
    signature: `macOS nimmt die Signatur nicht an (${what}): ${detail}`,
    refused: `macOS kann sie nicht übernehmen (${what}): ${detail}`,
    'read-only': `Latchkey lässt sich nicht ersetzen, wo es liegt: ${detail}`,
    'settings-not-back':
      'Die Proxy-Einstellungen des Mac ließen sich nicht zurückstellen, darum läuft Latchkey weiter wie es ist',
    'not-installed': `Installiert wurde nichts (${what}); dies ist die Version davor`,
  };
  return {
    title: why === 'feed' ? 'Keine Nachricht von Aktualisierungen' : 'Die Aktualisierung ist misslungen',
    sentence: sentences[why],
    remedy: remedies[why],
  };
};
