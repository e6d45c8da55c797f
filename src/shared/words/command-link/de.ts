import type { CommandLinkProblem } from '../../state';
import type { ProblemText } from '../../text';
import type { commandLinkInEnglish } from './en';

/** The row for the command `latchkey`. */
export const commandLinkInGerman: typeof commandLinkInEnglish = {
  heading: 'Latchkey im Terminal',
  label: 'Befehl latchkey',
  isOn: (path) => `${path} führt zu dieser App. Zum Ausprobieren: latchkey status in einem neuen Terminal.`,
  isOff: (path) => `Verknüpft ${path} mit dieser App, für jedes Terminal.`,
  isLooking: 'Sucht, wo Terminals Befehle finden…',
  isUnsupported:
    'Nur die gepackte App bringt ihn mit. In einer Arbeitskopie heißt er node out/cli/latchkey.cjs.',
  copyLine: 'Zeile kopieren',
  lineCopied: (file) => `Kopiert. In ${file} einsetzen.`,
};

export function commandLinkProblemInGerman(problem: CommandLinkProblem): ProblemText {
  switch (problem.kind) {
    case 'command-taken':
      return {
        title: 'Dort ist ein anderes latchkey',
        sentence:
          problem.target === undefined
            ? `${problem.path} gehört nicht zu dieser App und bleibt, wie es ist`
            : `${problem.path} gehört nicht zu dieser App und bleibt, wie es ist: es führt zu ${problem.target}`,
        remedy: 'Selbst entfernen, wenn es nicht gebraucht wird, dann den Schalter einschalten.',
      };
    case 'command-has-no-folder':
      return {
        title: 'Es gibt keinen Ordner für den Befehl',
        sentence: 'Keiner der Ordner, in denen Terminals suchen, kann ihn ohne einen Administrator aufnehmen',
        remedy: `Die Zeile ${problem.line} in ${problem.file} einsetzen, die ${problem.folder} dazunimmt, dann den Schalter einschalten.`,
      };
    case 'command-app-not-installed':
      return {
        title: 'Latchkey ist noch nicht an seinem Platz',
        sentence:
          'Latchkey wurde dort geöffnet, wo es nicht bleibt, und der Befehl würde bald ins Leere führen',
        remedy: 'Latchkey nach „Programme“ bewegen und dort öffnen.',
      };
    case 'command-not-linked':
      return {
        title: 'Der Befehl blieb, wie er ist',
        sentence: `${problem.path} lässt sich nicht ändern: ${problem.detail}`,
        remedy: 'Die Rechte des Ordners prüfen, dann noch einmal versuchen.',
      };
  }
}
