import type { CompanyProxyBook } from '../../shared/company-proxy';
import { challengeFacts, isPoorer, requireSameDomain } from '../upstream/challenge-facts';
import type { Credential } from '../upstream/credential';
import { CredentialGate } from '../upstream/credential-gate';
import type { LogonPermit } from '../upstream/logon-permit';
import type { HopTimeouts } from '../upstream/hop-timeouts';
import { authenticate, type Entropy, logOn } from '../upstream/sign-in';
import { siteOf, trialOf } from '../upstream/trial';
import type { Challenged, SignedIn } from './doctor';

export interface LogonOptions {
  /** Likeliest first; the first one is tried. */
  readonly credentials: readonly Credential[];
  /** Whether they have been refused before: none is sent then. */
  readonly areRefused: boolean;
  readonly workstation: string;
  readonly entropy: Entropy;
  readonly timeouts: HopTimeouts;
  /** What is remembered of company proxies; an accepted logon adds to it. */
  readonly companyProxies: CompanyProxyBook;
  /** Whether the company proxy may name another domain than before: the user has given a password for it just now. */
  readonly mayNameOtherDomain: boolean;
  /** Resolves when it is remembered. */
  readonly rememberOutcome: (credential: Credential, outcome: 'accepted' | 'refused') => Promise<void>;
  readonly countLogon: (kind: 'sent' | 'refused' | 'unanswered') => void;
}

/**
 * Makes one logon on a connection whose challenge has come.
 *
 * @throws UpstreamError credential-refused without a logon when it was refused before; and what can go wrong on the way
 */
export async function logOnOnce(
  { connection, request, challenge }: Challenged,
  options: LogonOptions,
): Promise<SignedIn> {
  const { areRefused, workstation, entropy, timeouts, companyProxies, countLogon } = options;
  const { hop } = connection;
  const facts = challenge.scheme === 'Basic' ? undefined : challengeFacts(challenge);
  const before = facts && companyProxies.recall(hop.address)?.challenge;
  if (facts !== undefined && before !== undefined && !options.mayNameOtherDomain)
    requireSameDomain(hop, facts, before);
  const outcomes: Promise<void>[] = [];
  const gate = new CredentialGate({
    candidates: options.credentials,
    isRefused: areRefused,
    maxWaitMs: 0,
    nowMs: () => performance.now(),
    onOutcome: (credential, outcome) => {
      outcomes.push(options.rememberOutcome(credential, outcome));
    },
  });
  const trial = trialOf(request);
  const permit = await gate.admit(hop, trial);
  const credentials = authenticate(challenge, permit.credential, connection, workstation, entropy);
  countLogon('sent');
  const knownUrl = siteOf(trial);
  const told: LogonPermit = {
    ...permit,
    accepted: () => {
      permit.accepted();
      companyProxies.remember(hop.address, {
        ...(facts === undefined ? {} : { challenge: facts }),
        ...(knownUrl === undefined ? {} : { knownUrl }),
      });
    },
    refused: (isLasting) => {
      permit.refused(isLasting);
      countLogon('refused');
    },
    unanswered: () => {
      permit.unanswered();
      countLogon('unanswered');
    },
  };
  const isPoor = facts !== undefined && before !== undefined && isPoorer(facts, before);
  try {
    const timeoutMs = timeouts.challengeMs;
    const answer = await logOn(connection, request, credentials, told, { isPoor, timeoutMs });
    return { kind: 'answer', answer };
  } finally {
    await Promise.all(outcomes);
  }
}
