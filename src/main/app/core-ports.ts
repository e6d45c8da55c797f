import type { AppState, Language } from '../../shared/state';
import type { Shell } from '../../shared/terminal-commands';
import type { Clipboard, Dialogs, LoginItem, Notifications, Panes, ShellStart } from '../platform/app-ports';
import type {
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
} from '../platform/ports';
import type { Engine, EngineOptions } from '../server/engine';
import type { HopTimeouts } from '../upstream/http-connection';

/** Everything that the app asks of the machine that it runs on. What can be closed is closed with the app. */
export interface CorePorts {
  readonly version: string;
  readonly platform: AppState['platform'];
  /** The language of the system, as far as Latchkey speaks it. */
  readonly systemLanguage: Language;
  readonly hostName: string;
  /** The shell that this user's terminals run. */
  readonly shell: Shell;
  readonly shellStart: ShellStart;
  readonly settings: SettingsStore;
  readonly keychain: Keychain;
  readonly memory: CredentialBook;
  readonly companyProxies: CompanyProxyStore;
  readonly network: NetworkWatch;
  readonly power: Power;
  readonly systemProxy: SystemProxy;
  readonly loginItem: LoginItem;
  readonly clipboard: Clipboard;
  readonly dialogs: Dialogs;
  readonly panes: Panes;
  readonly notifications: Notifications;
  readonly log: LogFile;
  readonly surroundings: Surroundings;
  readonly portHolders: PortHolders;
  readonly startEngine: (options: EngineOptions) => Promise<Engine>;
  /** Where a cntlm.conf is looked for. Default: where cntlm is installed with one. */
  readonly confPlaces?: readonly string[];
  /** The page that checks ask for. */
  readonly checkUrl?: URL;
  readonly timeouts?: HopTimeouts;
  /** How long the local proxy waits for the Keychain before it starts without it. */
  readonly keychainWaitMs?: number;
}
