import type * as english from './en';

export const terminal: typeof english.terminal = {
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
};
