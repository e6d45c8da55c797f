import { randomBytes, scrypt } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CalendarDay } from '../../../shared/calendar-day';
import type { LogonCount } from '../../../shared/engine-state';
import { type Account, formatAccount } from '../../../shared/settings';
import { TaskQueue } from '../../../shared/task-queue';
import { MemoryFile } from './memory-file';
import {
  type CredentialOutcome,
  isStoredCredentials,
  noLogons,
  type StoredAccount,
  type StoredCredentials,
  type StoredOutcome,
  withChanges,
  withinLimit,
} from './stored-credentials';

/** What became of a logon, as a directory may count it. */
export type LogonKind = keyof LogonCount;

/** What became of a credential, and when that was last seen. */
export interface RememberedOutcome {
  readonly outcome: CredentialOutcome;
  readonly atMs: number;
}

const deriveKey = promisify<string, Buffer, number, Buffer>(scrypt);

/** Counts are no loss worth a write each; a refusal is. */
const writeDelayMs = 5_000;
/** A full disk may have room again. */
const retryDelayMs = 60_000;

/** A directory does not tell alice from Alice. */
function accountKey(account: Account): string {
  return formatAccount(account).toUpperCase();
}

function identityOf(account: Account, mark: Buffer): string {
  return `${accountKey(account)} ${mark.toString('hex')}`;
}

export interface CredentialMemoryOptions {
  /** Told when a fingerprint begins to be computed: for as long as that takes another thread is busy, and this one is not. */
  readonly onDerive?: () => void;
}

/**
 * What Latchkey remembers about credentials: which one was accepted or refused, the logons of each day, and the day on
 * which a password was set. It is kept in one file, which several processes of a user may write; before each write the
 * file is read again, and only what has happened in this process is added. There is no lock: of two that write within the
 * same milliseconds one may be lost, which costs a count, or one logon after a restart.
 *
 * A credential stands there under a fingerprint: scrypt of account and secret with a salt of the file. The hash of a good
 * password cannot be guessed even from a plain digest, but that of a weak one can, by trying passwords; scrypt makes each
 * try dear, and the salt makes it count against one file only.
 *
 * No method rejects: what goes wrong with the file is told through `onProblem`, and what was remembered stays true in this
 * process.
 */
