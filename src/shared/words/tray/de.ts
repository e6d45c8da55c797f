import type * as english from './en';

export const tray: typeof english.tray = {
  signedInAs: (account) => `Angemeldet als ${account}`,
  onForTerminalsAs: (account) => `Ein für Terminals, als ${account}`,
  openLatchkey: 'Latchkey öffnen',
  turnOn: 'Einschalten',
  turnOff: 'Ausschalten',
  useForThisMac: 'Für diesen Mac verwenden',
  copyTerminalCommands: 'Terminalbefehle kopieren',
  preferences: 'Einstellungen …',
  quit: 'Latchkey beenden',
};
