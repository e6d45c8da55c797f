import type { KerberosTrouble } from '../../kerberos';
import type { ProblemText } from '../../text';

const reasons: Readonly<Record<KerberosTrouble, readonly [why: string, remedy: string]>> = {
  'no-ticket': [
    'es gibt kein Ticket',
    'In der „Ticket-Anzeige“ eines holen oder sich noch einmal am Firmennetz anmelden.',
  ],
  expired: [
    'das Ticket ist abgelaufen',
    'In der „Ticket-Anzeige“ erneuern oder sich noch einmal am Firmennetz anmelden.',
  ],
  clock: [
    'die Uhren dieses Macs und der Domäne gehen zu weit auseinander',
    'Die Uhrzeit in den Systemeinstellungen unter „Allgemein“, „Datum & Uhrzeit“ automatisch einstellen lassen.',
  ],
  'unknown-service': [
    'die Domäne kennt ihn nicht unter diesem Namen',
    'Den Firmenproxy mit seinem vollen Namen angeben, so wie ihn die IT-Abteilung schreibt.',
  ],
  'no-kdc': ['kein Domänencontroller antwortet', 'Es geht wieder, sobald dieser Mac im Firmennetz ist.'],
  slow: ['der Domänencontroller braucht zu lange', 'Es wird von selbst wieder versucht.'],
  refused: ['er hat das Ticket nicht angenommen', 'Die IT-Abteilung fragen, ob Kerberos dort funktioniert.'],
  'not-built': [
    'dieses Latchkey wurde ohne Kerberos gebaut',
    'Die App so installieren, wie sie ausgeliefert wird.',
  ],
  failed: ['macOS konnte kein Ticket holen', 'Das Ticket in der „Ticket-Anzeige“ ansehen.'],
};

/** As in English. */
export function kerberosProblem(name: string, trouble: KerberosTrouble): ProblemText {
  const [why, remedy] = reasons[trouble];
  return {
    title: 'Ohne Kerberos angemeldet',
    sentence: `Für ${name} wird das Passwort verwendet: ${why}`,
    remedy,
  };
}
