import type { CredentialBook } from '../platform/ports';
import { type Credential, markOf } from '../upstream/credential';

/** Of several readings of one hash the likeliest that was not refused; undefined when each one was. */
export async function worthALogon(
  candidates: readonly Credential[],
  memory: Pick<CredentialBook, 'recall'>,
): Promise<Credential | undefined> {
  const known = await Promise.all(
    candidates.map(async (credential) => ({
      credential,
      outcome: (await memory.recall(credential.account, markOf(credential)))?.outcome,
    })),
  );
  const accepted = known.find(({ outcome }) => outcome === 'accepted');
  return (accepted ?? known.find(({ outcome }) => outcome === undefined))?.credential;
}
