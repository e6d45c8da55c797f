import type { DayRecord } from '../../shared/activity-day';
import type { LogLevel } from '../../shared/log-line';
import type { AppSettings } from '../../shared/app-settings';
import type { CalendarDay } from '../../shared/calendar-day';
import type { CompanyProxyBook } from '../../shared/company-proxy';
import type { LogonCount } from '../../shared/engine-state';
import type { Account, HostPort } from '../../shared/settings';
import type { ManagedSettings } from '../../shared/managed';
import type { AppProblem } from '../../shared/app-problem';
import type { TrafficStep } from '../../shared/traffic';
import type { ProxyHolder, SystemProxyState } from '../../shared/system-proxy';

/** Where secrets rest: the Keychain on a Mac, the Secret Service on Linux. The service name is `Latchkey`. */
export interface Keychain {
  /** The secret of an account; undefined when there is none. @throws KeychainError */
  read(account: string): Promise<string | undefined>;
  /** Stores or replaces the secret of an account. @throws KeychainError */
  write(account: string, secret: string): Promise<void>;
  /** Removes the secret of an account; true when there was one. @throws KeychainError */
  remove(account: string): Promise<boolean>;
}

/** Tells when this machine has come to another network: other addresses, another default route, other resolvers. */
export interface NetworkWatch {
  /** One call for each change, some time after it has settled. Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  /** Resolves when everything that it runs has ended. */
  close(): Promise<void>;
}

/** Tells when this machine sleeps and wakes. Where sleep cannot be known in advance there is only `resume`. */
export interface Power {
  /**
   * Told of the beginning of each sleep, where the system says so, and of its end.
   *
   * @param listener `sleptSinceMs`: with `resume`, where nothing was said before; milliseconds since 1970
   * @returns what ends the subscription
   */
  subscribe(listener: (event: 'suspend' | 'resume', sleptSinceMs?: number) => void): () => void;
  close(): void;
}

/** Whether this machine saves its battery, as macOS does in Low Power Mode. */
export interface BatterySaver {
  /** What is known: at first true, until it is; false where it cannot be. */
  isOn(): boolean;
  /** It may have changed: to be called at the start, after waking, and when power is plugged in or out. Does not block. */
  look(): void;
  /** Resolves when everything that it runs has ended. */
  close(): Promise<void>;
}

/** What is remembered of credentials; see CredentialMemory. No method rejects. */
export interface CredentialBook {
  /** @param mark what the credential is known by: see `markOf` */
  recall(
    account: Account,
    mark: Buffer,
  ): Promise<{ readonly outcome: 'accepted' | 'refused'; readonly atMs: number } | undefined>;
  /** @param mark what the credential is known by: see `markOf` */
  remember(account: Account, mark: Buffer, outcome: 'accepted' | 'refused', nowMs: number): Promise<void>;
  countLogon(account: Account, kind: keyof LogonCount, day: CalendarDay): void;
  logonsOn(account: Account, day: CalendarDay): Promise<LogonCount>;
  rememberAccepted(account: Account, nowMs: number): void;
  /** Milliseconds since 1970. */
  lastAccepted(account: Account): Promise<number | undefined>;
  passwordSetOn(account: Account): Promise<CalendarDay | undefined>;
  rememberPasswordSetOn(account: Account, day: CalendarDay): Promise<void>;
  remindersShown(account: Account, expiresOn: CalendarDay): Promise<readonly number[]>;
  rememberReminder(account: Account, expiresOn: CalendarDay, reminder: number): Promise<void>;
  close(): Promise<void>;
}

/** What is remembered of company proxies; see CompanyProxyMemory. */
export interface CompanyProxyStore extends CompanyProxyBook {
  /** Writes what is not written yet. Never rejects. */
  close(): Promise<void>;
}

/** Today's traffic, and what else is known of today, as it was before a restart. */
export interface TrafficBook {
  /** The bytes of each hour of a day, as they were kept last; undefined when there are none. */
  recall(day: string): readonly TrafficStep[] | undefined;
  /** @param hours 24 of them; written in a while, and by `close` */
  keep(day: string, hours: readonly TrafficStep[]): void;
  /** What was kept of a day; what is of another day is forgotten. */
  recallRecord(day: string): DayRecord | undefined;
  /** @param record asked for when it is written, in a while and by `close` */
  keepRecord(day: string, record: () => DayRecord): void;
  /** Writes what is not written yet. Never rejects. */
  close(): Promise<void>;
}

