import type { FieldProblem } from '../../fields';
import { assertNever } from '../../problem';

/** What is said under a field. */
export function field(value: FieldProblem): string {
  switch (value.kind) {
    case 'empty':
      return 'Diese Angabe fehlt.';
    case 'port-missing':
      return 'Der Port fehlt.';
    case 'port-range':
      return 'Ein Port ist eine Zahl von 1 bis 65535.';
    case 'not-a-host':
      return 'Das ist kein Name eines Rechners.';
    case 'not-an-address':
      return 'Das ist keine Adresse.';
    case 'is-pac':
      return 'Das ist eine PAC: Sie gehört in die Einstellungen unter „PAC“.';
    case 'is-https':
      return 'Name und Port, ohne https://.';
    case 'not-a-pac':
      return 'Eine URL ohne Passwort oder den ganzen Pfad einer Datei angeben.';
    case 'not-an-account':
      return 'In der Form DOMÄNE\\benutzer oder benutzer@domäne.';
    case 'is-url':
      return 'Nur der Rechner, ohne https:// und Pfad.';
    case 'has-port':
      return 'Nur der Rechner, ohne Port.';
    case 'not-a-network':
      return 'Ein Netz sieht aus wie 10.1.7.0/24.';
    case 'not-a-range':
      return 'Ein Bereich sieht aus wie 10.1.7.10-10.1.7.99.';
    case 'number-range':
      return `Eine Zahl von ${value.min} bis ${value.max}.`;
    case 'too-long':
      return `Höchstens ${value.limit} Zeichen.`;
    case 'bad-character':
      return /\s/.test(value.character)
        ? 'Bitte ohne Leerzeichen.'
        : `„${value.character}“ ist hier nicht möglich.`;
    case 'not-a-place':
      return 'Einen Port angeben, oder Adresse und Port wie 10.1.2.3:3128.';
    case 'not-a-tunnel':
      return 'Port, Name und Port angeben, etwa 5432:db.corp:5432.';
    case 'not-a-header':
      return 'Name und Wert angeben, etwa X-Department: 42.';
    case 'header-reserved':
      return 'Diesen schreibt Latchkey selbst, er lässt sich nicht setzen.';
    case 'not-a-rule':
      return 'allow oder deny und wen angeben, etwa allow 10.1.0.0/16.';
    case 'duplicate':
      return 'Das steht schon in der Liste.';
    default:
      return assertNever(value);
  }
}
