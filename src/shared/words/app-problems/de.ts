import type { UnboundReason } from '../../engine-state';
import { methodName } from '../../method-name';
import { formatHostPort, formatUpstream } from '../../settings';
import type { AppProblem } from '../../app-problem';
import type { ProblemText } from '../../text';
import { confRemark } from '../conf-remarks/de';
import { commandLinkProblemInGerman } from '../command-link/de';
import { kerberosProblem } from '../kerberos/de';
import { problem } from '../problems/de';
import { updateProblem } from '../updates/de';

const untilQuit = 'das Passwort eingeben und behalten, bis Latchkey beendet wird.';

/** Why a port is not open. */
export const unboundReasons: Readonly<Record<UnboundReason, string>> = {
  own: 'eine andere Einstellung von Latchkey hat ihn schon geöffnet',
  'in-use': 'ein anderes Programm hat ihn',
  'no-such-address': 'das ist keine Adresse dieses Mac',
  'not-allowed': 'das System erlaubt es nicht',
  other: 'das System hat es abgelehnt',
};

/** What is said about a problem of the app itself, or of a request. */
export function appProblem(value: AppProblem): ProblemText {
  // `problem` takes what is left, or does not compile.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (value.kind) {
    case 'port-in-use':
      return {
        title: 'Der Port ist belegt',
        sentence: `Port ${value.port} wird von einem anderen Programm benutzt${value.holder === undefined ? '' : `: ${value.holder}`}`,
        remedy:
          value.freePort === undefined
            ? 'Das andere Programm beenden oder in den Einstellungen einen anderen Port wählen.'
            : `Port ${value.freePort} ist frei.`,
      };
    case 'port-not-allowed':
      return {
        title: 'Der Port ist nicht erlaubt',
        sentence: `macOS erlaubt Latchkey den Port ${value.port} nicht`,
        remedy: 'In den Einstellungen einen Port ab 1024 wählen.',
      };
    case 'upstream-is-latchkey':
      return {
        title: 'Der Firmenproxy ist Latchkey selbst',
        sentence: `${formatHostPort(value.upstream)} ist die Adresse von Latchkey auf diesem Mac`,
        remedy: 'Stattdessen die Adresse des Firmenproxys angeben.',
      };
    case 'unknown-host':
      return {
        title: 'Name nicht gefunden',
        sentence: `${value.host} in der Liste der Zugelassenen hat keine Adresse`,
        remedy: 'Den Namen berichtigen oder eine Adresse angeben.',
      };
    case 'keychain-locked':
      return {
        title: 'Der Schlüsselbund ist gesperrt',
        sentence: 'Latchkey kann die Anmeldung weder lesen noch sichern, solange er gesperrt ist',
        remedy: `In der Schlüsselbundverwaltung entsperren, oder ${untilQuit}`,
      };
    case 'keychain-denied':
      return {
        title: 'Der Schlüsselbund hat abgelehnt',
        sentence: 'Latchkey hat keinen Zugriff erhalten, um die Anmeldung zu lesen oder zu sichern',
        remedy: `„Immer erlauben“ wählen, wenn macOS fragt: Latchkey erhält den Eintrag dann ohne Rückfrage, auch einen der Befehlszeile, für macOS ein anderes Programm. Oder ${untilQuit}`,
      };
    case 'keychain-not-built':
      return {
        title: 'Ein Teil von Latchkey fehlt',
        sentence: 'keytar, das den Schlüsselbund fragt, wurde nicht gebaut oder lässt sich nicht laden',
        remedy: `Im Ordner von Latchkey „npm ci“ ausführen (unter Linux braucht es libsecret-1-dev) und neu starten, oder ${untilQuit}`,
      };
    case 'keychain-absent':
      return {
        title: 'Kein Schlüsselbund',
        sentence: 'Latchkey hat keinen Ort, um die Anmeldung zu sichern',
        remedy: 'Das Passwort eingeben und behalten, bis Latchkey beendet wird.',
      };
    case 'keychain-failed':
      return {
        title: 'Der Schlüsselbund antwortet nicht',
        sentence: `Der Schlüsselbund meldet einen Fehler: ${value.detail}`,
        remedy: `Am Mac ab- und wieder anmelden, oder ${untilQuit}`,
      };
    case 'settings-damaged':
      return {
        title: 'Die Einstellungen sind nicht lesbar',
        sentence: `Die Datei der Einstellungen war beschädigt. Sie wurde als ${value.keptAs} aufgehoben; es gelten die üblichen Einstellungen.`,
        remedy: 'Die Einstellungen prüfen; Latchkey neu einrichten, wo etwas fehlt.',
      };
    case 'settings-not-saved':
      return {
        title: 'Die Einstellungen wurden nicht gesichert',
        sentence: `Die Datei der Einstellungen lässt sich nicht schreiben: ${value.detail}`,
        remedy: 'Freien Platz und Zugriffsrechte prüfen, dann die Einstellung noch einmal ändern.',
      };
    case 'settings-elsewhere':
      return {
        title: 'Diese Einstellung steht in einer Datei',
        sentence:
          value.line === 0
            ? `${value.keyword} steht in ${value.file}; Latchkey liest diese Datei nur`
            : `${value.keyword} steht in Zeile ${value.line} von ${value.file}; Latchkey liest diese Datei nur`,
        remedy: 'Dort ändern, dann Latchkey neu starten.',
      };
    case 'setting-managed':
      return {
        title: 'Diese Einstellung wird verwaltet',
        sentence: `${value.by ?? 'Das Unternehmen'} hat sie für diesen Mac festgelegt`,
        remedy:
          value.contact === undefined
            ? 'Bei denen nachfragen, die diesen Mac betreuen.'
            : `An ${value.contact} wenden.`,
      };
    case 'managed-wrong':
      return {
        title: 'Eine verwaltete Einstellung gilt nicht',
        sentence: `${value.key} in ${value.file} kann nicht sein, was dort steht`,
        remedy: 'Denen sagen, die diesen Mac betreuen.',
      };
    case 'no-such-address':
      return {
        title: 'Hier kann Latchkey nicht lauschen',
        sentence: `${value.host} ist keine Adresse dieses Macs`,
        remedy: 'Die Adresse berichtigen, auf der Latchkey lauschen soll.',
      };
    case 'not-listening': {
      const why = unboundReasons[value.why];
      const said = value.line === 0 ? '' : `${value.file}, Zeile ${value.line}: `;
      return {
        title: 'Ein Port ist nicht offen',
        sentence: `${said}Latchkey lauscht nicht auf ${value.place}: ${why}. Die anderen sind offen.`,
        remedy: 'Berichtigen oder herausnehmen.',
      };
    }
    case 'socks-users-unknown':
      return {
        title: 'Einem SOCKS5-Benutzer fehlt das Passwort',
        sentence: `Der Schlüsselbund hat Latchkey kein SOCKS5-Passwort für ${value.users.join(', ')} gegeben. Unter diesem Namen wird niemand eingelassen`,
        remedy: 'Das Passwort in den Einstellungen unter „SOCKS und Tunnel“ neu angeben.',
      };
    case 'file-unreadable':
      return {
        title: 'Die Datei ist nicht lesbar',
        sentence: `${value.file} lässt sich nicht lesen: ${value.detail}`,
        remedy: 'Prüfen, ob die Datei vorhanden und der Zugriff erlaubt ist.',
      };
    case 'cntlm-conf':
      return {
        title: 'Etwas in der Datei ist nicht, wie es sein soll',
        sentence: `${value.file}${value.line === 0 ? '' : `, Zeile ${value.line}`}: ${confRemark(value.matter)}`,
        remedy: 'Die Zeile berichtigen oder die Angaben eintippen.',
      };
    case 'no-lm-hash':
      return {
        title: 'Dieses Passwort hat keinen LM-Hash',
        sentence: `${methodName(value.method)} verlangt ein Passwort aus höchstens 14 Zeichen, alle aus ASCII`,
        remedy: 'Es wurde nichts gesendet. Unter „Anmeldung“ ein anderes Verfahren wählen.',
      };
    case 'login-item-refused':
      return {
        title: 'macOS hat das Anmeldeobjekt nicht angenommen',
        sentence: 'macOS lässt Latchkey nicht bei der Anmeldung öffnen',
        remedy: 'Latchkey in den Systemeinstellungen erlauben: Allgemein, Anmeldeobjekte.',
      };
    case 'kerberos-unused':
      return kerberosProblem(formatHostPort(value.upstream), value.trouble);
    case 'pac-not-read':
      return {
        title: 'Die PAC lässt sich nicht lesen',
        sentence: `Der letzte Versuch, die PAC zu lesen, schlug fehl: ${value.error}`,
        remedy: value.isOld
          ? 'Die zuvor gelesene gilt weiter. Ihre Adresse in den Einstellungen unter „PAC“ prüfen.'
          : 'Ihre Adresse in den Einstellungen unter „PAC“ prüfen.',
      };
    case 'pac-silent':
      return {
        title: 'Die PAC hat keine Antwort',
        sentence: `Die PAC sagt nichts zu dieser Seite: ${value.detail}`,
        remedy:
          'Die IT-Abteilung verständigen. Was mit solchen Anfragen geschieht, steht in den Einstellungen unter „PAC“.',
      };
    case 'pac-not-agreed':
      return {
        title: 'Die PAC nennt andere',
        sentence: `Die PAC nennt ${value.upstreams.map(formatUpstream).join(', ')}; dort meldet Latchkey niemanden an`,
        remedy: 'Gehören sie zur Firma, in den Einstellungen unter „Firmenproxys“ hinzufügen.',
      };
    case 'notifications-off':
      return {
        title: 'Mitteilungen sind ausgeschaltet',
        sentence: 'macOS zeigt die Mitteilungen von Latchkey nicht',
        remedy:
          'In den Systemeinstellungen unter „Mitteilungen“ erlauben. Bis dahin sagen es das Symbol und sein Menü.',
      };
    case 'icon-hidden':
      return {
        title: 'Das Symbol ist nicht in der Menüleiste',
        sentence: 'macOS zeigt das Symbol von Latchkey nicht',
        remedy:
          'Latchkey in den Systemeinstellungen unter „Menüleiste“ einschalten oder in der Menüleiste Platz machen. Wird Latchkey noch einmal geöffnet, kommt dieses Fenster.',
      };
    case 'shell-block-edited':
      return {
        title: 'Der Block für Terminals wurde bearbeitet',
        sentence: `Der Block von Latchkey in ${value.file}, Zeile ${value.line}, ist nicht mehr so, wie Latchkey ihn geschrieben hat, und bleibt unberührt`,
        remedy: 'Den Block selbst aus der Datei nehmen, dann den Schalter noch einmal einschalten.',
      };
    case 'shell-file-refused':
      return {
        title: 'Die Startdatei blieb, wie sie ist',
        sentence: {
          'not-a-file': `${value.file} ist keine Datei`,
          'not-yours': `${value.file} gehört einem anderen Benutzer`,
          'read-only': `${value.file} ist schreibgeschützt`,
          'link-loop': `${value.file} ist ein Link, der auf sich selbst führt`,
          busy: `${value.file} wird gerade von einem anderen Programm geändert`,
          other: `${value.file} lässt sich nicht lesen oder schreiben: ${value.detail}`,
        }[value.why],
        remedy: {
          'not-a-file': 'Den Namen frei machen, dann noch einmal versuchen.',
          'not-yours': 'Die Datei übernehmen oder die Terminalbefehle selbst hineinkopieren.',
          'read-only': 'Schreiben erlauben oder die Terminalbefehle selbst hineinkopieren.',
          'link-loop': 'Den Link reparieren, dann noch einmal versuchen.',
          busy: 'Gleich noch einmal versuchen.',
          other: 'Freien Platz und Zugriffsrechte prüfen, dann noch einmal versuchen.',
        }[value.why],
      };
    case 'command-taken':
    case 'command-has-no-folder':
    case 'command-app-not-installed':
    case 'command-not-linked':
      return commandLinkProblemInGerman(value);
    case 'update-failed':
    case 'updates-unsupported':
      return updateProblem(value);
    case 'not-a-latchkey-task':
      return {
        title: 'Das geht gerade nicht',
        sentence: `Latchkey kann das gerade nicht: ${value.detail}`,
        remedy: 'Gleich noch einmal versuchen.',
      };
    default:
      return problem(value);
  }
}
