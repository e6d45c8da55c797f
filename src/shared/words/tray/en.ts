export const tray = {
  signedInAs: (account: string): string => `Signed in as ${account}`,
  onForTerminalsAs: (account: string): string => `On for terminals, as ${account}`,
  openLatchkey: 'Open Latchkey',
  turnOn: 'Turn on',
  turnOff: 'Turn off',
  useForThisMac: 'Use for this Mac',
  copyTerminalCommands: 'Copy terminal commands',
  preferences: 'Preferences…',
  quit: 'Quit Latchkey',
};
