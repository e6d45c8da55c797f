import type { SystemProxyState } from '../../shared/system-proxy';

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
  /** Returns what ends the subscription. */
  subscribe(listener: (event: 'suspend' | 'resume') => void): () => void;
  close(): void;
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
  /** Puts back what a Latchkey that was killed has left; before anything else at the start. One that runs is left alone. */
  recover(options: { readonly mayAsk: boolean }): Promise<SystemProxyState>;
  /** Looks whether everything still is as the user wants it; for whoever knows that the machine has woken. */
  check(): Promise<SystemProxyState>;
  /** Told of each change of the state. Returns what ends the subscription. */
  subscribe(listener: (state: SystemProxyState) => void): () => void;
  /** Puts everything back, within 3 s; what cannot be put back by then is left to the watchdog and to the next start. */
  close(): Promise<SystemProxyState>;
}
