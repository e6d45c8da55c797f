import type { ConfMatter } from '../../conf-remark';
import { assertNever } from '../../problem';
import { isSecret } from './en';

const hashDigits = '32 hexadezimale Ziffern';

/** What is said about a line of a cntlm.conf: words that follow its place, without a full stop. */
export function confRemark(matter: ConfMatter): string {
  switch (matter.kind) {
    case 'byte-order-mark':
      return 'die Bytereihenfolge-Marke wird hier übergangen; cntlm würde diese Zeile nicht lesen';
    case 'line-too-long':
      return `die Zeile ist länger als ${matter.limit} Bytes; cntlm würde sie dort abschneiden`;
    case 'no-keyword':
      return 'die Zeile beginnt nicht mit einem Schlüsselwort von cntlm und entfällt';
    case 'equals-sign':
      return 'das Gleichheitszeichen gehört nicht zur Schreibweise und entfällt; ein Wert, der damit beginnt, gehört in Anführungszeichen';
    case 'open-quotation-mark':
      return 'das Anführungszeichen wird nie geschlossen: die Zeile entfällt';
    case 'comment-in-word':
      return 'was auf das Nummernzeichen folgt, ist ein Kommentar; gehört es zum Wert, muss dieser in Anführungszeichen stehen';
    case 'semicolon-kept':
      return 'ein Strichpunkt beginnt hier keinen Kommentar und gehört zum Wert';
    case 'semicolon-left-out':
      return `was auf den Strichpunkt folgt, gehört nicht zu ${matter.keyword} und entfällt; ein Kommentar beginnt mit einem Nummernzeichen`;
    case 'no-line-break':
      return 'cntlm selbst übergeht diese Zeile, da sie nicht mit einem Zeilenumbruch endet';
    case 'not-needed':
      return `${matter.keyword} wird für NTLMv2 nicht gebraucht und entfällt`;
    case 'not-supported':
      return `${matter.keyword} kennt diese Version von Latchkey nicht; es entfällt`;
    case 'given-before':
      return `${matter.keyword} steht schon in Zeile ${matter.firstLine}; jene gilt`;
    case 'read-as-utf8':
      return `${matter.keyword} wird als UTF-8 gelesen; cntlm selbst hielte es für Latin-1`;
    case 'not-filled-in':
      return `${matter.keyword} wurde nie ausgefüllt: Das ist der Text einer Vorlage; ${
        isSecret(matter.keyword) ? 'stattdessen das Passwort eintippen' : 'hier gehört der eigene Wert hin'
      }`;
    case 'hash-characters':
      return `${matter.keyword} braucht ${hashDigits}, enthält aber andere Zeichen`;
    case 'hash-length':
      return `${matter.keyword} braucht ${hashDigits}, nicht ${matter.length}`;
    case 'hash-sample':
      return `${matter.keyword} ist das Beispiel, das cntlm mitbringt, nicht der eigene Hash`;
    case 'other-hash-counts':
      return `${matter.keyword} ist nicht zu gebrauchen und entfällt: ${matter.used} genügt`;
    case 'hash-beyond-ascii':
      return 'cntlm bildet den Hash eines Namens mit Buchstaben jenseits von ASCII anders; wird dieser abgelehnt, muss er neu gebildet werden';
    case 'hash-beside-password':
      return `${matter.keyword} entfällt, da Password angegeben ist`;
    case 'hashes-differ':
      return 'PassNT und PassNTLMv2 gehören bei diesem Username und dieser Domain nicht zusammen; es gilt PassNTLMv2';
    case 'hash-of-another':
      return `${matter.keyword} wurde für Username und Domain dieser Datei gebildet und nützt einem anderen Konto nichts`;
    case 'no-credential':
      return 'sie enthält weder ein Passwort noch einen Hash';
    case 'no-username':
      return 'Username fehlt: Das Konto muss anderswo angegeben werden';
    case 'no-proxy':
      return 'Proxy fehlt; die Zeile „Proxy NAME:PORT“ des Firmenproxys muss hinein';
    case 'no-proxy-beside-pac':
      return 'Proxy fehlt: Von den Firmenproxys der PAC bekommen nur die eine Anmeldung, denen zugestimmt wurde';
    case 'bad-pac':
      return `${matter.keyword} muss der ganze Pfad einer Datei sein, der mit einem Schrägstrich beginnt, oder eine URL`;
    case 'network-in-no-proxy':
      return 'NoProxy vergleicht Namen, keine Netze: Ein Muster mit Schrägstrich trifft nie zu';
    case 'dot-in-no-proxy':
      return 'NoProxy vergleicht den ganzen Namen: Für die Namen darunter *.example schreiben, nicht .example';
    case 'rule-in-no-proxy':
      return 'NoProxy hat nur Muster von Namen: Ports, Bereiche und <local> treffen nie zu';
    case 'semicolon-in-no-proxy':
      return 'NoProxy wird durch Kommas oder Leerzeichen getrennt: Mit Strichpunkt ist dies ein einziges Muster, das nie zutrifft';
    case 'case-in-no-proxy':
      return 'NoProxy wird ohne Rücksicht auf Groß- und Kleinschreibung verglichen; bei cntlm treffen Großbuchstaben nur Großbuchstaben';
    case 'proxy-scheme':
      return 'Proxy ist name:port; http:// entfällt';
    case 'bad-proxy':
      return 'Proxy muss name:port sein, mit einem Port von 1 bis 65535, ohne https:// und ohne Passwort';
    case 'bad-listen':
      return `${matter.keyword} muss [adresse:]port sein, mit einem Port von 1 bis 65535`;
    case 'blank-for-colon':
      return `${matter.keyword} braucht zwischen Adresse und Port einen Doppelpunkt, kein Leerzeichen`;
    case 'bad-access':
      return `${matter.keyword} muss eine IPv4-Adresse oder ein Name sein, wahlweise mit /0 bis /32, oder * für alle`;
    case 'bits-beyond':
      return `${matter.keyword} hat Bits jenseits von /${matter.prefixLength}; gemeint ist das ganze Netz`;
    case 'auth-other':
      return `Auth ${matter.auth} ist schwächer oder wird hier nicht ausgeführt: Stattdessen gilt ${matter.used}, bis selbst ein anderes Verfahren gewählt wird (Anmeldung in den Einstellungen oder --sign-in)`;
    case 'auth-unknown':
      return 'der Wert von Auth ist unbekannt; richtig ist „Auth NTLMv2“';
    case 'gateway-off':
      return `${matter.keyword} ist aus: Nur „yes“ schaltet es ein`;
    case 'workstation-long':
      return `Workstation ist länger als die ${matter.limit} Zeichen, die Windows erlaubt; sie wird gesendet, wie sie dasteht`;
    case 'workstation-cut':
      return `Workstation wird wie von cntlm nach ${matter.limit} Zeichen abgeschnitten`;
    case 'access-ipv6':
      return `${matter.keyword} nennt eine IPv6-Adresse, die cntlm selbst nicht versteht`;
    case 'rules-for-this-machine':
      return 'Allow und Deny betreffen nur die Programme dieses Rechners: Gateway ist aus, und jedes Listen gilt diesem Rechner';
    case 'denies-this-machine':
      return 'diese Regel lehnt auch die Programme dieses Rechners ab; davor gehört „Allow 127.0.0.1“';
    case 'bad-tunnel':
      return 'Tunnel muss [adresse:]port:name:port sein, mit Ports von 1 bis 65535';
    case 'bad-header':
      return 'Header muss „Name: Wert“ sein';
    case 'header-reserved':
      return 'Header entfällt: Dieser gilt zwischen Latchkey und dem nächsten Proxy und steht niemandem sonst zu';
    case 'bad-socks-user':
      return `${matter.keyword} muss benutzer:passwort sein, zusammen höchstens 255 Bytes`;
    case 'socks-user-singular':
      return 'SOCKS5User gilt hier; cntlm selbst liest nur SOCKS5Users, und mit dieser Zeile steht sein SOCKS-Port allen offen';
    case 'listens-here-too':
      return 'die Programme dieses Macs brauchen 127.0.0.1; auch dort wird gelauscht';
    case 'value-unusable':
      return 'ein Wert darin ist nicht zu gebrauchen';
    default:
      return assertNever(matter);
  }
}
