import type { ChallengeFacts } from '../../shared/company-proxy';
import { avIds, avValue } from '../ntlm/av-pairs';
import { type ChallengeMessage, challengeTimestamp } from '../ntlm/challenge-message';
import { hasFlag } from '../ntlm/negotiate-flags';
import type { Hop } from '../../shared/problem';
import { UpstreamError } from './upstream-error';

/** What a challenge says of the company proxy's domain (MS-NLMP 2.2.1.2 and 2.2.2.1). */
export function challengeFacts(challenge: ChallengeMessage): ChallengeFacts {
  const { targetInfo = [], targetName, flags } = challenge;
  const text = (id: number): string => avValue(targetInfo, id)?.toString('utf16le') ?? '';
  const computer = text(avIds.MsvAvNbComputerName).toUpperCase();
  const dnsComputer = text(avIds.MsvAvDnsComputerName).toLowerCase();
  const fromName = hasFlag(flags, 'NTLMSSP_TARGET_TYPE_SERVER') ? '' : targetName;
  const domain = (text(avIds.MsvAvNbDomainName) || fromName).toUpperCase();
  const dnsDomain = text(avIds.MsvAvDnsDomainName).toLowerCase();
  return {
    // A machine without a domain names itself, and of several behind one address each another name.
    domain: domain === computer ? '' : domain,
    dnsDomain: dnsDomain === dnsComputer ? '' : dnsDomain,
    hasTargetInfo: challenge.targetInfo !== undefined,
    hasTimestamp: challengeTimestamp(challenge) !== undefined,
  };
}

/**
 * Whoever answers under this name on another network gets no logon without the user's word.
 *
 * @throws UpstreamError other-domain
 */
export function requireSameDomain(hop: Hop, named: ChallengeFacts, known: ChallengeFacts): void {
  if (!isOtherDomain(named, known)) return;
  throw new UpstreamError('other-domain', hop, 'the challenge names another domain than before', {
    domains: { named: domainName(named), known: domainName(known) },
  });
}

/** Whether two challenges name different domains. What one of them does not name tells nothing. */
function isOtherDomain(one: ChallengeFacts, other: ChallengeFacts): boolean {
  if (one.domain !== '' && other.domain !== '') return one.domain !== other.domain;
  return one.dnsDomain !== '' && other.dnsDomain !== '' && one.dnsDomain !== other.dnsDomain;
}

/** Whether a challenge lacks what those before it had: whoever has sent it may be somebody else. */
export function isPoorer(challenge: ChallengeFacts, before: ChallengeFacts): boolean {
  return (
    (before.hasTargetInfo && !challenge.hasTargetInfo) || (before.hasTimestamp && !challenge.hasTimestamp)
  );
}

/** The name of a domain, for the user. */
function domainName({ domain, dnsDomain }: ChallengeFacts): string {
  return domain || dnsDomain;
}
