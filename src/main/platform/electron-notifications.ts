import { Notification } from 'electron';
import { assertNever } from '../../shared/problem';
import type { Words } from '../../shared/words/en';
import type { AppNotification, Notifications } from './app-ports';

function textOf(
  notification: AppNotification,
  words: Words['notifications'],
): { title: string; body: string } {
  switch (notification.kind) {
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
export function electronNotifications(
  words: () => Words['notifications'],
  onClick: () => void,
): Notifications {
  // Without a reference it could be collected together with its listener.
  let shown: Notification | undefined;
  return {
    show: (notification) => {
      if (!Notification.isSupported()) return;
      shown?.close();
      shown = new Notification(textOf(notification, words()));
      shown.on('click', onClick);
      shown.show();
    },
  };
}
