import { assertNever } from '../../problem';
import { formatHostPort } from '../../settings';
import type {
  ProxyHolder,
  ProxySetting,
  SystemProxyNote,
  SystemProxyState,
  SystemProxyTrouble,
} from '../../system-proxy';
import type { SystemProxyText } from './en';

type Said = Omit<SystemProxyText, 'notes'>;

function quoted(names: readonly string[]): string {
  return names.map((name) => `„${name}“`).join(', ');
}

function nameHolder(holder: ProxyHolder | undefined): string {
  switch (holder?.kind) {
    case undefined:
      return 'Es gilt kein Proxy';
    case 'proxy':
      return `Es gilt ${formatHostPort(holder.address)}`;
    case 'pac':
      return `Es gilt die PAC-Datei ${holder.url}`;
    case 'auto-discovery':
      return 'Es gilt die automatische Proxy-Entdeckung';
  }
}

const settingNames: Readonly<Record<ProxySetting, string>> = {
  web: 'Der Web-Proxy',
  secureWeb: 'Der sichere Web-Proxy',
  socks: 'Der SOCKS-Proxy',
  pac: 'Die automatische Proxy-Konfiguration',
  autoDiscovery: 'Die automatische Proxy-Entdeckung',
  bypass: 'Die Liste der Hosts ohne Proxy',
};

function note(value: SystemProxyNote): string {
  switch (value.kind) {
    case 'service-refused':
      return `macOS hat die Einstellungen von „${value.service}“ nicht übernommen: ${value.detail}.`;
    case 'service-signs-in':
      return `„${value.service}“ hat einen Proxy mit Passwort, das später nicht zurückkäme. Der Dienst bleibt, wie er ist.`;
    case 'service-away':
      return `„${value.service}“ ist gerade nicht da; seine Einstellungen kommen zurück, sobald der Dienst wieder da ist.`;
    case 'changed-by-others':
      return `${settingNames[value.setting]} von „${value.service}“ wurde inzwischen anderswo geändert und bleibt so.`;
    case 'journal-unreadable':
      return `Die Aufzeichnung der früheren Einstellungen war nicht lesbar; sie liegt jetzt in ${value.keptAs}.`;
    case 'switched-off':
      return `Der Proxy von „${value.service}“ führte zu Latchkey und wurde ausgeschaltet; was vorher dort stand, ist nicht bekannt.`;
    default:
      return assertNever(value);
  }
}

function trouble(value: SystemProxyTrouble): Said {
  switch (value.kind) {
    case 'no-service':
      return {
        sentence: 'Es gibt keinen Netzwerkdienst, dessen Proxy sich einstellen ließe.',
        remedy: 'Den Mac mit einem Netzwerk verbinden und es noch einmal versuchen.',
      };
    case 'not-taken':
      return {
        sentence: `Kein Netzwerkdienst hat die Einstellungen übernommen: ${quoted(value.services)}.`,
        remedy: 'Gleich noch einmal einschalten.',
      };
    case 'no-answer':
      return {
        sentence: 'macOS hat nicht rechtzeitig über seine Proxy-Einstellungen Auskunft gegeben.',
        remedy: 'Gleich noch einmal einschalten.',
      };
    case 'no-command':
      return {
        sentence: `Die Proxy-Einstellungen des Mac sind nicht erreichbar: ${value.detail}.`,
        remedy: 'Dafür braucht es macOS und sein /usr/sbin/networksetup.',
      };
    case 'journal-not-written':
      return {
        sentence: `Die früheren Einstellungen ließen sich nicht aufschreiben, darum wurde nichts geändert: ${value.detail}.`,
        remedy: 'Auf der Festplatte Platz schaffen und es noch einmal versuchen.',
      };
    case 'journal-newer':
      return {
        sentence: `Die Aufzeichnung der früheren Einstellungen, ${value.path}, stammt von einem neueren Latchkey, darum wurde nichts geändert.`,
        remedy: 'Die Einstellungen mit dem neueren Latchkey zurückholen.',
      };
    case 'other-instance':
      return {
        sentence: `Ein anderes Latchkey (Prozess ${value.pid}) hat den Proxy des Mac gesetzt und läuft noch.`,
        remedy: 'Dort ausschalten oder jenes beenden.',
      };
    case 'not-put-back':
      return {
        sentence: `macOS hat die früheren Einstellungen nicht zurückgenommen. Latchkey ist noch der Proxy von ${quoted(value.services)}.`,
        remedy:
          'Noch einmal versuchen oder in den Systemeinstellungen unter Netzwerk, Details, Proxies ändern.',
      };
    case 'busy':
      return {
        sentence: 'Ein anderes Latchkey ändert gerade die Einstellungen.',
        remedy: 'Es in ein paar Sekunden noch einmal versuchen.',
      };
    default:
      return assertNever(value);
  }
}

function said(state: SystemProxyState): Said {
  switch (state.kind) {
    case 'unsupported':
      return { sentence: 'Dieser Rechner hat keine Proxy-Einstellungen, die Latchkey umschalten könnte.' };
    case 'off':
      return { sentence: 'Dieser Mac verwendet Latchkey nicht als Proxy.' };
    case 'changing':
      return {
        sentence:
          state.to === 'on'
            ? 'Die Proxy-Einstellungen des Mac werden geändert.'
            : 'Die früheren Proxy-Einstellungen des Mac werden zurückgeholt.',
      };
    case 'on':
      return {
        sentence: `Dieser Mac verwendet Latchkey als Proxy${state.mode === 'pac' ? ', über eine PAC-Datei' : ''}: ${quoted(state.services)}.`,
      };
    case 'not-in-force':
      return {
        sentence: `Der Proxy des Mac ist auf Latchkey gestellt, doch im Moment entscheidet etwas anderes. ${nameHolder(state.holder)}.`,
        remedy:
          state.holder === undefined
            ? 'Vielleicht ist kein Netzwerk da, oder ein VPN ohne Proxy.'
            : 'Vielleicht geht ein VPN oder ein Konfigurationsprofil vor; die IT-Abteilung fragen.',
      };
    case 'taken-over':
      return {
        sentence: `Ein anderes Programm hat die Proxy-Einstellung des Mac mehrmals an sich genommen. ${nameHolder(state.holder)}. Latchkey setzt sie nicht mehr.`,
        remedy: 'Das andere Programm beenden und dann wieder einschalten.',
      };
    case 'needs-password':
      return state.to === 'on'
        ? {
            sentence:
              'macOS verlangt das Passwort eines Administrators, um die Proxy-Einstellungen zu ändern.',
            remedy: 'Noch einmal einschalten und einen Administrator antworten lassen.',
          }
        : {
            sentence:
              'macOS verlangt das Passwort eines Administrators, um die früheren Proxy-Einstellungen zurückzuholen.',
            remedy: 'Noch einmal ausschalten und einen Administrator antworten lassen.',
          };
    case 'failed':
      return trouble(state.trouble);
    default:
      return assertNever(state);
  }
}

/** The words for the state of the Mac's proxy settings, in German. */
export function systemProxyInGerman(state: SystemProxyState): SystemProxyText {
  return { ...said(state), notes: state.notes.map(note) };
}
