import { methodName } from '../../method-name';
import type * as english from './en';

export const signIn: typeof english.signIn = {
  title: 'Anmeldung',
  methods: 'Verfahren',
  usual: 'NTLMv2',
  usualDetail: 'Nach einem Kerberos-Ticket, wo es eines gibt und der Firmenproxy es annimmt',
  other: 'Ein anderes Verfahren',
  otherDetail: 'Nur wenn die IT-Abteilung es verlangt',
  name: methodName,
  whyNot: (method) => {
    switch (method) {
      case 'NTLMv2':
        return '';
      case 'NTLM2SR':
        return 'NTLM2SR beruht auf Schlüsseln von 56 Bit: Wer mithört, kann in Tagen den Hash Ihres Passworts berechnen und sich als Sie anmelden.';
      case 'NT':
        return 'Wer mithört, kann NTLMv1 in Stunden brechen und sich als Sie anmelden.';
      case 'NTLM':
      case 'LM':
        return 'Wer mithört, kann LM in Minuten brechen, Ihr Passwort lesen und sich als Sie anmelden.';
      case 'Basic':
        return 'Basic sendet Ihr Passwort mit jeder Anfrage, und wer mithört, kann es lesen, außer mit TLS bis zum Firmenproxy.';
    }
  },
  whatElse: (method) => {
    switch (method) {
      case 'Basic':
        return 'Jede Anfrage ist eine eigene Anmeldung: Mit einem Passwort, das anderswo geändert wurde, kann jede gerade laufende Anfrage einmal abgelehnt werden.';
      case 'NTLM':
      case 'LM':
        return 'Nur ein Passwort aus höchstens 14 ASCII-Zeichen hat einen LM-Hash.';
      case 'NTLMv2':
      case 'NTLM2SR':
      case 'NT':
        return '';
    }
  },
  stays: (name) => `${name} bleibt in Gebrauch, bis Sie wählen.`,
  inUse: (name) => `${name} ist in Gebrauch.`,
  keep: (name) => `${name} behalten`,
  use: (name) => `${name} verwenden`,
  needsPassword:
    'Braucht das Passwort noch einmal: Zu einem anderen Verfahren gehört ein anderes Geheimnis. Geprüft mit einer Anmeldung.',
  keepsPassword:
    'Braucht das Passwort noch einmal und behält dann dieses selbst im Schlüsselbund. Geprüft mit einer Anmeldung.',
  notBound:
    'Bei einer verschlüsselten Verbindung zum Firmenproxy ist nur NTLMv2 an dessen Zertifikat gebunden.',
  password: (account) => `Passwort von ${account}`,
  clients: 'Programme melden sich selbst an',
  clientsDetail: 'Jedes mit eigenem Konto, als Benutzer und Passwort dieses Proxys',
  clientsNote:
    'Aus dem, was ein Programm mitbringt, macht Latchkey NTLMv2. Auf dem Weg zu Latchkey ist es lesbar: nur diesen Mac zulassen.',
  neverByItself: 'Latchkey probiert nie von selbst ein Verfahren nach dem anderen.',
};
