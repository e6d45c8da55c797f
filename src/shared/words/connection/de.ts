import { assertNever } from '../../problem';
import { formatAccount, formatHostPort } from '../../settings';
import type { ProxyHolder } from '../../system-proxy';
import { days } from '../numbers/de';
import { allowLocalNetwork } from '../problems/de';
import type * as english from './en';

function taken(holder: ProxyHolder | undefined): string {
  switch (holder?.kind) {
    case undefined:
      return 'Ein anderes Programm hat seinen Proxy ausgeschaltet';
    case 'proxy':
      return `Ein anderes Programm hat seinen Proxy auf ${formatHostPort(holder.address)} gestellt`;
    case 'pac':
      return `Ein anderes Programm hat ihm die PAC-Datei ${holder.url} gegeben`;
    case 'auto-discovery':
      return 'Ein anderes Programm hat auf automatische Proxy-Entdeckung gestellt';
    default:
      return assertNever(holder);
  }
}

function inFront(holder: ProxyHolder | undefined): string {
  switch (holder?.kind) {
    case undefined:
      return 'Im Moment gilt kein Proxy, wie bei manchen VPNs';
    case 'proxy':
      return `Ein VPN oder ein Profil stellt ${formatHostPort(holder.address)} davor`;
    case 'pac':
      return `Ein VPN oder ein Profil stellt die PAC-Datei ${holder.url} davor`;
    case 'auto-discovery':
      return 'Ein VPN oder ein Profil stellt die automatische Proxy-Entdeckung davor';
    default:
      return assertNever(holder);
  }
}

export const connection: typeof english.connection = {
  on: 'Latchkey ist eingeschaltet',
  onForTerminals: 'Ein für Terminals',
  macElsewhere: 'Dieser Mac geht anders',
  macTaken: (holder) => `${taken(holder)}. Terminals gehen weiter über Latchkey.`,
  macBehind: (holder) => `${inFront(holder)}. Terminals gehen über Latchkey.`,
  macWantsPassword:
    'macOS fragt nach dem Passwort eines Administrators, bevor es Latchkey verwendet. Terminals gehen schon darüber.',
  macRefused: 'Seine Proxy-Einstellungen ließen sich nicht ändern. Terminals gehen über Latchkey.',
  off: 'Latchkey ist ausgeschaltet',
  starting: 'Wird gestartet …',
  needsSetUp: 'Latchkey ist nicht eingerichtet',
  signInPaused: 'Anmeldung angehalten',
  signInHeld: 'Anmeldung wartet',
  passwordNeeded: 'Passwort erforderlich',
  couldNotStart: 'Latchkey konnte nicht starten',
  offSentence: 'Programme, die Latchkey verwenden, erreichen nichts',
  offSystemProxySentence: 'Die eigenen Proxy-Einstellungen des Mac gelten wieder',
  offNotPutBack: 'Die Proxy-Einstellungen des Mac führen noch zu Latchkey',
  needsSetUpSentence: 'Es fehlen ein Firmenproxy und ein Konto',
  waitingFor: (upstream) =>
    upstream === undefined
      ? 'Wartet auf Antwort des Firmenproxys'
      : `Wartet auf Antwort von ${formatHostPort(upstream)}`,
  askingKeychain: 'Der Schlüsselbund hat noch nicht geantwortet: vielleicht fragt macOS gerade',
  signedIn: (upstream, account) =>
    account === undefined
      ? `Bei ${formatHostPort(upstream)} angemeldet`
      : `Bei ${formatHostPort(upstream)} als ${formatAccount(account)} angemeldet`,
  expiring: (account, daysLeft) => {
    const left =
      daysLeft < 0
        ? 'Das Passwort ist älter als eingestellt.'
        : daysLeft === 0
          ? 'Das Passwort hat seinen letzten Tag.'
          : `Das Passwort gilt noch ${days(daysLeft)}.`;
    return account === undefined
      ? `Angemeldet. ${left}`
      : `Als ${formatAccount(account)} angemeldet. ${left}`;
  },
  notSignedIn: (upstream) => `Verwendet ${formatHostPort(upstream)}. Eine Anmeldung war bisher nicht nötig.`,
  direct: 'Außerhalb des Firmennetzes: direkte Verbindung',
  holding: (seconds) => `Außerhalb des Firmennetzes: Anfragen warten bis zu ${seconds} s auf die Rückkehr`,
  refusing: 'Außerhalb des Firmennetzes: Anfragen werden bis zur Rückkehr abgelehnt',
  localNetwork: 'Lokales Netzwerk gesperrt',
  localNetworkSentence: 'macOS lässt Latchkey nicht zum Firmenproxy, der im selben Netz wie dieser Mac steht',
  localNetworkRemedy: allowLocalNetwork,
  paused: 'Latchkey meldet sich erst mit dem neuen Passwort wieder an',
  spared: (upstream) =>
    `${formatHostPort(upstream)} hat Anmeldungen nicht beantwortet. Latchkey wartet, um das Konto zu schonen.`,
  sparedElse: 'Anmeldungen blieben ohne Antwort. Latchkey wartet, um das Konto zu schonen.',
  passwordMissing: (account) =>
    account === undefined
      ? 'Auf diesem Mac gibt es noch kein Passwort'
      : `Für ${formatAccount(account)} gibt es auf diesem Mac noch kein Passwort`,
  passwordRefused: 'Der Firmenproxy nimmt dieses Passwort nicht mehr an',
};
