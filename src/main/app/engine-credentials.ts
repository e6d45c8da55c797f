import type { Credential } from '../upstream/credential';
import type { FoundCredentials } from './credential-source';
import type { ReadySettings } from './ready-settings';
import type { AppEvent } from './transition';

/** What is looked up of a credential, and what of it was there soon. */
export interface LookedUp {
  readonly lookedUp: Promise<FoundCredentials>;
  /** Undefined: the Keychain has not answered yet. */
  readonly found: FoundCredentials | undefined;
}

/** What the engine is to have of what was found. */
export interface EngineCredentials {
  readonly credentials: readonly Credential[];
  readonly isRefused: boolean;
}

/** @param found undefined: the Keychain has not answered yet */
export function engineCredentials(
  { account, signInMethod: method }: ReadySettings,
  found: FoundCredentials | undefined,
): EngineCredentials {
  if (found?.kind !== 'found') {
    // Nobody's, and never sent: it counts as refused, and the sign-in is paused.
    return { credentials: [{ account, method, secret: Buffer.alloc(16) }], isRefused: true };
  }
  const { credentials, refusedAtMs } = found;
  return { credentials, isRefused: refusedAtMs !== undefined };
}

/** What is wrong with what was found, as the headline has it; undefined where a logon may be made with it. */
export function troubleOf(
  found: FoundCredentials | undefined,
  { upstreams, ntlmToBasic }: ReadySettings,
): AppEvent | undefined {
  const [upstream] = upstreams;
  switch (found?.kind) {
    case undefined:
      return { kind: 'keychain-asked' };
    case 'missing':
      // Programs bring their own.
      return ntlmToBasic ? undefined : { kind: 'credential-missing' };
    case 'trouble':
      return { kind: 'keychain-trouble', problem: found.problem };
    case 'found':
      if (found.refusedAtMs === undefined || upstream === undefined) return undefined;
      return { kind: 'credential-refused', upstream, atMs: found.refusedAtMs };
  }
}
