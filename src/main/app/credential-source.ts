import type { Account, SignInMethod } from '../../shared/settings';
import type { AppProblem } from '../../shared/app-problem';
import type { Credential } from '../upstream/credential';

/** What there is to sign in with. */
export type FoundCredentials =
  | {
      readonly kind: 'found';
      /** The readings of one hash, likeliest first; at least one. Each may cost one logon, once. */
      readonly credentials: readonly Credential[];
      /** Whether each of them has been refused before, and when that became known, in milliseconds since 1970. */
      readonly refusedAtMs: number | undefined;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'trouble'; readonly problem: AppProblem };

/** Where the credential comes from: the Keychain, or a cntlm.conf. */
export interface CredentialSource {
  /** Only what serves this method is found. May wait for the user, whom macOS asks. Never rejects. */
  find(account: Account, method: SignInMethod): Promise<FoundCredentials>;
  /** To be told what became of a credential. Never rejects. */
  remember(credential: Credential, outcome: 'accepted' | 'refused'): Promise<void>;
}
