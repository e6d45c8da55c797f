import type { CorePorts } from './core-ports';
import { ExpiryReminder } from './expiry-reminder';
import type { StateKeeper } from './state-keeper';

/** The reminders of a password that is about to expire, for the account and the age that the settings have now. */
export class PasswordReminders {
  readonly #ports: CorePorts;
  readonly #state: StateKeeper;
  #reminder: ExpiryReminder | undefined;
  #isClosed = false;

  constructor(ports: CorePorts, state: StateKeeper) {
    this.#ports = ports;
    this.#state = state;
  }

  /** Begins anew: the account, the age or the day on which the password was set is another one. */
  begin(): void {
    void this.#reminder?.close();
    this.#reminder = undefined;
    const { memory, notifications, settings } = this.#ports;
    const { account, maxPasswordAgeDays, remindDays } = settings.settings();
    if (account === undefined || maxPasswordAgeDays === null || this.#isClosed) return;
    this.#reminder = new ExpiryReminder({
      account,
      maxAgeDays: maxPasswordAgeDays,
      firstDays: remindDays,
      memory,
      nowMs: Date.now,
      onEvent: (event) => {
        this.#state.print(event);
        if (event.kind !== 'password-expiring') return;
        const { expiresOn, daysLeft } = event;
        // The icon and its menu say it as well.
        void this.#state.refreshAccount();
        notifications.show({ kind: 'password-expiring', account, expiresOn, daysLeft });
      },
    });
    void this.#reminder.look();
  }

  /** The machine has woken: it may be another day. */
  look(): void {
    void this.#reminder?.look();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#reminder?.close();
  }
}
