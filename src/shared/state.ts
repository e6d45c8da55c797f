import type { LastProblem } from './activity';
import type { AppProblem } from './app-problem';
import type { Finding } from './finding';
import type { CalendarDay } from './calendar-day';
import type {
  CredentialStanding,
  DialAnswer,
  LogonCount,
  Reachability,
  ServiceState,
  UnboundPort,
} from './engine-state';
import type { ManagedState } from './managed';
import type { Problem } from './problem';
import type { PacFinding, PacState } from './pac';
import type { Account, HostPort, SignInMethod, Upstream } from './settings';
import type { AppSettings } from './app-settings';
import type { SystemProxyState } from './system-proxy';
import type { TrafficState } from './traffic';
import type { UpdatesState } from './updates';
import type { WayProof } from './way-proof';

/** The headline: what Latchkey is doing for the user at the moment. */
export type Connection =
  | { readonly kind: 'off' }
  /** No company proxy or no account is known yet. */
  | { readonly kind: 'needs-setup' }
  /** The local proxy is being opened, or no company proxy has answered yet. */
  | {
      readonly kind: 'starting';
      /** The Keychain has not answered yet: macOS may be asking the user. */
      readonly isAskingKeychain?: true;
    }
  | { readonly kind: 'on'; readonly route: OnRoute }
  /** Requests are not forwarded for now, and the password has nothing to do with it. */
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
  /** macOS does not let Latchkey connect to the network that the company proxy is on: the user can allow it. */
  | { readonly kind: 'local-network' }
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

/** Why the command `latchkey` is in no folder of the user's PATH, and cannot be put there. */
export type CommandLinkProblem = Extract<
  AppProblem,
  {
    readonly kind:
      | 'command-taken'
      | 'command-has-no-folder'
      | 'command-app-not-installed'
      | 'command-not-linked';
  }
>;

/** Whether terminals find the command `latchkey` that the packaged app brings. Paths have `~` for the user's home. */
export type CommandLinkState =
  /** Nobody has looked yet. */
  | { readonly kind: 'unknown' }
  /** Only the packaged app brings it. */
  | { readonly kind: 'unsupported' }
  /** `path` is the link, or where it would be. */
  | { readonly kind: 'on' | 'off'; readonly path: string }
  | { readonly kind: 'refused'; readonly problem: CommandLinkProblem };

/** As macOS tells it. `not-found` is what a fresh install says, and means off. */
export type OpenAtLoginState = 'on' | 'off' | 'requires-approval' | 'unsupported';

/** Whether the system shows notifications: `unknown` until it has shown or refused one. */
export type NotificationsState = 'unknown' | 'on' | 'off';

export interface UpstreamState {
  readonly address: Upstream;
  readonly status: 'unknown' | 'in-use' | 'standing-by' | 'down';
  /** Why it is down, and since when (milliseconds since 1970). */
  readonly problem?: Problem;
  readonly downSinceMs?: number;
  /** How it took the last connection, while it is in use. */
  readonly answer?: DialAnswer;
}

