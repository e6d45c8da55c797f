import type { IsForbiddenByMac } from '../../shared/failed-connect';
import type { Kerberos } from '../../shared/kerberos';
import type { OpenPac } from '../../shared/pac';
import type { Problem } from '../../shared/problem';
import type { AppState, Language } from '../../shared/state';
import type { ProblemText } from '../../shared/text';
import type { Shell } from '../../shared/terminal-commands';
import type {
  AccentColor,
  Clipboard,
  CommandLink,
  Dialogs,
  LoginItem,
  Notifications,
  PageFetchers,
  Panes,
  ShellStart,
  Updates,
} from '../platform/app-ports';
import type {
  BatterySaver,
  CompanyProxyStore,
  CredentialBook,
  Keychain,
  LogFile,
  NetworkWatch,
  PortHolders,
  Power,
  SettingsStore,
  Surroundings,
  SystemProxy,
  TrafficBook,
} from '../platform/ports';
import type { Engine } from '../server/engine';
import type { EngineOptions } from '../server/engine-options';
import type { HopTimeouts } from '../upstream/hop-timeouts';
import type { Resolver } from '../upstream/name-lookups';
import type { CredentialSource } from './credential-source';
import type { ToEngineSettings } from './to-engine-settings';

/**
 * Everything that the core asks of its host, the app or `latchkey run`, and of the machine that both run on. What can be closed is
 * closed with the core.
 */
export interface CorePorts {
  readonly version: string;
  readonly platform: AppState['platform'];
  /** The language of the system, as far as Latchkey speaks it. */
  readonly systemLanguage: Language;
  readonly hostName: string;
  /** The shell that this user's terminals run. */
  readonly shell: Shell;
  readonly shellStart: ShellStart;
  /** Default: there is none to be linked. */
  readonly commandLink?: CommandLink;
  /** Default: this Latchkey cannot be updated by itself. */
  readonly updates?: Updates;
  readonly settings: SettingsStore;
  /** What the settings mean to the engine. Default: that of the app's settings. */
  readonly toEngineSettings?: ToEngineSettings;
  readonly keychain: Keychain;
  /** Where the credential comes from. Default: the Keychain. */
  readonly credentials?: CredentialSource;
  /** The tickets of whoever runs Latchkey. Default: none are used. */
  readonly kerberos?: Kerberos;
  readonly memory: CredentialBook;
  readonly companyProxies: CompanyProxyStore;
  /** Default: today's traffic begins with the core. */
  readonly traffic?: TrafficBook;
  readonly network: NetworkWatch;
  readonly power: Power;
  readonly battery: BatterySaver;
  readonly systemProxy: SystemProxy;
  readonly loginItem: LoginItem;
  /** Default: there is none. */
  readonly accentColor?: AccentColor;
  readonly clipboard: Clipboard;
  readonly dialogs: Dialogs;
  readonly panes: Panes;
  /** The file with the licences of all that Latchkey is made of. Default: there is none to be shown. */
  readonly licences?: string;
  readonly notifications: Notifications;
  /** Whether the icon has a place in the menu bar. */
  readonly isIconShown: () => boolean;
  readonly log: LogFile;
  /** What a browser or curl is told: what to do is something else at a terminal than in a panel. Default: as at a terminal. */
  readonly describe?: (problem: Problem, language: Language) => ProblemText;
  readonly surroundings: Surroundings;
  readonly portHolders: PortHolders;
  /** Tells a connection that this Mac forbids from one that failed. Default: none is forbidden. */
  readonly isForbiddenByMac?: IsForbiddenByMac;
  /** Fetch a page as other programs would. Default: which way they go is not tried. */
  readonly pages?: PageFetchers;
  /** How long the log may tell everything, in milliseconds, before it goes back to problems only. Default: as long as it is set. */
  readonly logAllForMs?: number;
  /** Opens the PAC that a setting names. Default: none can be had. */
  readonly openPac?: OpenPac;
  /** Whether the user has just asked for it, so that macOS may ask for an administrator's password at the start. */
  readonly isStartedByHand?: boolean;
  /** What resolves names. Default: the system, in this process. */
  readonly resolver?: Resolver & { close(): Promise<void> };
  /** When what was decided on the way of a request is kept, for Activity. Default: always. */
  readonly traces?: 'always' | 'while-watched';
  readonly startEngine: (options: EngineOptions) => Promise<Engine>;
  /** Where a cntlm.conf is looked for. Default: where cntlm is installed with one. */
  readonly confPlaces?: readonly string[];
  /** The page that checks ask for. */
  readonly checkUrl?: URL;
  readonly timeouts?: HopTimeouts;
  /** How long the local proxy waits for the Keychain before it starts without it. */
  readonly keychainWaitMs?: number;
}
