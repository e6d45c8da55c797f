import { Notification } from 'electron';
import { assertNever } from '../../../shared/problem';
import type { NotificationsState } from '../../../shared/state';
import type { Words } from '../../../shared/words/en';
import type { AppNotification, Notifications } from '../app-ports';

export interface ElectronNotificationsOptions {
  readonly words: () => Words['notifications'];
  readonly onClick: (notification: AppNotification) => void;
  /** Told why the system has not shown one. */
  readonly report: (message: string) => void;
}

function textOf(
  notification: AppNotification,
  words: Words['notifications'],
): { title: string; body: string } {
  switch (notification.kind) {
    case 'introduction':
      return words.introduction;
    case 'password-refused':
      return words.passwordRefused;
    case 'password-missing':
      return words.passwordMissing;
    case 'password-expiring':
      return words.passwordExpires(notification.daysLeft, notification.expiresOn);
    default:
      return assertNever(notification);
  }
}

/** Notifications of the system. A newer one takes the place of the one before: it is about the same password. */
export function electronNotifications(options: ElectronNotificationsOptions): Notifications {
  const { words, onClick, report } = options;
  // Without a reference it could be collected together with its listener.
  let shown: Notification | undefined;
  let state: NotificationsState = 'unknown';
  const listeners = new Set<() => void>();
  const set = (next: NotificationsState): void => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show: (notification) => {
      if (!Notification.isSupported()) {
        set('off');
        return;
      }
      shown?.close();
      shown = new Notification(textOf(notification, words()));
      shown.on('click', () => onClick(notification));
      shown.on('show', () => set('on'));
      shown.on('failed', (_event, error) => {
        report(`a notification was not shown: ${error}`);
        // The first one fails while macOS still asks the user whether there may be any.
        if (notification.kind !== 'introduction') set('off');
      });
      shown.show();
    },
  };
}
