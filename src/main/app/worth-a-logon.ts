import type { CredentialBook } from '../platform/ports';
import type { Credential } from '../upstream/credential';
import { knownOutcomes } from './known-outcomes';

/** Of several readings of one hash the likeliest that was not refused; undefined when each one was. */
export async function worthALogon(
  candidates: readonly Credential[],
  memory: Pick<CredentialBook, 'recall'>,
): Promise<Credential | undefined> {
  const all = await knownOutcomes(candidates, memory);
  const accepted = all.find(({ known }) => known?.outcome === 'accepted');
  return (accepted ?? all.find(({ known }) => known === undefined))?.credential;
}
