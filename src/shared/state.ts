import type { CalendarDay } from './calendar-day';
import type { CredentialStanding, LogonCount, Reachability } from './engine-state';
import type { Problem } from './problem';
import type { Account, HostPort } from './settings';
import type { AppSettings } from './app-settings';
import { leadsToLatchkey, type SystemProxyState } from './system-proxy';

/** The headline: what Latchkey is doing for the user at the moment. */
export type Connection =
  | { readonly kind: 'off' }
  /** No company proxy or no account is known yet. */
  | { readonly kind: 'needs-setup' }
  /** The local proxy is being opened, or no company proxy has answered yet. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'on'; readonly route: OnRoute }
  /** Requests are not forwarded for now, and nobody needs to do anything about it. */
  | { readonly kind: 'waiting'; readonly why: WaitReason }
  | { readonly kind: 'password-needed'; readonly why: PasswordReason }
  | { readonly kind: 'failed'; readonly problem: AppProblem };

export type OnRoute =
  /** `hasSignedIn` is false until a logon has been accepted on this network, or when none is asked for. */
  | { readonly kind: 'upstream'; readonly upstream: HostPort; readonly hasSignedIn: boolean }
  /** Off the company network, and the settings say to go direct. */
  | { readonly kind: 'direct' };

export type WaitReason =
  /** Off the company network, and the settings say to refuse. */
  | { readonly kind: 'network' }
  /** The user is changing the password. */
  | { readonly kind: 'paused' }
  /** Logons were lost without an answer: the account is spared for a while. */
  | { readonly kind: 'account-spared'; readonly problem: Problem };

export type PasswordReason =
  /** There is no hash for this account. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly upstream: HostPort; readonly atMs: number }
  /** The Keychain did not hand it out. */
  | { readonly kind: 'keychain'; readonly problem: AppProblem };

/** What can go wrong in the app itself, besides a request. */
export type AppProblem =
  | Problem
  | {
      readonly kind: 'port-in-use';
      readonly port: number;
      readonly freePort: number | undefined;
      readonly holder: string | undefined;
    }
  | { readonly kind: 'port-not-allowed'; readonly port: number }
  | { readonly kind: 'upstream-is-latchkey'; readonly upstream: HostPort }
  | { readonly kind: 'unknown-host'; readonly host: string }
  | { readonly kind: 'keychain-locked' }
  | { readonly kind: 'keychain-denied' }
  | { readonly kind: 'keychain-absent' }
  | { readonly kind: 'keychain-failed'; readonly detail: string }
  /** The settings file could not be read; it was kept under another name and defaults are in use. */
  | { readonly kind: 'settings-damaged'; readonly keptAs: string }
  | { readonly kind: 'settings-not-saved'; readonly detail: string }
  | { readonly kind: 'file-unreadable'; readonly file: string; readonly detail: string }
  | { readonly kind: 'cntlm-conf'; readonly file: string; readonly line: number; readonly detail: string }
  | { readonly kind: 'login-item-refused' }
  /** Somebody has changed the block in a shell's start file: it is left alone. */
  | { readonly kind: 'shell-block-edited'; readonly file: string; readonly line: number }
  | {
      readonly kind: 'shell-file-refused';
      readonly file: string;
      readonly why: 'not-a-file' | 'not-yours' | 'read-only' | 'link-loop' | 'busy' | 'other';
      /** What the system said. */
      readonly detail: string;
    }
  | { readonly kind: 'not-a-latchkey-task'; readonly detail: string };

/** As macOS tells it. `not-found` is what a fresh install says, and means off. */
export type OpenAtLoginState = 'on' | 'off' | 'requires-approval' | 'unsupported';

export interface UpstreamState {
  readonly address: HostPort;
  readonly status: 'unknown' | 'in-use' | 'standing-by' | 'down';
  /** Why it is down, and since when (milliseconds since 1970). */
  readonly problem?: Problem;
  readonly downSinceMs?: number;
}

/** Bytes in one step of the chart. */
export interface TrafficStep {
  readonly downBytes: number;
  readonly upBytes: number;
}

export interface TrafficState {
  /** Bytes in the last second. */
  readonly now: TrafficStep;
  readonly openTunnels: number;
  /** The last 60 seconds, oldest first; empty while the panel is hidden. */
  readonly lastMinute: readonly TrafficStep[];
  /** The hours of today from 0 to 23, local time; empty while the panel is hidden. */
  readonly hours: readonly TrafficStep[];
  readonly today: TrafficStep;
}

/** A failed request worth a row on the status screen. */
export interface LastProblem {
  /** The row of the activity list. */
  readonly id: number;
  readonly target: string;
  readonly atMs: number;
  readonly problem: Problem;
}

export interface AccountState {
  readonly account: Account;
  readonly standing: CredentialStanding;
  /** Milliseconds since 1970. */
  readonly lastAcceptedMs?: number;
  readonly today: LogonCount;
  /** The day on which the password was given to Latchkey, and its age. */
  readonly setOn?: CalendarDay;
  readonly ageDays?: number;
  /** Days until the user's own limit; negative after it; absent without a limit. */
  readonly daysLeft?: number;
  /** Whether the hash is kept only until Latchkey quits, as the Keychain would not take it. */
  readonly isForSessionOnly: boolean;
}

