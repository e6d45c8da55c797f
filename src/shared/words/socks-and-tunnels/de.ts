import { unboundReasons } from '../app-problems/de';
import type * as english from './en';

export const socksAndTunnels: typeof english.socksAndTunnels = {
  socks: 'SOCKS5-Ports',
  socksEmpty: 'SOCKS5 ist aus.',
  addSocks: 'Port hinzufügen, etwa 1080',
  users: 'SOCKS5-Benutzer',
  usersEmpty:
    'Niemand braucht ein Passwort: Wer den Port erreicht und nach den Regeln darf, kann sich verbinden.',
  userName: 'Name',
  userPassword: 'Passwort',
  addUser: 'Benutzer hinzufügen',
  changePassword: 'Passwort ändern',
  usersNote:
    'Die Passwörter liegen im Schlüsselbund. Steht hier ein Benutzer, wird über SOCKS5 sonst niemand eingelassen.',
  tunnels: 'Tunnel durch den Firmenproxy',
  tunnelsEmpty: 'Es gibt noch keinen Tunnel.',
  addTunnel: 'Tunnel hinzufügen, etwa 5432:db.corp:5432',
  open: (who, count) => `${who}, ${count === 0 ? 'keiner' : count} offen`,
  notOpen: (why) => `Nicht offen: ${unboundReasons[why]}`,
  remove: (entry) => `${entry} entfernen`,
  sameRules:
    'Beide gehen nach denselben Regeln und mit demselben Konto wie alles andere. Was offen ist, bleibt offen, wenn sich eine Zeile ändert.',
};