export interface AccountState {
  readonly account: Account;
  readonly standing: CredentialStanding;
  /** What the company proxy has taken last; undefined until a connection was signed in. */
  readonly signedInWith?: 'Kerberos' | SignInMethod;
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

export type StepStatus = 'running' | 'done' | 'warning' | 'failed' | 'skipped' | 'asking';

/**
 * The steps of set-up's check and of the doctor, in the order in which they are taken. The first two are about this Mac, and
 * only told when there is something to mend; that of the PAC is taken where one is in use.
 */
export type StepName =
  | 'icon'
  | 'notifications'
  | 'pac'
  | 'name'
  | 'port'
  | 'offer'
  | 'challenge'
  | 'clock'
  | 'logon'
  | 'page';

export interface Step {
  readonly name: StepName;
  readonly status: StepStatus;
  /** What was found: an address, a scheme, a status. */
  readonly value?: string;
  readonly durationMs?: number;
  readonly problem?: AppProblem;
  /** For `clock`: this Mac minus the company proxy, in milliseconds. */
  readonly skewMs?: number;
  /** The company proxy that it is about. */
  readonly upstream?: HostPort;
  /** For `pac`. */
  readonly pac?: PacFinding;
  /** What the challenge or the PAC says, as lines for a report. */
  readonly details?: readonly string[];
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

/** Everything that tray and panel are a picture of. Holds no secret. */
export interface AppState {
  /** Grows with each change. */
  readonly revision: number;
  readonly version: string;
  /** The accent colour that the user has chosen for this Mac, as `#rrggbb`; absent where there is none. */
  readonly accentColor?: string | undefined;
  /** The language of the words. */
  readonly language: Language;
  readonly platform: 'darwin' | 'other';
  readonly connection: Connection;
  readonly reachability: Reachability;
  readonly settings: AppSettings;
  /** Which of them the user cannot change, and who has set them. */
  readonly managed: ManagedState;
  readonly account: AccountState | undefined;
  readonly upstreams: readonly UpstreamState[];
  /** The PAC that is in use; undefined while there is none. */
  readonly pac: PacState | undefined;
  /** Company proxies that the PAC names, to which the user has neither agreed nor not: they get no sign-in. */
  readonly askedProxies: readonly Upstream[];
  /** Where the local proxy listens; empty while it is off. */
  readonly addresses: readonly HostPort[];
  /** What it listens for besides: SOCKS5, and tunnels to a target. */
  readonly services: readonly ServiceState[];
  /** What of the settings is not listened on, while the local proxy runs. */
  readonly unbound: readonly UnboundPort[];
  readonly systemProxy: SystemProxyState;
  /** Who listens where another program has led the Mac's proxy setting to, on this Mac; undefined where that is not known. */
  readonly takenBy: string | undefined;
  /** Whether macOS will ask for an administrator's password before the system proxy is switched, as far as is known. */
  readonly asksForAdministrator: boolean;
  readonly openAtLogin: OpenAtLoginState;
  readonly notifications: NotificationsState;
  readonly commandLink: CommandLinkState;
  readonly updates: UpdatesState;
  readonly traffic: TrafficState;
  /** One for each host, gravest first. None of them is what the connection says already. */
  readonly lastProblems: readonly LastProblem[];
  /** The newest row of the activity list, so that the panel knows when to ask for more. */
  readonly lastActivityId: number;
  readonly check: Check;
  /** Which way programs were last seen to go; undefined until that was tried, and once nobody wants to know any more. */
  readonly wayProof: WayProof | undefined;
  /** When the log goes back to problems only, in milliseconds since 1970; undefined while it does not tell everything. */
  readonly logTellsAllUntilMs: number | undefined;
  /** What set-up can take over; empty until it was looked for. */
  readonly findings: readonly Finding[];
  /** What is wrong with the app itself and does not stop it. */
  readonly notices: readonly AppProblem[];
  /** Where the panel should go; the number tells one request from the next. */
  readonly goTo:
    | {
        readonly screen: Screen;
        readonly count: number;
        /** Whether the user has clicked for it. What nobody asked for takes neither the focus nor the keys. */
        readonly isAsked: boolean;
      }
    | undefined;
}

export type Language = 'en' | 'de';

/** Whether the large switch stands at on. */
export function isOn({ kind }: Connection): boolean {
  return kind === 'starting' || kind === 'on' || kind === 'waiting' || kind === 'password-needed';
}

/** Whether a logon has been accepted by the company proxy that is in use. */
export function isSignedIn(connection: Connection): boolean {
  return connection.kind === 'on' && connection.route.kind === 'upstream' && connection.route.hasSignedIn;
}

export function canTurnOn({ kind }: Connection): boolean {
  return kind === 'off' || kind === 'failed';
}

export function canTurnOff(connection: Connection): boolean {
  return isOn(connection);
}

/** Whether the password has come so near to the user's own limit that he wants to be reminded. */
export function isPasswordExpiring({ account, settings }: Pick<AppState, 'account' | 'settings'>): boolean {
  return account?.daysLeft !== undefined && account.daysLeft <= settings.remindDays;
}

/** Whether a password can be given: there is an account, and no check is under way. */
export function canChangePassword({ account, check, connection }: AppState): boolean {
  return account !== undefined && check.kind !== 'running' && connection.kind !== 'needs-setup';
}
