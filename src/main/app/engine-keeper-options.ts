import type { UnboundPort } from '../../shared/engine-state';
import type { EngineEvent } from '../../shared/event';
import type { CredentialBook, PortHolders } from '../platform/ports';
import type { Engine } from '../server/engine';
import type { EngineOptions } from '../server/engine-options';
import type { CredentialSource } from './credential-source';
import type { PacInUse } from './pac-in-use';
import type { SocksPasswords } from './socks-passwords';
import type { ToEngineSettings } from './to-engine-settings';
import type { AppEvent } from './transition';

type EngineParts = Omit<
  EngineOptions,
  'settings' | 'pac' | 'credentials' | 'areCredentialsRefused' | 'onEvent' | 'onCredentialOutcome'
>;

export interface EngineKeeperOptions extends EngineParts {
  readonly startEngine: (options: EngineOptions) => Promise<Engine>;
  readonly credentials: CredentialSource;
  readonly memory: CredentialBook;
  readonly toEngineSettings: ToEngineSettings;
  /** Those of the users of SOCKS5, which are no settings. */
  readonly socksPasswords: SocksPasswords;
  /** The PAC of the settings, in use while the engine runs. */
  readonly pacInUse: PacInUse;
  /** How long the local proxy waits for the Keychain before it starts without it. */
  readonly keychainWaitMs?: number | undefined;
  readonly hostName: string;
  readonly portHolders: PortHolders;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly onAppEvent: (event: AppEvent) => void;
  readonly onEngineEvent: (event: EngineEvent) => void;
  /** Told before the engine closes: what it counts ends with it. */
  readonly onClosing: () => void;
  /** Told of the ports that could not be opened, each time that they may have changed. */
  readonly onUnbound: (unbound: readonly UnboundPort[]) => void;
}
