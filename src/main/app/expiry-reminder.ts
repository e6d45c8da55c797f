import type { CredentialBook } from '../platform/ports';
import { localDay } from '../../shared/calendar-day';
import type { EngineEvent } from '../../shared/event';
import { dueReminder, passwordAge } from '../../shared/password-age';
import type { Account } from '../../shared/settings';
import { TaskQueue } from '../../shared/task-queue';

export interface ExpiryReminderOptions {
  readonly account: Account;
  /** After how many days the directory asks for a new password, as the user says. */
  readonly maxAgeDays: number;
  readonly memory: Pick<CredentialBook, 'passwordSetOn' | 'remindersShown' | 'rememberReminder'>;
  /** How many days before the first reminder comes. Default 7. */
  readonly firstDays?: number;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly onEvent: (event: EngineEvent) => void;
}

const lookEveryMs = 3_600_000;

/**
 * Reminds of a password that is about to expire: some days before, 3 days and 1 day before, and on the day. It goes by the calendar alone and
 * asks nobody, so that being away from the company network means nothing.
 */
export class ExpiryReminder {
  readonly #options: ExpiryReminderOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #looks = new TaskQueue();

  constructor(options: ExpiryReminderOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.look(), lookEveryMs).unref();
  }

  /** Reminds if it is due; also to be called when the machine has woken. */
  look(): Promise<void> {
    return this.#looks.run(() => this.#look());
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looks.idle();
  }

  async #look(): Promise<void> {
    const { account, maxAgeDays, firstDays = 7, memory, nowMs, onEvent } = this.#options;
    const setOn = await memory.passwordSetOn(account);
    if (setOn === undefined) return;
    const { expiresOn, daysLeft } = passwordAge({ setOn, maxAgeDays, today: localDay(nowMs()) });
    const remindedAt = await memory.remindersShown(account, expiresOn);
    const reminder = dueReminder({ daysLeft, remindedAt, firstDays });
    if (reminder === undefined) return;
    await memory.rememberReminder(account, expiresOn, reminder);
    onEvent({ kind: 'password-expiring', account, maxAgeDays, expiresOn, daysLeft });
  }
}
