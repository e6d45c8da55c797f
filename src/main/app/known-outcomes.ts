import type { CredentialBook } from '../platform/ports';
import { type Credential, markOf } from '../upstream/credential';

/** A credential, and what is remembered of it. */
export interface KnownOutcome {
  readonly credential: Credential;
  readonly known: Awaited<ReturnType<CredentialBook['recall']>>;
}

/** What became of each of these credentials, in their order. */
export function knownOutcomes(
  credentials: readonly Credential[],
  memory: Pick<CredentialBook, 'recall'>,
): Promise<KnownOutcome[]> {
  const recall = async (credential: Credential): Promise<KnownOutcome> => ({
    credential,
    known: await memory.recall(credential.account, markOf(credential)),
  });
  return Promise.all(credentials.map(recall));
}
