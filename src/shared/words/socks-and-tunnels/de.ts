import type * as english from './en';

export const socksAndTunnels: typeof english.socksAndTunnels = {
  socks: 'SOCKS5-Anschlüsse',
  socksEmpty: 'SOCKS5 ist aus.',
  addSocks: 'Anschluss hinzufügen, etwa 1080',
  tunnels: 'Tunnel durch den Firmenproxy',
  tunnelsEmpty: 'Es gibt noch keinen Tunnel.',
  addTunnel: 'Tunnel hinzufügen, etwa 5432:db.corp:5432',
  remove: (entry) => `${entry} entfernen`,
  sameRules:
    'Beide gehen nach denselben Regeln und mit demselben Konto wie alles andere. Was offen ist, bleibt offen, wenn sich eine Zeile ändert.',
};
