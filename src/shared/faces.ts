import type { Command } from './command';

/** Where somebody asks something of the core: a page or a menu of the app, or a command at a terminal. */
export type Face = 'panel' | 'terminal';

/**
 * What each face may ask. What is not there needs something that the face does not have: a terminal has no window, and dialogs,
 * clipboard and notifications are of the desktop, which may be somebody else's or not there at all.
 */
const allowed: Readonly<Record<Face, ReadonlySet<Command['kind']>>> = {
  panel: new Set([
    'turn-on',
    'turn-off',
    'check-again',
    'look-around',
    'set-up',
    'set-up-from-file',
    'look-at-pac',
    'answer-proxy',
    'refresh-pac',
    'change-password',
    'use-for-session',
    'retry-password',
    'pause-sign-in',
    'cancel-check',
    'dismiss-check',
    'run-doctor',
    'answer-doctor',
    'set-system-proxy',
    'prove-way',
    'set-open-at-login',
    'change-settings',
    'set-socks-user',
    'remove-socks-user',
    'try-address',
    'read-activity',
    'read-today',
    'count-covered',
    'copy-terminal-commands',
    'preview-shell-block',
    'set-shell-block',
    'look-for-command',
    'set-command-link',
    'copy-text',
    'import-cntlm-conf',
    'export-cntlm-conf',
    'forget-account',
    'show-log',
    'show-licences',
    'read-log',
    'open-settings-pane',
    'try-notification',
    'dismiss-notice',
    'set-panel-height',
    'go-to',
    'hide-panel',
    'leave-panel',
    'quit',
  ]),
  terminal: new Set([
    'turn-on',
    'turn-off',
    'check-again',
    'change-password',
    'retry-password',
    'pause-sign-in',
    'cancel-check',
    'run-doctor',
    'set-system-proxy',
    'prove-way',
    'change-settings',
    'set-socks-user',
    'remove-socks-user',
    'reload-settings',
    'answer-proxy',
    'refresh-pac',
    'try-address',
    'read-activity',
    'read-today',
    'count-covered',
    'read-log',
  ]),
};

/** Whether a command may come from a face. */
export function mayAsk(face: Face, { kind }: Pick<Command, 'kind'>): boolean {
  return allowed[face].has(kind);
}
