export const dialogs = {
  moveToApplications: 'Move Latchkey to the Applications folder?',
  moveToApplicationsDetail: 'From a disk image it cannot open at login or be updated.',
  move: 'Move to Applications',
  notNow: 'Not now',
  importTitle: 'Choose a cntlm.conf',
  exportTitle: 'Export as cntlm.conf',
  open: 'Open',
  save: 'Save',
  settingsNotBack: 'This Mac’s proxy settings still lead to Latchkey',
  settingsNotBackDetail:
    'They could not be put back. Programs that use them cannot connect until Latchkey runs again.',
  quitAnyway: 'Quit anyway',
  stay: 'Do not quit',
  startFailed: 'Latchkey could not start',
  startFailedDetail: (areSettingsBack: boolean, reason: string): string =>
    [
      areSettingsBack
        ? 'This Mac’s own proxy settings are in place. Open Latchkey once more; if that does not help, restart the Mac.'
        : 'This Mac’s proxy settings may still lead to Latchkey. Open it once more; if that does not help, put them back in System Settings, Network.',
      reason,
    ].join('\n\n'),
  startAgain: 'Latchkey must be started again',
  startAgainDetail: 'It was updated while it was running, and can show its panel only after a new start.',
  startAgainDo: 'Start again',
};