export class CredentialMemory {
  readonly #file: MemoryFile<StoredCredentials>;
  /** The file as it was last read or written. */
  #known: StoredCredentials | undefined;
  /** What the file does not hold yet. Here an outcome stands under its identity: another process may choose the salt. */
  #newOutcomes = new Map<string, RememberedOutcome>();
  #newAccounts = new Map<string, StoredAccount>();
  readonly #fingerprints = new Map<string, Promise<string>>();
  readonly #tasks = new TaskQueue();
  readonly #onDerive: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param directory see `stateDirectory`
   * @param onProblem gets a sentence when the file was damaged, and one when it cannot be read or written until it can be
   */
  constructor(
    directory: string,
    onProblem: (message: string) => void,
    { onDerive }: CredentialMemoryOptions = {},
  ) {
    this.#onDerive = onDerive;
    this.#file = new MemoryFile(join(directory, 'credentials.json'), {
      isSound: isStoredCredentials,
      subject: 'credentials',
      onProblem,
    });
  }

  get path(): string {
    return this.#file.path;
  }

  /**
   * What became of a credential, here or in another process of this user.
   *
   * @param mark what the credential is known by: of NTLMv2 its hash, of others method and secret
   */
  recall(account: Account, mark: Buffer): Promise<RememberedOutcome | undefined> {
    const identity = identityOf(account, mark);
    return this.#tasks.run(async () => {
      const unwritten = this.#newOutcomes.get(identity);
      if (unwritten !== undefined) return unwritten;
      const { outcomes, salt } = await this.#readOrRecall();
      // The fingerprint is dear, and on the first start there is nothing that it could be compared with.
      if (Object.keys(outcomes).length === 0) return undefined;
      const stored = outcomes[await this.#fingerprint(identity, salt)];
      return stored && { outcome: stored.outcome, atMs: Date.parse(stored.at) };
    });
  }

  /**
   * Resolves when it is on the disk, or cannot be.
   *
   * @param mark what the credential is known by: of NTLMv2 its hash, of others method and secret
   */
  async remember(account: Account, mark: Buffer, outcome: CredentialOutcome, nowMs: number): Promise<void> {
    this.#newOutcomes.set(identityOf(account, mark), { outcome, atMs: nowMs });
    await this.#write();
  }

  /** Counts at once; a refusal is written at once too, the others within 5 s or at `close`. */
  countLogon(account: Account, kind: LogonKind, day: CalendarDay): void {
    this.#change(account, { logons: { [day]: { ...noLogons, [kind]: 1 } } });
    if (kind === 'refused') void this.#write();
    else this.#writeLater(writeDelayMs);
  }

  /** Logons of an account on one of the last 31 days, those of other processes included. */
  async logonsOn(account: Account, day: CalendarDay): Promise<LogonCount> {
    return (await this.#account(account)).logons[day] ?? noLogons;
  }

  /** Written within 5 s or at `close`. @param nowMs milliseconds since 1970 */
  rememberAccepted(account: Account, nowMs: number): void {
    this.#change(account, { logons: {}, lastAccepted: new Date(nowMs).toISOString() });
    this.#writeLater(writeDelayMs);
  }

  /** When a logon of this account was accepted last, here or in another process; milliseconds since 1970. */
  async lastAccepted(account: Account): Promise<number | undefined> {
    const { lastAccepted } = await this.#account(account);
    return lastAccepted === undefined ? undefined : Date.parse(lastAccepted);
  }

  /** The day on which the password was set, as far as the user has said. */
  async passwordSetOn(account: Account): Promise<CalendarDay | undefined> {
    return (await this.#account(account)).passwordSetOn;
  }

  /** Resolves when it is on the disk, or cannot be. */
  async rememberPasswordSetOn(account: Account, day: CalendarDay): Promise<void> {
    this.#change(account, { logons: {}, passwordSetOn: day });
    await this.#write();
  }

  /**
   * The reminders that were shown for this day of expiry. They belong to that day, not to the one on which the password
   * was set: when the user corrects the maximum age they come again.
   */
  async remindersShown(account: Account, expiresOn: CalendarDay): Promise<readonly number[]> {
    const { reminders } = await this.#account(account);
    return reminders?.expiresOn === expiresOn ? reminders.shown : [];
  }

  /** Resolves when it is on the disk, or cannot be. */
  async rememberReminder(account: Account, expiresOn: CalendarDay, reminder: number): Promise<void> {
    this.#change(account, { logons: {}, reminders: { expiresOn, shown: [reminder] } });
    await this.#write();
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    await this.#write();
    this.#stopTimer();
  }

  #change(account: Account, change: StoredAccount): void {
    const key = accountKey(account);
    this.#newAccounts.set(key, withChanges(this.#newAccounts.get(key) ?? { logons: {} }, change));
  }

  #account(account: Account): Promise<StoredAccount> {
    const key = accountKey(account);
    return this.#tasks.run(async () => {
      const stored = (await this.#readOrRecall()).accounts[key] ?? { logons: {} };
      const change = this.#newAccounts.get(key);
      return change === undefined ? stored : withChanges(stored, change);
    });
  }

  #writeLater(delayMs: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#write(), delayMs).unref();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #write(): Promise<void> {
    this.#stopTimer();
    return this.#tasks.run(async () => {
      if (this.#newOutcomes.size === 0 && this.#newAccounts.size === 0) return;
      // What comes while the file is written is for the next time.
      const [outcomes, accounts] = [this.#newOutcomes, this.#newAccounts];
      this.#newOutcomes = new Map();
      this.#newAccounts = new Map();
      try {
        const next = await this.#withNews(await this.#read(), outcomes, accounts);
        await this.#file.write(next);
        this.#known = next;
      } catch (error) {
        this.#newOutcomes = new Map([...outcomes, ...this.#newOutcomes]);
        for (const [key, change] of this.#newAccounts) {
          accounts.set(key, withChanges(accounts.get(key) ?? { logons: {} }, change));
        }
        this.#newAccounts = accounts;
        this.#file.tellOnce(error);
        this.#writeLater(retryDelayMs);
      }
    });
  }

  async #withNews(
    file: StoredCredentials,
    newOutcomes: ReadonlyMap<string, RememberedOutcome>,
    newAccounts: ReadonlyMap<string, StoredAccount>,
  ): Promise<StoredCredentials> {
    let { outcomes } = file;
    for (const [identity, { outcome, atMs }] of newOutcomes) {
      const fingerprint = await this.#fingerprint(identity, file.salt);
      const stored: StoredOutcome = { outcome, at: new Date(atMs).toISOString() };
      outcomes = withinLimit({ ...outcomes, [fingerprint]: stored }, atMs);
    }
    const accounts = { ...file.accounts };
    for (const [key, change] of newAccounts) {
      accounts[key] = withChanges(accounts[key] ?? { logons: {} }, change);
    }
    return { ...file, outcomes, accounts };
  }

  /** The file, or when it cannot be read what was last known of it. */
  async #readOrRecall(): Promise<StoredCredentials> {
    try {
      return await this.#read();
    } catch (error) {
      this.#file.tellOnce(error);
      return this.#lastKnown();
    }
  }

  /** @throws NodeJS.ErrnoException when there is a file that cannot be read: it is not to be replaced then */
  async #read(): Promise<StoredCredentials> {
    const stored = await this.#file.read();
    if (stored === undefined) return this.#lastKnown();
    this.#known = stored;
    return stored;
  }

  /** A new file when nothing is known. It stays the same one, so that its salt does. */
  #lastKnown(): StoredCredentials {
    this.#known ??= { version: 1, salt: randomBytes(16).toString('hex'), outcomes: {}, accounts: {} };
    return this.#known;
  }

  #fingerprint(identity: string, salt: string): Promise<string> {
    const key = `${salt} ${identity}`;
    const known = this.#fingerprints.get(key);
    if (known !== undefined) return known;
    const derived = deriveKey(identity, Buffer.from(salt, 'hex'), 16).then((bytes) => bytes.toString('hex'));
    this.#fingerprints.set(key, derived);
    this.#onDerive?.();
    return derived;
  }
}
