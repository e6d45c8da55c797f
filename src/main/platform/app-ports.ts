import type { CalendarDay } from '../../shared/calendar-day';
import type { Account, HostPort } from '../../shared/settings';
import type { CommandLinkState } from '../../shared/state';
import type { ShellBlockPlan, ShellBlockProblem } from '../../shared/shell-block-plan';
import type { NotificationsState, OpenAtLoginState } from '../../shared/state';
import type { Shell, TerminalOptions } from '../../shared/terminal-commands';
import type { UpdatesState } from '../../shared/updates';

/** Whether the app is opened when the user logs in. */
export interface LoginItem {
  /** Asked anew each time: the user can change it in System Settings. */
  state(): OpenAtLoginState;
  /** Nothing is thrown when the system refuses: `state` tells what came of it. */
  set(isOn: boolean): void;
}

/** The accent colour of the system. */
export interface AccentColor {
  /** `#rrggbb`, as it is now; undefined where the system has none. */
  color(): string | undefined;
  /** Told when it may have changed. Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
}

export interface Clipboard {
  writeText(text: string): Promise<void> | void;
}

/** Dialogs of the system. Each resolves with a path, or undefined when the user closes it. */
export interface Dialogs {
  /** A cntlm.conf to read. */
  openConf(): Promise<string | undefined>;
  /** Where to write a cntlm.conf. */
  saveConf(): Promise<string | undefined>;
  /** Whether to quit although the Mac's proxy settings still lead to Latchkey. */
  quitAnyway(): Promise<boolean>;
}

/** A pane of System Settings. */
export type PaneName =
  | 'login-items'
  | 'network'
  | 'date-and-time'
  | 'local-network'
  | 'notifications'
  | 'menu-bar';

/** What is shown outside the app. */
export interface Panes {
  openSettings(pane: PaneName): Promise<void>;
  /** Shows a file in the program that reads it. */
  openFile(path: string): Promise<void>;
}

export type AppNotification =
  /** The first one, at which macOS asks whether notifications may be shown; also to try whether they are. */
  | { readonly kind: 'introduction' }
  | { readonly kind: 'password-refused'; readonly account: Account; readonly upstream: HostPort }
  | { readonly kind: 'password-missing'; readonly account: Account }
  | {
      readonly kind: 'password-expiring';
      readonly account: Account;
      readonly expiresOn: CalendarDay;
      /** 0 on the day itself, negative after it. */
      readonly daysLeft: number;
    };

/** Notifications of the system; a click on one opens the panel where it is about. */
export interface Notifications {
  /** Whether they are seen, as far as those that were shown tell. */
  state(): NotificationsState;
  /** Told of each change of the state. Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  show(notification: AppNotification): void;
}

/**
 * The managed block in the start file of a shell, and the mark by which its lines know that Latchkey runs. No method
 * rejects. One call after the other.
 */
export interface ShellStart {
  /** What `insert` or `remove` would change. Writes nothing. */
  preview(change: 'add' | 'remove', options: TerminalOptions): Promise<ShellBlockPlan>;
  /** Puts the block in, and takes it out of any other file. */
  insert(options: TerminalOptions): Promise<ShellBlockProblem | undefined>;
  /** Takes the block out of the file that it was put into, by this Latchkey or by one that was killed. */
  remove(): Promise<ShellBlockProblem | undefined>;
}

/** Lines that a new terminal has run before anything else. */
export interface TerminalPage {
  readonly shell: Shell;
  readonly lines: string;
}

/**
 * Fetch a page as a program of this user would, by the settings that such a program goes by. Each resolves when the whole page is
 * there, and rejects when it does not come.
 */
export interface PageFetchers {
  /** As an app: by the proxy settings of the system. Default: there is no app here. */
  asApp?(this: void, url: URL, signal: AbortSignal): Promise<void>;
  /** As curl in a terminal that has run these lines, and with no other proxy in its environment. */
  asCurl(this: void, url: URL, terminal: TerminalPage, signal: AbortSignal): Promise<void>;
}

/** The command `latchkey` in a folder of the user's PATH: a link that leads into this app. No method rejects. */
export interface CommandLink {
  /** Looks for it. Asks the user's shell for PATH, which takes as long as a new terminal does. */
  look(): Promise<CommandLinkState>;
  /** Puts it there. What stands in its way is left as it is. */
  add(): Promise<CommandLinkState>;
  /** Takes every link to this app back. */
  remove(): Promise<CommandLinkState>;
  /** Has links that lead to where this app was lead to it again. */
  mend(): Promise<void>;
}

/** The update of the app itself. No method rejects, and none asks the user. */
export interface Updates {
  /** What is so now. Whether it waits is the core's to say. */
  state(): Omit<UpdatesState, 'waitsForQuiet'>;
  /** Told of each change of the state. Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  /**
   * Asks the feed. Resolves when it has answered, or cannot be asked; what it offers is loaded then, and its signature checked.
   *
   * @param port of the local proxy, by which it goes; undefined: by the proxy settings of the system
   */
  look(port: number | undefined): Promise<void>;
  /** Ends Latchkey in order, has what is ready installed, and that comes up. Nothing of the Mac may lead to Latchkey any more. */
  install(): void;
  /** What is being loaded is left. */
  close(): Promise<void>;
}
