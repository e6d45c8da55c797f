import type * as english from './en';

export const dialogs: typeof english.dialogs = {
  moveToApplications: 'Latchkey in den Ordner „Programme“ bewegen?',
  moveToApplicationsDetail:
    'Von einem Image aus lässt es sich weder bei der Anmeldung öffnen noch aktualisieren.',
  move: 'In „Programme“ bewegen',
  notNow: 'Nicht jetzt',
  importTitle: 'Eine cntlm.conf wählen',
  exportTitle: 'Als cntlm.conf sichern',
  open: 'Öffnen',
  save: 'Sichern',
  settingsNotBack: 'Die Proxy-Einstellungen dieses Mac führen noch zu Latchkey',
  settingsNotBackDetail:
    'Sie ließen sich nicht zurückholen. Programme, die sie verwenden, bekommen keine Verbindung, bis Latchkey wieder läuft.',
  quitAnyway: 'Trotzdem beenden',
  stay: 'Nicht beenden',
  startFailed: 'Latchkey ließ sich nicht starten',
  startFailedDetail: (areSettingsBack, reason) =>
    [
      areSettingsBack
        ? 'Die eigenen Proxy-Einstellungen dieses Mac gelten. Latchkey noch einmal öffnen; hilft das nicht, den Mac neu starten.'
        : 'Die Proxy-Einstellungen dieses Mac führen vielleicht noch zu Latchkey. Es noch einmal öffnen; hilft das nicht, sie in den Systemeinstellungen unter „Netzwerk“ zurückstellen.',
      reason,
    ].join('\n\n'),
  startAgain: 'Latchkey muss neu gestartet werden',
  startAgainDetail:
    'Es wurde aktualisiert, während es lief, und kann sein Fenster erst nach einem Neustart zeigen.',
  startAgainDo: 'Neu starten',
};
