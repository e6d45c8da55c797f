/** Where secrets rest: the Keychain on a Mac, the Secret Service on Linux. The service name is `Latchkey`. */
export interface Keychain {
  /** The secret of an account; undefined when there is none. @throws KeychainError */
  read(account: string): Promise<string | undefined>;
  /** Stores or replaces the secret of an account. @throws KeychainError */
  write(account: string, secret: string): Promise<void>;
  /** Removes the secret of an account; true when there was one. @throws KeychainError */
  remove(account: string): Promise<boolean>;
}
