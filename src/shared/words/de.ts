import type { FieldProblem } from '../fields';
import { assertNever, type Hop } from '../problem';
import { formatAccount, formatHostPort } from '../settings';
import type { AppProblem } from '../state';
import type { ProblemText } from '../text';
import type { Words } from './en';
import { createFormats } from './formats';
import { systemProxyInGerman } from './system-proxy-de';

const formats = createFormats({
  locale: 'de',
  today: 'heute',
  yesterday: 'gestern',
  minute: 'Min.',
  hour: 'Std.',
});

function days(count: number): string {
  return count === 1 ? '1 Tag' : `${formats.number(count)} Tage`;
}

/** After `vor` and `in`. */
function daysDative(count: number): string {
  return count === 1 ? '1 Tag' : `${formats.number(count)} Tagen`;
}

function requests(count: number): string {
  return count === 1 ? '1 Anfrage' : `${formats.number(count)} Anfragen`;
}

function nameOf({ role, address }: Hop): string {
  return role === 'upstream' ? `Der Firmenproxy ${formatHostPort(address)}` : formatHostPort(address);
}

function remedyFor({ role }: Hop): string {
  return role === 'upstream'
    ? 'Prüfen, ob dieser Mac im Firmennetz oder mit dessen VPN verbunden ist.'
    : 'Die Adresse prüfen, dann noch einmal versuchen.';
}

const untilQuit = 'das Passwort eingeben und behalten, bis Latchkey beendet wird.';