/** Something on this Mac that set-up can take over. */
export type Finding =
  | {
      readonly kind: 'cntlm-conf';
      readonly file: string;
      readonly upstreams: readonly HostPort[];
      readonly account: Account | undefined;
      /** Whether the file has an NTLMv2 hash or a password that needs not be typed again. */
      readonly hasCredential: boolean;
      readonly noProxyCount: number;
      /** Lines that are left out, and why. */
      readonly leftOut: readonly { readonly line: number; readonly text: string }[];
    }
  | { readonly kind: 'system-proxy'; readonly upstream: HostPort; readonly service: string }
  | { readonly kind: 'system-pac'; readonly url: string; readonly service: string };

export type StepStatus = 'running' | 'done' | 'warning' | 'failed' | 'skipped' | 'asking';

/** The steps of set-up's check and of the doctor, in the order in which they are taken. */
export type StepName = 'name' | 'port' | 'offer' | 'challenge' | 'clock' | 'logon' | 'page';

export interface Step {
  readonly name: StepName;
  readonly status: StepStatus;
  /** What was found: an address, a scheme, a status. */
  readonly value?: string;
  readonly durationMs?: number;
  readonly problem?: AppProblem;
  /** For `clock`: this Mac minus the company proxy, in milliseconds. */
  readonly skewMs?: number;
}

/** A check that the user has started: in set-up, in the password screen, or the doctor. */
export type Check =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'running';
      readonly purpose: CheckPurpose;
      readonly upstream: HostPort;
      readonly account: Account;
      readonly steps: readonly Step[];
      readonly canCancel: boolean;
    }
  | {
      readonly kind: 'finished';
      readonly purpose: CheckPurpose;
      readonly upstream: HostPort;
      readonly account: Account;
      readonly steps: readonly Step[];
      readonly result: 'accepted' | 'refused' | 'unclear' | 'cancelled';
      /** Whether a logon was sent for it. */
      readonly logons: 0 | 1;
      readonly problem?: AppProblem;
      /** The doctor's report, ready to copy; holds no secret. */
      readonly report?: string;
    };

export type CheckPurpose = 'set-up' | 'password' | 'doctor';

export const screens = ['status', 'set-up', 'password', 'activity', 'preferences', 'doctor'] as const;

export type Screen = (typeof screens)[number];

/**
 * What the switch "Use for this Mac" shows: while the local proxy runs, what is true of the Mac's settings; else whether they
 * will lead to it as soon as it does.
 */
export function isSystemProxySwitchOn({
  connection,
  settings,
  systemProxy,
}: Pick<AppState, 'connection' | 'settings' | 'systemProxy'>): boolean {
  return leadsToLatchkey(systemProxy) || (!isOn(connection) && settings.usesSystemProxy);
}

/** Whether the Mac does not use the local proxy although the user wants it, and only the user can do something about it. */
export function isSystemProxyLost({
  connection,
  settings,
  systemProxy,
}: Pick<AppState, 'connection' | 'settings' | 'systemProxy'>): boolean {
  const { kind } = systemProxy;
  const isTrouble = kind === 'taken-over' || kind === 'needs-password' || kind === 'failed';
  return isTrouble && settings.usesSystemProxy && isOn(connection);
}

/** Everything that tray and panel are a picture of. Holds no secret. */
export interface AppState {
  /** Grows with each change. */
  readonly revision: number;
  readonly version: string;
  /** The language of the words. */
  readonly language: Language;
  readonly platform: 'darwin' | 'other';
  readonly connection: Connection;
  readonly reachability: Reachability;
  readonly settings: AppSettings;
  readonly account: AccountState | undefined;
  readonly upstreams: readonly UpstreamState[];
  /** Where the local proxy listens; empty while it is off. */
  readonly addresses: readonly HostPort[];
  readonly systemProxy: SystemProxyState;
  /** Whether macOS will ask for an administrator's password before the system proxy is switched, as far as is known. */
  readonly asksForAdministrator: boolean;
  readonly openAtLogin: OpenAtLoginState;
  readonly traffic: TrafficState;
  readonly lastProblem: LastProblem | undefined;
  /** The newest row of the activity list, so that the panel knows when to ask for more. */
  readonly lastActivityId: number;
  readonly check: Check;
  /** What set-up can take over; empty until it was looked for. */
  readonly findings: readonly Finding[];
  /** What is wrong with the app itself and does not stop it. */
  readonly notices: readonly AppProblem[];
  /** Where the panel should go by itself; the number tells one request from the next. */
  readonly goTo: { readonly screen: Screen; readonly count: number } | undefined;
}

export type Language = 'en' | 'de';

/** Whether the large switch stands at on. */
export function isOn({ kind }: Connection): boolean {
  return kind === 'starting' || kind === 'on' || kind === 'waiting' || kind === 'password-needed';
}

export function canTurnOn({ kind }: Connection): boolean {
  return kind === 'off' || kind === 'failed';
}

export function canTurnOff(connection: Connection): boolean {
  return isOn(connection);
}

/** Whether a password can be given: there is an account, and no check is under way. */
export function canChangePassword({ account, check, connection }: AppState): boolean {
  return account !== undefined && check.kind !== 'running' && connection.kind !== 'needs-setup';
}
