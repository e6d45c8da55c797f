import type { Asker } from '../../shared/app-core';
import type { CredentialCheck } from '../../shared/engine-state';
import type { Account } from '../../shared/settings';
import type { Credential } from '../upstream/credential';
import type { CredentialGate } from '../upstream/credential-gate';
import { trialForUrl } from '../upstream/trial';
import { UpstreamError } from '../upstream/upstream-error';
import type { UpstreamRoad } from '../upstream/upstream-road';
import { problemOf } from './failure';

export interface CheckOptions {
  /** What the logon is made with; default: a URL that is known to work. */
  readonly url?: URL | undefined;
  /** Aborted when nobody waits for the outcome any more. */
  readonly signal?: Asker | undefined;
}

/** The retry that waits or is under way, and who has asked for it. */
interface Retry {
  readonly askers: (Asker | undefined)[];
  readonly outcome: Promise<CredentialCheck | undefined>;
}

/** Tries credentials: one after the other, so that there is never more than one new credential in flight. */
export class CredentialChecks {
  readonly #gate: CredentialGate;
  readonly #road: UpstreamRoad;
  readonly #account: Account;
  #last: Promise<unknown> = Promise.resolve();
  #retry: Retry | undefined;

  constructor(gate: CredentialGate, road: UpstreamRoad, account: Account) {
    this.#gate = gate;
    this.#road = road;
    this.#account = account;
  }

  /** As `Engine.setCredential`. */
  check(credential: Credential, { url, signal }: CheckOptions = {}): Promise<CredentialCheck | undefined> {
    return this.#inTurn(() => credential, url, [signal]);
  }

  /** As `Engine.retryCredential`. */
  retry({ url, signal }: CheckOptions = {}): Promise<CredentialCheck | undefined> {
    if (this.#retry !== undefined) {
      this.#retry.askers.push(signal);
      return this.#retry.outcome;
    }
    const askers = [signal];
    // The credential of then: another one may have taken over while this waited.
    const outcome = this.#inTurn(() => this.#gate.credential, url, askers).finally(
      () => (this.#retry = undefined),
    );
    this.#retry = { askers, outcome };
    return outcome;
  }

  #inTurn(
    choose: () => Credential,
    url: URL | undefined,
    askers: readonly (Asker | undefined)[],
  ): Promise<CredentialCheck | undefined> {
    const checked = this.#last.then(() => {
      const isWanted = askers.some((signal) => signal?.aborted !== true);
      return isWanted ? this.#try(choose(), url) : undefined;
    });
    this.#last = checked.catch(() => undefined);
    return checked;
  }

  async #try(credential: Credential, url: URL | undefined): Promise<CredentialCheck> {
    try {
      await this.#road.tryCredential(credential, url && trialForUrl(url));
      return { kind: 'accepted' };
    } catch (error) {
      const problem = problemOf(error, this.#account);
      if (problem?.kind === 'internal' || !(error instanceof UpstreamError)) throw error;
      // The network has changed in the middle of it.
      if (problem === undefined)
        return { kind: 'unclear', problem: { kind: 'closed-early', hop: error.hop } };
      return { kind: problem.kind === 'credential-refused' ? 'refused' : 'unclear', problem };
    }
  }
}
