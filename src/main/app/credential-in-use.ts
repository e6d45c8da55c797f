import { type Account, isSameAccount, type SignInMethod } from '../../shared/settings';
import type { CredentialBook } from '../platform/ports';
import { type Credential, isSameSecret, markOf } from '../upstream/credential';
import type { CredentialSource, FoundCredentials } from './credential-source';
import { knownOutcomes } from './known-outcomes';

export interface CredentialInUseOptions {
  readonly credentials: CredentialSource;
  readonly memory: CredentialBook;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** The credential that the engine signs in with. It stays known while the engine is off. */
export class CredentialInUse {
  readonly #options: CredentialInUseOptions;
  /** What the engine was started with, in each reading that is possible, or what has taken over. */
  #readings: readonly Credential[] = [];
  #isForSession = false;
  /** What is being remembered. */
  readonly #outcomes = new Set<Promise<void>>();

  constructor(options: CredentialInUseOptions) {
    this.#options = options;
  }

  /** In each reading that is still possible; none when there is none. */
  get readings(): readonly Credential[] {
    return this.#readings;
  }

  /** Whether it is kept nowhere but in memory. */
  get isForSession(): boolean {
    return this.#isForSession;
  }

  /** What there is to sign in with: what is in use, else what its source has. */
  async find(account: Account, method: SignInMethod): Promise<FoundCredentials> {
    const { credentials, memory } = this.#options;
    const [first] = this.#readings;
    if (first === undefined || first.method !== method || !isSameAccount(first.account, account)) {
      const found = await credentials.find(account, method);
      // Also when it comes late: macOS is not to ask the user twice.
      if (found.kind === 'found') {
        this.#readings = found.credentials;
        this.#isForSession = false;
      }
      return found;
    }
    const all = await knownOutcomes(this.#readings, memory);
    const left = all.filter(({ known }) => known?.outcome !== 'refused');
    return {
      kind: 'found',
      credentials: (left.length === 0 ? all : left).map(({ credential }) => credential),
      refusedAtMs: left.length === 0 ? all.at(-1)?.known?.atMs : undefined,
    };
  }

  /** The credential is the one of the user from now on. */
  async adopt(credential: Credential, isForSession: boolean): Promise<void> {
    const { memory, nowMs } = this.#options;
    // For another method it may be the same password.
    const replaced = this.#readings.filter(
      (each) => each.method === credential.method && !isSameSecret(each, credential),
    );
    this.#readings = [credential];
    this.#isForSession = isForSession;
    // What the user has replaced is dead, however it is read: no later start may try it.
    for (const each of replaced) {
      if (isSameAccount(each.account, credential.account))
        await memory.remember(each.account, markOf(each), 'refused', nowMs());
    }
  }

  /** What the engine has found out about a credential. */
  tell(credential: Credential, outcome: 'accepted' | 'refused'): void {
    // Of several readings that is the right one; a new credential has to be adopted first.
    if (outcome === 'accepted' && this.#readings.includes(credential)) this.#readings = [credential];
    const remembered = this.#options.credentials
      .remember(credential, outcome)
      .finally(() => this.#outcomes.delete(remembered));
    this.#outcomes.add(remembered);
  }

  /** Resolves when everything that was told is remembered. */
  async remembered(): Promise<void> {
    await Promise.all(this.#outcomes);
  }

  /** Forgets it; the engine must have been stopped. */
  forget(): void {
    this.#readings = [];
    this.#isForSession = false;
  }
}
