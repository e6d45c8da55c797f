import { methodName } from '../../method-name';
import { assertNever, type Hop, type Problem } from '../../problem';
import { formatAccount, formatHostPort } from '../../settings';
import type { ProblemText } from '../../text';
import { formats } from '../numbers/de';

export const allowLocalNetwork =
  '„Erlauben“ wählen, wenn macOS fragt, oder Latchkey in den Systemeinstellungen unter „Datenschutz & Sicherheit“, „Lokales Netzwerk“ einschalten.';

function nameOf({ role, address }: Hop): string {
  return role === 'upstream' ? `Der Firmenproxy ${formatHostPort(address)}` : formatHostPort(address);
}

function remedyFor({ role }: Hop): string {
  return role === 'upstream'
    ? 'Prüfen, ob dieser Mac im Firmennetz oder mit dessen VPN verbunden ist.'
    : 'Die Adresse prüfen, dann noch einmal versuchen.';
}

/** What is said about a problem of a request. */
export function problem(value: Problem): ProblemText {
  switch (value.kind) {
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
        remedy: 'Sie in den Einstellungen unter „Port und Zugriff“ eintragen.',
      };
    case 'client-sign-in-needed':
      return {
        title: 'An Latchkey anmelden',
        sentence:
          'Latchkey meldet jedes Programm mit dessen eigenem Konto an, und dieses hat nicht gesagt, mit welchem.',
        remedy: 'Dem Programm das Firmenkonto für diesen Proxy nennen: DOMÄNE\\Benutzer und das Passwort.',
      };
    case 'client-sign-in-refused':
      return {
        title: 'Der Firmenproxy hat dieses Konto abgelehnt',
        sentence: `Das Passwort, das ein Programm für ${formatAccount(value.account)} genannt hat, hat der Firmenproxy abgelehnt. Es wird nicht noch einmal gesendet.`,
        remedy: 'Dem Programm das richtige nennen. Sollte es doch gelten, Latchkey aus- und einschalten.',
      };
    case 'client-account-waits':
      return {
        title: 'Vorerst keine Anmeldung',
        sentence: `${formatAccount(value.account)} wird vorerst nicht angemeldet: Ein anderes Passwort wird gerade probiert, zwei galten nicht, oder zu viele Konten sind in Gebrauch.`,
        remedy: `In ${formats.duration(value.retryAfterMs)} noch einmal versuchen.`,
      };
    case 'socks-sign-in-refused':
      return {
        title: 'Am SOCKS-Port nicht angemeldet',
        sentence:
          'Der SOCKS-Port verlangt Benutzernamen und Passwort, und das Programm hat nicht die richtigen genannt.',
        remedy: 'Beides in die Proxy-Einstellung des Programms eintragen.',
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
        title: 'Verbindung abgelehnt',
        sentence: `${nameOf(value.hop)} lehnt die Verbindung ab: Niemand nimmt sie an diesem Port entgegen.`,
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
    case 'local-network-denied':
      return {
        title: 'macOS sperrt das lokale Netzwerk',
        sentence: `${nameOf(value.hop)} steht im selben Netz wie dieser Mac, und macOS lässt Latchkey nicht dorthin.`,
        remedy: allowLocalNetwork,
      };
    case 'untrusted-certificate':
      return {
        title: 'Zertifikat nicht vertrauenswürdig',
        sentence: `${nameOf(value.hop)} zeigt ein Zertifikat, dem dieser Mac nicht vertraut (${value.detail}).`,
        remedy:
          'Prüfen, ob dieser Mac im Firmennetz ist. Wenn ja, die IT-Abteilung nach dem Zertifikat ihrer Ausgabestelle fragen.',
      };
    case 'not-agreed':
      return {
        title: 'Firmenproxy nicht zugelassen',
        sentence: `Die PAC nennt ${formatHostPort(value.hop.address)}. Dieser Firmenproxy verlangt eine Anmeldung und bekommt keine, weil er nicht zugelassen ist.`,
        remedy: 'Gehört er zur Firma, ihn im Fenster von Latchkey zulassen.',
      };
    case 'no-pac-answer':
      return {
        title: 'Die PAC hat keine Antwort',
        sentence: `Die PAC nennt keinen Weg zu ${value.target.host} (${value.detail}).`,
        remedy:
          'Die IT-Abteilung benachrichtigen oder in den Einstellungen unter „PAC“ wählen, was dann geschieht.',
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
        remedy: 'Noch einmal versuchen. Bleibt es so, den Betreiber dieses Servers benachrichtigen.',
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
        remedy: 'Bleibt es so, die IT-Abteilung benachrichtigen.',
      };
    case 'ntlm-not-offered':
      return {
        title: 'Der Firmenproxy bietet kein NTLM an',
        sentence: `${nameOf(value.hop)} verlangt eine Anmeldung, bietet aber kein NTLM an (angeboten: ${value.offered.join(', ') || 'nichts'}).`,
        remedy: value.offered.includes('Negotiate')
          ? 'Er nimmt Kerberos an: in der „Ticket-Anzeige“ ein Ticket holen oder die IT-Abteilung fragen, welche Anmeldung er annimmt.'
          : 'Die Adresse des Firmenproxys prüfen oder die IT-Abteilung fragen, welche Anmeldung er annimmt.',
      };
    case 'method-not-offered':
      return {
        title: `Der Firmenproxy nimmt ${methodName(value.method)} nicht an`,
        sentence: `${nameOf(value.hop)} verlangt eine Anmeldung, bietet aber nicht an, was das gewählte ${methodName(value.method)} braucht (angeboten: ${value.offered.join(', ') || 'nichts'}).`,
        remedy:
          'Von selbst wird kein anderes Verfahren probiert. Unter „Anmeldung“ ein anderes wählen oder die IT-Abteilung fragen.',
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
        sentence: `${formatHostPort(value.hop.address)} hat ${formatAccount(value.account)} abgelehnt. Er sagt nicht, ob das Passwort falsch oder abgelaufen oder das Konto gesperrt ist.`,
        remedy: 'Latchkey sendet nichts mehr, bis das Passwort neu eingegeben wird.',
      };
    case 'target-refused':
      return {
        title: 'Der Firmenproxy erlaubt diese Adresse nicht',
        sentence: `${nameOf(value.hop)} nimmt ${formatAccount(value.account)} an, lehnt aber diese Adresse ab.`,
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
    case 'account-missing':
      return {
        title: 'Niemand hat das Konto genannt',
        sentence: `${nameOf(value.hop)} verlangt eine Anmeldung, und Latchkey kennt keinen Benutzernamen.`,
        remedy: 'Latchkey mit dem eigenen Konto einrichten.',
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