function problem(value: AppProblem): ProblemText {
  switch (value.kind) {
    case 'port-in-use':
      return {
        title: 'Der Anschluss ist belegt',
        sentence: `Anschluss ${value.port} wird von einem anderen Programm benutzt${value.holder === undefined ? '' : `: ${value.holder}`}`,
        remedy:
          value.freePort === undefined
            ? 'Das andere Programm beenden oder in den Einstellungen einen anderen Anschluss wählen.'
            : `Anschluss ${value.freePort} ist frei.`,
      };
    case 'port-not-allowed':
      return {
        title: 'Der Anschluss ist nicht erlaubt',
        sentence: `macOS erlaubt Latchkey den Anschluss ${value.port} nicht`,
        remedy: 'In den Einstellungen einen Anschluss ab 1024 wählen.',
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
        remedy: `„Immer erlauben“ wählen, wenn macOS fragt, oder ${untilQuit}`,
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
    case 'file-unreadable':
      return {
        title: 'Die Datei ist nicht lesbar',
        sentence: `${value.file} lässt sich nicht lesen: ${value.detail}`,
        remedy: 'Prüfen, ob die Datei vorhanden und der Zugriff erlaubt ist.',
      };
    case 'cntlm-conf':
      return {
        title: 'Die Datei ist unverständlich',
        sentence: `${value.file}, Zeile ${value.line}: ${value.detail}`,
        remedy: 'Die Zeile berichtigen oder die Angaben eintippen.',
      };
    case 'login-item-refused':
      return {
        title: 'macOS hat das Anmeldeobjekt nicht angenommen',
        sentence: 'macOS lässt Latchkey nicht bei der Anmeldung öffnen',
        remedy: 'Latchkey in den Systemeinstellungen erlauben: Allgemein, Anmeldeobjekte.',
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
    case 'not-a-latchkey-task':
      return {
        title: 'Das geht gerade nicht',
        sentence: `Latchkey kann das gerade nicht: ${value.detail}`,
        remedy: 'Gleich noch einmal versuchen.',
      };
    case 'bad-request':
      return {
        title: 'Diese Anfrage ist nicht übertragbar',
        sentence: `Ein Proxy kann diese Anfrage nicht weitergeben: ${value.detail}.`,
        remedy: 'Das Programm prüfen, das sie geschickt hat, oder seine Proxy-Einstellung.',
      };
    case 'head-too-large':
      return {
        title: 'Diese Anfrage ist zu groß',
        sentence: `Der Kopf der Anfrage ist größer als ${formats.number(value.limitBytes)} Byte.`,
        remedy: 'Die Cookies der Website löschen oder die Adresse kürzen.',
      };
    case 'client-denied':
      return {
        title: 'Nicht erlaubt',
        sentence: 'Die Adresse des Programms gehört nicht zu den Zugelassenen.',
        remedy: 'Sie in den Einstellungen unter „Anschluss und Zugriff“ eintragen.',
      };
    case 'loop':
      return {
        title: 'Die Anfrage dreht sich im Kreis',
        sentence: `Die Anfrage an ${formatHostPort(value.target)} führt zu diesem Proxy zurück.`,
        remedy: 'Prüfen, dass weder der Firmenproxy noch eine PAC-Datei auf Latchkey selbst zeigt.',
      };
    case 'needless-sign-in':
      return {
        title: 'Keine Anmeldung nötig',
        sentence:
          'Das Programm will sich bei Latchkey anmelden, das keine Anmeldung verlangt, und hat den Inhalt seiner Anfrage weggelassen.',
        remedy: 'In dessen Proxy-Einstellung Benutzer, Passwort und Optionen wie --proxy-ntlm entfernen.',
      };
    case 'origin-sign-in-lost':
      return {
        title: 'Die Anmeldung wurde unterbrochen',
        sentence: `Die Verbindung, auf der ${formatHostPort(value.target)} dich gerade anmeldete, ist beendet.`,
        remedy: 'Die Seite neu laden.',
      };
    case 'out-of-descriptors':
      return {
        title: 'Zu viele Verbindungen',
        sentence: 'Dieser Mac erlaubt Latchkey keine weiteren offenen Verbindungen.',
        remedy: 'Programme schließen, die viele öffnen, dann noch einmal versuchen.',
      };
    case 'target-denied':
      return {
        title: 'Nicht erlaubt',
        sentence: `${formatHostPort(value.target)} ist nur für diesen Mac selbst: Andere Rechner verbindet Latchkey damit nicht.`,
        remedy: 'Auf diesem Mac selbst aufrufen.',
      };
    case 'name-not-found':
      return {
        title: 'Name nicht gefunden',
        sentence: `${nameOf(value.hop)} ist nicht zu finden: Der Name hat keine Adresse.`,
        remedy: remedyFor(value.hop),
      };
    case 'connection-refused':
      return {
        title: 'Verbindung abgewiesen',
        sentence: `${nameOf(value.hop)} weist die Verbindung ab: Niemand nimmt sie an diesem Anschluss entgegen.`,
        remedy: remedyFor(value.hop),
      };
    case 'connect-timed-out':
      return {
        title: 'Keine Verbindung',
        sentence: `${nameOf(value.hop)} hat die Verbindung nicht rechtzeitig angenommen.`,
        remedy: remedyFor(value.hop),
      };
    case 'unreachable':
      return {
        title: 'Keine Verbindung',
        sentence: `${nameOf(value.hop)} ist nicht erreichbar (${value.detail}).`,
        remedy: remedyFor(value.hop),
      };
    case 'closed-early':
      return {
        title: 'Verbindung abgebrochen',
        sentence: `${nameOf(value.hop)} hat die Verbindung beendet, bevor die Antwort vollständig war.`,
        remedy: 'Noch einmal versuchen.',
      };
    case 'silent':
      return {
        title: 'Keine Antwort',
        sentence: `${nameOf(value.hop)} hat nicht rechtzeitig geantwortet.`,
        remedy: 'Später noch einmal versuchen.',
      };
    case 'broken-answer':
      return {
        title: 'Unverständliche Antwort',
        sentence: `${nameOf(value.hop)} hat eine Antwort gesendet, die gegen die Regeln von HTTP verstößt: ${value.detail}.`,
        remedy: 'Den Betreiber dieses Servers benachrichtigen.',
      };
    case 'server-error':
      return {
        title: 'Der Firmenproxy hat selbst ein Problem',
        sentence: `${nameOf(value.hop)} hat nicht gesagt, ob das Passwort gilt: ${value.detail}.`,
        remedy: 'Später noch einmal versuchen.',
      };
    case 'ntlm-not-offered':
      return {
        title: 'Der Firmenproxy bietet kein NTLM an',
        sentence: `${nameOf(value.hop)} verlangt eine Anmeldung, bietet aber kein NTLM an (angeboten: ${value.offered.join(', ') || 'nichts'}).`,
        remedy:
          'Die Adresse des Firmenproxys prüfen oder die IT-Abteilung fragen, welche Anmeldung er annimmt.',
      };
    case 'bad-challenge':
      return {
        title: 'Die Anmeldung war nicht möglich',
        sentence: `${nameOf(value.hop)} hat eine unbrauchbare NTLM-Aufforderung gesendet: ${value.detail}.`,
        remedy: 'Den Bericht der Diagnose an die IT-Abteilung geben.',
      };
    case 'credential-refused':
      return {
        title: 'Der Firmenproxy nimmt dieses Passwort nicht mehr an',
        sentence: `${formatHostPort(value.hop.address)} hat ${formatAccount(value.account)} abgewiesen. Er sagt nicht, ob das Passwort falsch oder abgelaufen oder das Konto gesperrt ist.`,
        remedy: 'Latchkey sendet nichts mehr, bis das Passwort neu eingegeben wird.',
      };
    case 'target-refused':
      return {
        title: 'Der Firmenproxy erlaubt diese Adresse nicht',
        sentence: `${nameOf(value.hop)} nimmt ${formatAccount(value.account)} an, verweigert aber diese Adresse.`,
        remedy: 'Wird sie gebraucht, die IT-Abteilung bitten, sie für das Konto freizugeben.',
      };
    case 'logon-pending':
      return {
        title: 'Anmeldung läuft noch',
        sentence: `${nameOf(value.hop)} hat die erste Anmeldung noch nicht beantwortet.`,
        remedy: 'Gleich noch einmal versuchen.',
      };
    case 'logon-unclear':
      return {
        title: 'Die Anmeldung blieb ohne Antwort',
        sentence: `${nameOf(value.hop)} hat die Verbindung bei den letzten Anmeldungen ohne Antwort beendet; niemand weiß, ob sie für das Konto zählen.`,
        remedy: `Latchkey wartet ${formats.duration(value.retryAfterMs)} bis zur nächsten. Eine Anmeldung ist auch sofort möglich.`,
      };
    case 'logon-lost':
      return {
        title: 'Eine Anmeldung für diese Adresse blieb ohne Antwort',
        sentence: `${nameOf(value.hop)} hat eine Anmeldung für diese Adresse nicht beantwortet; für sie wird keine weitere versucht.`,
        remedy: `In ${formats.duration(value.retryAfterMs)} noch einmal versuchen. Andere Adressen sind nicht betroffen.`,
      };
    case 'origin-asked':
      return {
        title: 'Die Seite verlangt die Anmeldung eines Proxys',
        sentence: `Die Seite hat mit Status 407 geantwortet, ohne etwas zu verlangen. So darf nur ein Proxy fragen; die Antwort wurde nicht weitergegeben.`,
        remedy: 'Den Betreiber der Seite benachrichtigen; das Passwort ist nicht in Frage gestellt.',
      };
    case 'other-domain':
      return {
        title: 'Der Firmenproxy ist nicht derselbe',
        sentence: `${nameOf(value.hop)} nennt die Domäne ${value.named}, bisher war es ${value.known}. Es kann ein fremder Rechner sein, daher meldet Latchkey sich dort nicht an.`,
        remedy: `${remedyFor(value.hop)} Stimmt alles, hier noch einmal anmelden: die neue Domäne wird dann gemerkt.`,
      };
    case 'sign-in-not-asked':
      return {
        title: 'Keine Anmeldung verlangt',
        sentence: `${nameOf(value.hop)} verlangt zurzeit keine Anmeldung, das Passwort ließ sich also nicht prüfen.`,
        remedy: 'Noch einmal versuchen, wenn er sie verlangt; bis dahin ist kein Passwort nötig.',
      };
    case 'sign-in-paused':
      return {
        title: 'Die Anmeldung ist angehalten',
        sentence: `Latchkey meldet ${formatAccount(value.account)} nicht an, solange das Passwort geändert wird.`,
        remedy: 'Das neue Passwort eingeben oder mit dem alten weitermachen.',
      };
    case 'internal':
      return {
        title: 'Latchkey hat einen Fehler gemacht',
        sentence: 'In Latchkey ist etwas schiefgegangen; das liegt nicht an Ihnen.',
        remedy: 'Noch einmal versuchen; bitte melden, wenn es wieder geschieht.',
      };
    default:
      return assertNever(value);
  }
}

function field(value: FieldProblem): string {
  switch (value.kind) {
    case 'empty':
      return 'Diese Angabe fehlt.';
    case 'port-missing':
      return 'Der Anschluss fehlt.';
    case 'port-range':
      return 'Ein Anschluss ist eine Zahl von 1 bis 65535.';
    case 'not-a-host':
      return 'Das ist kein Name eines Rechners.';
    case 'not-an-address':
      return 'Das ist keine Adresse.';
    case 'is-pac':
      return 'Latchkey liest keine PAC-Dateien. Bitte den Firmenproxy angeben, den sie nennt.';
    case 'is-https':
      return 'Name und Anschluss, ohne https://.';
    case 'not-an-account':
      return 'In der Form DOMÄNE\\benutzer oder benutzer@domäne.';
    case 'is-url':
      return 'Nur der Rechner, ohne https:// und Pfad.';
    case 'has-port':
      return 'Nur der Rechner, ohne Anschluss.';
    case 'network-length':
      return 'Möglich sind /8, /16 und /24, oder Adressen mit *.';
    case 'not-a-network':
      return 'Ein Netz sieht aus wie 10.1.7.0/24.';
    case 'number-range':
      return `Eine Zahl von ${value.min} bis ${value.max}.`;
    case 'too-long':
      return `Höchstens ${value.limit} Zeichen.`;
    case 'bad-character':
      return /\s/.test(value.character)
        ? 'Bitte ohne Leerzeichen.'
        : `„${value.character}“ ist hier nicht möglich.`;
    case 'duplicate':
      return 'Das steht schon in der Liste.';
    default:
      return assertNever(value);
  }
}

/** All that a user of the app can read, in German. */
export const de: Words = {
  formats,
  days,
  problem,
  field,
  systemProxy: systemProxyInGerman,
  common: {
    latchkey: 'Latchkey',
    back: 'Zurück',
    done: 'Fertig',
    later: 'Später',
    cancel: 'Abbrechen',
    add: 'Hinzufügen',
    copy: 'Kopieren',
    copied: 'Kopiert',
    tryAgain: 'Noch einmal',
    dismiss: 'Ausblenden',
    loading: 'Wird geladen',
    checkAndSave: 'Prüfen und sichern',
    checking: 'Wird geprüft …',
    showPassword: 'Passwort zeigen',
    hidePassword: 'Passwort verbergen',
  },
  connection: {
    on: 'Latchkey ist eingeschaltet',
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
    signedIn: (upstream, account) =>
      account === undefined
        ? `Bei ${formatHostPort(upstream)} angemeldet`
        : `Bei ${formatHostPort(upstream)} als ${formatAccount(account)} angemeldet`,
    notSignedIn: (upstream) =>
      `Verwendet ${formatHostPort(upstream)}. Eine Anmeldung war bisher nicht nötig.`,
    direct: 'Außerhalb des Firmennetzes: direkte Verbindung',
    refusing: 'Außerhalb des Firmennetzes: Anfragen werden bis zur Rückkehr abgewiesen',
    paused: 'Latchkey meldet sich erst mit dem neuen Passwort wieder an',
    spared: (upstream) =>
      `${formatHostPort(upstream)} hat Anmeldungen nicht beantwortet. Latchkey wartet, um das Konto zu schonen.`,
    sparedElse: 'Anmeldungen blieben ohne Antwort. Latchkey wartet, um das Konto zu schonen.',
    passwordMissing: (account) =>
      account === undefined
        ? 'Auf diesem Mac gibt es noch kein Passwort'
        : `Für ${formatAccount(account)} gibt es auf diesem Mac noch kein Passwort`,
    passwordRefused: 'Der Firmenproxy nimmt dieses Passwort nicht mehr an',
  },
  status: {
    useForThisMac: 'Für diesen Mac verwenden',
    openAtLogin: 'Bei der Anmeldung öffnen',
    needsApproval: 'Muss in den Systemeinstellungen erlaubt werden',
    openSystemSettings: 'Systemeinstellungen öffnen …',
    traffic: 'Datenverkehr',
    now: 'Jetzt',
    today: 'Heute',
    down: 'Empfangen',
    up: 'Gesendet',
    openTunnels: 'Offene Tunnel',
    minuteAgo: 'vor 1 Min.',
    nowAxis: 'jetzt',
    chartNow: (down, up) => `Datenverkehr der letzten Minute: zurzeit ${down} empfangen und ${up} gesendet`,
    chartToday: (down, up) => `Datenverkehr von heute nach Stunden: ${down} empfangen, ${up} gesendet`,
    copyTerminalCommands: 'Terminalbefehle kopieren',
    copiedTerminalCommands: 'Kopiert. Im Terminal einsetzen.',
    changePassword: 'Passwort ändern …',
    daysLeft: (count) => (count < 0 ? 'Frist vorbei' : count === 0 ? 'Letzter Tag' : `noch ${days(count)}`),
    forSession: 'Gilt, bis Latchkey beendet wird',
    keptForSession: 'Das Passwort gilt trotzdem, bis Latchkey beendet wird.',
    lastProblem: (time, title) => `${time} · ${title}`,
    activity: 'Aktivität',
    doctor: 'Diagnose',
    preferences: 'Einstellungen',
    checkAgain: 'Erneut prüfen',
    asksForAdministrator: 'macOS fragt nach dem Passwort eines Administrators',
    moreNotes: (count) => (count === 1 ? '1 weiterer Hinweis …' : `${count} weitere Hinweise …`),
    putBack: 'Einstellungen zurückholen …',
    enterPassword: 'Passwort eingeben …',
    signInOnce: 'Einmal anmelden',
    resume: 'Mit dem alten Passwort weitermachen',
    setUp: 'Einrichten …',
    usePort: (port) => `Anschluss ${port} verwenden`,
    portAndAccess: 'Anschluss wählen …',
    companyProxies: 'Firmenproxy ändern …',
    tryAgain: 'Noch einmal versuchen',
  },
  setUp: {
    title: 'Einrichten',
    welcome: 'Latchkey einrichten',
    intro: ['Einmal beim Firmenproxy anmelden.', 'Dann vergessen, dass es ihn gibt.'],
    found: 'Auf diesem Mac gefunden',
    proxiesInFile: (count, first) =>
      count === 1 ? `Firmenproxy ${first}` : `${count} Firmenproxys, zuerst ${first}`,
    accountWithHash: (account) => `${account} mit NTLMv2-Hash: kein Passwort einzutippen`,
    accountWithoutHash: (account) => `${account}. Das Passwort wird gebraucht.`,
    noProxyInFile: (count) => (count === 1 ? '1 Adresse ohne Proxy' : `${count} Adressen ohne Proxy`),
    leftOut: (line) => `Zeile ${line} ist unverständlich und entfällt`,
    leftOutMore: (count) => (count === 1 ? '1 weitere Zeile entfällt' : `${count} weitere Zeilen entfallen`),
    thisMacsProxy: 'Proxy dieses Mac',
    fromService: (upstream, service) => `${upstream}, aus ${service}. Das Passwort wird gebraucht.`,
    typeIn: 'Eintippen',
    typeInDetail: 'Proxy, Konto und Passwort',
    pacFound: (service) =>
      `${service} verwendet eine PAC-Datei, die Latchkey nicht liest: Bitte den Firmenproxy eintippen, den sie nennt.`,
    fileStays: 'Die Datei bleibt, wie sie ist. Die Prüfung kostet höchstens einen Anmeldeversuch.',
    costs: 'Die Prüfung kostet höchstens einen Anmeldeversuch.',
    next: 'Weiter',
    companyProxy: 'Firmenproxy',
    companyProxyHint: 'Name und Anschluss, etwa proxy.corp:8080',
    use: (text) => `${text} verwenden`,
    account: 'Konto',
    accountHint: 'DOMÄNE\\benutzer, wie in Windows',
    accountPlaceholder: 'DOMÄNE\\benutzer',
    password: 'Passwort',
    neverStored: 'Das Passwort wird nie gespeichert. Ein Hash davon kommt in den Schlüsselbund.',
    signingIn: 'Anmeldung läuft',
    oneLogon: 'Ein Anmeldeversuch',
    ready: 'Bereit',
    settingsComeBack: 'Die jetzigen Proxy-Einstellungen kommen zurück, sobald Latchkey aus ist.',
    refused:
      'Der Firmenproxy hat dieses Passwort abgewiesen. Er sagt nicht, ob es falsch, abgelaufen oder gesperrt ist.',
    refusedDetail: 'Ein Anmeldeversuch wurde verbraucht. Ohne Änderung wird nichts mehr gesendet.',
    changeToTryAgain: 'Zum Wiederholen ändern. Dasselbe Passwort wird nicht zweimal gesendet.',
    cancelled: 'Die Prüfung wurde abgebrochen. Nichts wurde gesichert.',
    noLogonUsed: 'Kein Anmeldeversuch wurde verbraucht.',
    logonUsed: 'Ein Anmeldeversuch wurde verbraucht.',
    keepForSession: 'Bis zum Beenden behalten',
    passwordForFile: (file) => `${file} enthält keinen brauchbaren Hash; das Passwort wird einmal gebraucht.`,
  },
  password: {
    title: 'Passwort',
    companyProxy: 'Firmenproxy',
    lastAccepted: 'Zuletzt angenommen',
    notYet: 'noch nicht',
    setInLatchkey: 'In Latchkey eingegeben',
    daysAgo: (count) => (count === 0 ? 'heute' : count === 1 ? 'gestern' : `vor ${daysDative(count)}`),
    logonsJustNow: 'Anmeldeversuche soeben',
    newFor: (account) => `Neues Passwort für ${account}`,
    placeholder: 'Windows-Passwort',
    checkedWith: 'Wird vor dem Ersetzen mit einem Anmeldeversuch geprüft.',
    tunnelsStay: (count) =>
      count === 0
        ? ''
        : count === 1
          ? '1 offener Tunnel bleibt offen.'
          : `${count} offene Tunnel bleiben offen.`,
    notNow: 'Nicht jetzt',
    ageBanner: (age, limit) =>
      `Dieses Passwort ist ${days(age)} alt. Die eingestellte Grenze: ${days(limit)}.`,
    saved: 'Der Firmenproxy nimmt das Passwort an',
    retry: 'Mit demselben Passwort einmal anmelden',
    retryDetail: 'Für ein entsperrtes Konto. Kostet einen Anmeldeversuch.',
    pause: 'Anmeldung anhalten',
    pauseDetail: 'Während das Passwort anderswo geändert wird',
  },
  activity: {
    title: 'Aktivität',
    pause: 'Anhalten',
    goOn: 'Fortsetzen',
    copyAll: 'Liste kopieren',
    filter: 'Nach Rechner, Regel oder Status filtern',
    clearFilter: 'Filter löschen',
    show: 'Anzeigen',
    all: 'Alle',
    companyProxy: 'Firmenproxy',
    direct: 'Direkt',
    refused: 'Abgewiesen',
    list: 'Anfragen, neueste zuerst',
    unknownTarget: 'Unlesbare Anfrage',
    via: (host) => `über ${host}`,
    viaCompanyProxy: 'über den Firmenproxy',
    directBy: (rule) => `direkt, wegen ${rule}`,
    directOff: 'direkt',
    refusedBy: (host) => `abgelehnt: ${host}`,
    local: 'von Latchkey beantwortet',
    trace: 'Was entschieden wurde',
    noProxyList: 'Liste ohne Proxy',
    noneFits: 'nichts passt',
    ruleFits: (rule) => `${rule} passt`,
    routes: {
      upstream: 'Weg: Firmenproxy',
      direct: 'Weg: direkt',
      local: 'Weg: Latchkey selbst',
      refused: 'Weg: abgewiesen',
    },
    connection: 'Verbindung',
    signIn: 'Anmeldung',
    withLogon: 'neue Verbindung, ein Versuch',
    withoutLogon: 'ohne neuen Versuch',
    answered: (status) => `Antwort ${status}`,
    noAnswer: 'Keine Antwort',
    alwaysDirect: 'Immer direkt …',
    alwaysDirectField: 'Künftig direkt, ohne den Firmenproxy',
    alwaysDirectDo: 'Immer direkt',
    waiting: (count) => (count === 1 ? '1 neue Anfrage' : `${formats.number(count)} neue Anfragen`),
    empty: 'Noch keine Anfragen',
    emptyDetail: 'Sie erscheinen hier, sobald Programme Latchkey verwenden.',
    nothingFits: (text) => `Nichts passt zu „${text}“`,
    nothingHere: 'Nichts dieser Art',
    searched: (count) => `${requests(count)} durchsucht.`,
    pausedAt: (time, count) =>
      `Angehalten um ${time}. ${requests(count)} ${count === 1 ? 'ist' : 'sind'} vorhanden.`,
    copied: (count) => `${requests(count)} kopiert`,
  },
  preferences: {
    title: 'Einstellungen',
    companyProxies: 'Firmenproxys',
    noProxyFor: 'Ohne Proxy',
    portAndAccess: 'Anschluss und Zugriff',
    passwordAge: 'Alter des Passworts',
    offNetwork: 'Außerhalb des Firmennetzes',
    thisMac: 'Dieser Mac',
    byManual: 'Proxy-Einstellungen',
    byPac: 'PAC-Datei',
    terminal: 'Terminal',
    advanced: 'Weitere Einstellungen',
    entries: (count) => (count === 1 ? '1 Eintrag' : `${count} Einträge`),
    portSummary: (port, access) =>
      `${port}, ${{ 'this-mac': 'dieser Mac', named: 'genannte Adressen', everyone: 'alle' }[access]}`,
    ageOf: (age, limit) => `${age} von ${daysDative(limit)}`,
    ageLimit: (limit) => `bis ${days(limit)}`,
    ageUnknown: 'Unbekannt',
    goDirect: 'Direkt verbinden',
    refuse: 'Abweisen',
    importFile: 'Aus cntlm.conf übernehmen …',
    exportFile: 'Als cntlm.conf sichern …',
    imported: 'Die Datei wurde übernommen',
    exported: 'Die Datei wurde geschrieben. Sie enthält weder Passwort noch Hash.',
    quit: 'Latchkey beenden',
    version: (version) => `Latchkey ${version}`,
  },
  upstreams: {
    status: {
      unknown: 'Noch nicht versucht',
      'in-use': 'Wird verwendet',
      'standing-by': 'In Bereitschaft',
      down: 'Keine Antwort',
    },
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
    newAddress: 'Adresse des neuen Firmenproxys',
  },
  noProxy: {
    list: 'Ohne den Firmenproxy erreicht',
    add: 'Rechner, *.domäne oder Netz',
    remove: (entry) => `${entry} entfernen`,
    none: 'Alles geht über den Firmenproxy.',
    tryAddress: 'Eine Adresse probieren',
    tryPlaceholder: 'Rechner oder Adresse einer Seite',
    direct: 'Direkt',
    because: (rule) => `, wegen ${rule}`,
    upstream: 'Firmenproxy',
    noneFits: ', da kein Eintrag passt',
  },
  access: {
    port: 'Anschluss',
    who: 'Wer sich verbinden darf',
    thisMac: 'Dieser Mac',
    thisMacDetail: '127.0.0.1 und ::1',
    named: 'Genannte Adressen',
    namedDetail: 'Nur aufgeführte Adressen und Netze',
    everyone: 'Alle, die ihn erreichen',
    everyoneDetail: 'Ihre Anfragen verwenden dieses Konto',
    add: 'Adresse oder Netz hinzufügen',
    remove: (entry) => `${entry} entfernen`,
    namedEmpty: 'Noch ist niemand genannt; nur dieser Mac darf sich verbinden.',
    tunnelsSurvive: 'Offene Tunnel bleiben beim Wechsel des Anschlusses bestehen.',
  },
  age: {
    old: (age) => `${days(age)} alt`,
    left: (count) =>
      count < 0 ? `${days(-count)} darüber` : count === 0 ? 'letzter Tag' : `noch ${days(count)}`,
    unknown: 'Der Tag der Eingabe ist unbekannt',
    longest: 'Höchstes Alter',
    noLimit: 'keins',
    days: 'Tage',
    remind: 'Erinnern',
    before: 'Tage vorher',
    note: 'Der Firmenproxy sagt nicht, wann ein Passwort abläuft. Gezählt wird ab dem Tag der Eingabe in Latchkey.',
  },
  offNetwork: {
    when: 'Wenn der Firmenproxy nicht zu finden ist',
    direct: 'Direkt verbinden',
    directDetail: 'Programme erreichen das Internet ohne ihn',
    refuse: 'Abweisen',
    refuseDetail: 'Programme erhalten einen Fehler, der den Grund nennt',
    nowOn: (proxy) => `Jetzt: im Firmennetz, ${proxy} antwortet.`,
    nowOff: 'Jetzt: außerhalb des Firmennetzes.',
    nowUnknown: 'Jetzt: noch unbekannt.',
  },
  systemProxySection: {
    how: 'Wie dieser Mac davon erfährt',
    manual: 'Proxy-Einstellungen',
    manualDetail:
      'Erreicht die meisten Programme. Ist Latchkey fort, ohne sie zurückgeholt zu haben, bekommen sie bis dahin keine Verbindung.',
    pac: 'PAC-Datei',
    pacDetail:
      'Ist Latchkey fort, gehen Browser direkt. Python, Java und viele andere lesen sie nicht; auch kennt sie die Ausnahmen nicht, die in macOS stehen.',
    localNetworks: 'Lokale Netze direkt erreichen',
    localNetworksDetail: 'Drucker und andere Geräte in der Nähe, ohne Latchkey',
    putBack:
      'Die eigenen Einstellungen kommen zurück, wenn Latchkey ausgeschaltet oder beendet wird oder abstürzt.',
  },
  terminal: {
    onItsOwn: 'Für ein einzelnes Terminal',
    shell: 'Shell des Terminals',
    copy: 'Terminalbefehle kopieren',
    copied: (shell) => `Für ${shell} kopiert. In ein Terminal einsetzen.`,
    every: 'Für jedes neue Terminal',
    block: (file) => `Block in ${file}`,
    blockDetail: 'Solange Latchkey eingeschaltet ist. Alle anderen Zeilen der Datei bleiben unberührt.',
    blockDetailMac:
      'Solange Latchkey eingeschaltet ist und für diesen Mac benutzt wird. Alle anderen Zeilen der Datei bleiben unberührt.',
    wouldCome: 'Diese Zeilen kommen in die Datei:',
    wouldLeave: 'Diese Zeilen stehen in der Datei und werden wieder entfernt:',
    comesLater: 'Diese Zeilen kommen in die Datei, sobald Latchkey eingeschaltet ist:',
    comesLaterMac:
      'Diese Zeilen kommen in die Datei, sobald Latchkey eingeschaltet ist und für diesen Mac benutzt wird:',
    nothing: 'In der Datei ändert sich nichts.',
    lines: 'Zeilen des Blocks',
    added: 'Neu:',
    removed: 'Entfernt:',
    tools: 'In den eigenen Einstellungen eines Werkzeugs',
    toolsNote: 'Das bleibt auch ohne Latchkey, bis es rückgängig gemacht wird.',
    dockerDetail: 'Für ~/.docker/config.json und damit für Container',
    dockerNote: (address) =>
      `Docker Desktop selbst: Settings, Resources, Proxies, dort den Proxy des Systems oder http://${address}.`,
    set: 'Kopieren',
    unset: 'Rücknahme kopieren',
    linesFor: (tool) => ` (Zeilen für ${tool})`,
    toolCopied: (tool) => `${tool}: kopiert`,
  },
  advanced: {
    workstation: 'Name der Arbeitsstation',
    workstationHint: 'Leer: der Name dieses Mac',
    language: 'Sprache',
    system: 'Wie dieser Mac',
    english: 'English',
    german: 'Deutsch',
    forget: 'Konto vergessen …',
    forgetQuestion: (account) => `${account} vergessen?`,
    forgetDetail:
      'Der Hash verlässt den Schlüsselbund, Latchkey wird ausgeschaltet. Die übrigen Einstellungen bleiben.',
    forgetDo: 'Vergessen',
    showLog: 'Protokoll zeigen',
  },
  doctor: {
    title: 'Diagnose',
    steps: {
      name: 'Name',
      port: 'Anschluss',
      offer: 'Anmeldung verlangt',
      challenge: 'Aufforderung',
      clock: 'Uhr',
      logon: 'Ein Anmeldeversuch',
      page: 'Eine Seite über den Proxy',
    },
    stepsLabel: 'Schritte',
    of: (done, all) => `${done} von ${all}`,
    nameIs: (host, address) => `${host} ist ${address}`,
    isAddress: (host) => `${host} ist eine Adresse`,
    portAnswers: (port) => `${port} antwortet`,
    portAnswersLong: (port) => `Anschluss ${port} antwortet`,
    offers: (schemes) => `Bietet ${schemes} an`,
    itOffers: (schemes) => `Er bietet ${schemes} an`,
    clockClose: 'Nahe an der des Proxys',
    clockAhead: (span) => `Die Uhr dieses Mac geht ${span} vor. Manche Proxys lehnen das ab.`,
    clockBehind: (span) => `Die Uhr dieses Mac geht ${span} nach. Manche Proxys lehnen das ab.`,
    accepted: (account) => `${account} wird angenommen`,
    pageStatus: (status) => `Antwort ${status}`,
    status: {
      running: 'läuft',
      done: 'erledigt',
      warning: 'zu beheben',
      failed: 'fehlgeschlagen',
      skipped: 'übersprungen',
      asking: 'Frage',
      waiting: 'noch nicht begonnen',
    },
    skipped: 'Übersprungen',
    question: 'Einmal anmelden?',
    cost: (account) => `Kostet einen Anmeldeversuch von ${account}.`,
    signInOnce: 'Einmal anmelden',
    skip: 'Überspringen',
    works: 'Es funktioniert',
    worksDetail: 'Alle Schritte sind gelungen.',
    unaskedDetail: 'Eine Anmeldung wurde nicht verlangt, das Passwort also nicht geprüft.',
    worksButClock: 'Es funktioniert, eines ist zu beheben',
    worksButStep: (step) => `Siehe „${step}“ weiter unten.`,
    worksWithoutLogon: 'So weit geprüft, ist alles in Ordnung',
    withoutLogonDetail: 'Ohne Anmeldung wurde das Passwort nicht geprüft.',
    stopped: 'Die Diagnose wurde abgebrochen',
    stoppedDetail: 'Der Bericht enthält, was bis dahin bekannt war.',
    openDateAndTime: 'Datum & Uhrzeit öffnen …',
    noSecrets: 'Der Bericht enthält weder Passwort noch Hash.',
    runAgain: 'Noch einmal',
    run: 'Starten',
    copyReport: 'Bericht kopieren',
    copiedReport: 'Bericht kopiert',
    busy: 'Eine andere Prüfung läuft noch.',
    intro: 'Prüft jeden Schritt auf dem Weg zum Firmenproxy. Fragt, bevor ein Anmeldeversuch gemacht wird.',
  },
  tray: {
    signedInAs: (account) => `Angemeldet als ${account}`,
    openLatchkey: 'Latchkey öffnen',
    turnOn: 'Einschalten',
    turnOff: 'Ausschalten',
    useForThisMac: 'Für diesen Mac verwenden',
    copyTerminalCommands: 'Terminalbefehle kopieren',
    preferences: 'Einstellungen …',
    quit: 'Latchkey beenden',
  },
  notifications: {
    passwordRefused: {
      title: 'Der Firmenproxy hat das Passwort abgewiesen',
      body: 'Bis zur neuen Eingabe wird nichts mehr gesendet.',
    },
    passwordMissing: {
      title: 'Latchkey braucht das Passwort',
      body: 'Zum Eingeben klicken.',
    },
    passwordExpires: (daysLeft, expiresOn) => ({
      title:
        daysLeft > 1
          ? `Das Passwort läuft in ${daysDative(daysLeft)} ab`
          : daysLeft === 1
            ? 'Das Passwort läuft morgen ab'
            : daysLeft === 0
              ? 'Das Passwort läuft heute ab'
              : 'Das Passwort ist älter als eingestellt',
      body: `Nach der eingestellten Grenze: ${formats.day(expiresOn)}.`,
    }),
  },
  dialogs: {
    moveToApplications: 'Latchkey in den Ordner „Programme“ bewegen?',
    moveToApplicationsDetail:
      'Von einem Image aus lässt es sich weder bei der Anmeldung öffnen noch aktualisieren.',
    move: 'In „Programme“ bewegen',
    notNow: 'Nicht jetzt',
    importTitle: 'Eine cntlm.conf wählen',
    exportTitle: 'Als cntlm.conf sichern',
    open: 'Öffnen',
    save: 'Sichern',
    settingsNotBack: 'Die Proxy-Einstellungen dieses Mac führen noch zu Latchkey',
    settingsNotBackDetail:
      'Sie ließen sich nicht zurückholen. Programme, die sie verwenden, bekommen keine Verbindung, bis Latchkey wieder läuft.',
    quitAnyway: 'Trotzdem beenden',
    stay: 'Nicht beenden',
  },
};