/** The file with everything that the user can set. */
export interface SettingsStore {
  readonly path: string;
  /** As they were last read or written. */
  settings(): AppSettings;
  /** What was wrong with the file when it was read. */
  notices(): readonly AppProblem[];
  /**
   * Changes the settings as the file has them now, so that a hand edit is kept. They count even when the file cannot be
   * written.
   *
   * @returns why they could not be saved, if so
   */
  update(change: (settings: AppSettings) => AppSettings): Promise<AppProblem | undefined>;
  /** What of the settings somebody else has set. Absent: nothing. */
  managed?(): ManagedSettings;
  /** Why this cannot be changed here, as where the settings come from a file that Latchkey does not write. Absent: all can. */
  whyNot?(before: AppSettings, after: AppSettings): AppProblem | undefined;
  /**
   * Reads them again now, instead of when a change is noticed.
   *
   * @returns what is wrong with them; nothing has changed then
   */
  reload(): Promise<AppProblem | undefined>;
  /** Tells of changes by somebody else. Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  close(): Promise<void>;
}

/** The Mac's proxy settings: sends its traffic to the local proxy, and puts everything back as it was. */
export interface SystemProxy {
  /** What was true when it was last looked at. */
  state(): SystemProxyState;
  /**
   * Switches it on or off. Resolves with what has become of it: a failure is a state, too.
   *
   * @param mayAsk whether the user has just clicked, so that an administrator's password may be asked for
   */
  set(isOn: boolean, options: { readonly mayAsk: boolean }): Promise<SystemProxyState>;
  /** Ends a question for an administrator's password that is open, as if the user had cancelled it. */
  endQuestion(): void;
  /** Puts back what a Latchkey that was killed has left; before anything else at the start. One that runs is left alone. */
  recover(options: { readonly mayAsk: boolean }): Promise<SystemProxyState>;
  /** Looks whether everything still is as the user wants it; for whoever knows that the machine has woken. */
  check(): Promise<SystemProxyState>;
  /** Whether macOS will ask for an administrator's password; undefined when it cannot be told. Never rejects. */
  asksForPassword(): Promise<boolean | undefined>;
  /** Told of each change of the state. Returns what ends the subscription. */
  subscribe(listener: (state: SystemProxyState) => void): () => void;
  /** Told of each other program that had taken the setting, from which it was taken back at once. Returns what ends that. */
  onTakenBack(listener: (holder: ProxyHolder | undefined) => void): () => void;
  /**
   * Puts everything back before it returns, or within 3 s: for the end of the user's session, which waits for nothing. What
   * is under way ends. Can be switched on again, should the session go on after all.
   */
  restoreNow(): void;
  /** Puts everything back, within 3 s; what cannot be put back by then is left to the watchdog and to the next start. */
  close(): Promise<SystemProxyState>;
}

/** A small log of what happened, for the user to look at. Gets no secret, and keeps what looks like one to itself. */
export interface LogFile {
  readonly path: string;
  write(level: LogLevel, line: string): void;
  /** The newest lines, oldest first, as `logLine` makes them. Never rejects. */
  tail(maxLines: number): Promise<string[]>;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/** The proxies of a Mac's settings that are on. */
export interface MacProxies {
  readonly http: HostPort | undefined;
  readonly https: HostPort | undefined;
  readonly pacUrl: string | undefined;
}

/** What is there on this Mac before Latchkey. */
export interface Surroundings {
  /** The text of a file, its bytes as Latin-1; undefined when there is none. @throws NodeJS.ErrnoException */
  readFile(path: string): Promise<string | undefined>;
  /** Writes text, readable by its owner alone. @throws NodeJS.ErrnoException */
  writeFile(path: string, text: string): Promise<void>;
  /** The proxies in effect, and the name of the primary network service; undefined on other systems. */
  systemProxy(): Promise<(MacProxies & { readonly service: string }) | undefined>;
}

/** Who listens on a port of this machine. */
export interface PortHolders {
  /** The name of a program of this user's; undefined when it cannot be told. Never rejects. */
  holderOf(port: number): Promise<string | undefined>;
}
