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
