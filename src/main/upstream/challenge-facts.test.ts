import { describe, expect, it } from 'vitest';
import { avIds } from '../ntlm/av-pairs';
import { decodeChallengeMessage, encodeChallengeMessage } from '../ntlm/challenge-message';
import { negotiateFlags } from '../ntlm/negotiate-flags';
import { challengeFacts, isPoorer, requireSameDomain } from './challenge-facts';

type Names = Partial<Record<keyof typeof avIds, string>>;

const factsOf = (names: Names | undefined, targetName = '', flags = 0): ReturnType<typeof challengeFacts> => {
  const bytes = encodeChallengeMessage({
    flags: (negotiateFlags.NTLMSSP_NEGOTIATE_UNICODE | flags) >>> 0,
    serverChallenge: Buffer.alloc(8),
    targetName,
    ...(names === undefined
      ? {}
      : {
          targetInfo: Object.entries(names).map(([id, text]) => ({
            id: avIds[id as keyof typeof avIds],
            value: id === 'MsvAvTimestamp' ? Buffer.alloc(8, 1) : Buffer.from(text, 'utf16le'),
          })),
        }),
  });
  return challengeFacts(decodeChallengeMessage(bytes));
};
const corp: Names = {
  MsvAvNbDomainName: 'Corp',
  MsvAvNbComputerName: 'PROXY1',
  MsvAvDnsDomainName: 'Corp.Test',
  MsvAvDnsComputerName: 'proxy1.corp.test',
  MsvAvTimestamp: '',
};
const hop = { role: 'upstream', address: { host: 'proxy', port: 1 } } as const;
const isOther = (...[named, known]: Parameters<typeof factsOf>[0][]): boolean => {
  try {
    requireSameDomain(hop, factsOf(named), factsOf(known));
    return false;
  } catch {
    return true;
  }
};

describe('challengeFacts', () => {
  it('takes the names of the target info, without regard to case', () => {
    expect(factsOf(corp, 'ELSE')).toEqual({
      domain: 'CORP',
      dnsDomain: 'corp.test',
      hasTargetInfo: true,
      hasTimestamp: true,
    });
  });

  it('takes the target name where there is nothing else, unless it is the name of a server', () => {
    expect(factsOf(undefined, 'Corp')).toMatchObject({ domain: 'CORP', hasTargetInfo: false });
    expect(factsOf(undefined, 'PROXY1', negotiateFlags.NTLMSSP_TARGET_TYPE_SERVER).domain).toBe('');
  });

  it('takes a machine that names itself for one without a domain', () => {
    const alone = { MsvAvNbDomainName: 'PROXY1', MsvAvNbComputerName: 'PROXY1' };
    expect(factsOf(alone).domain).toBe('');
  });
});

describe('requireSameDomain', () => {
  it.each<[string, Names | undefined, boolean]>([
    ['another NetBIOS name', { ...corp, MsvAvNbDomainName: 'CAFE' }, true],
    ['another computer of the domain', { ...corp, MsvAvNbComputerName: 'PROXY2' }, false],
    ['only another DNS name', { MsvAvDnsDomainName: 'cafe.test' }, true],
    ['only the same DNS name', { MsvAvDnsDomainName: 'CORP.test' }, false],
    ['no names at all', {}, false],
    ['no target info', undefined, false],
  ])('%s', (_title, named, expected) => {
    expect(isOther(named, corp)).toBe(expected);
  });

  it('names both domains', () => {
    const cafe = factsOf({ MsvAvNbDomainName: 'CAFE' });
    expect(() => requireSameDomain(hop, cafe, factsOf(corp))).toThrow(
      expect.objectContaining({ code: 'other-domain', domains: { named: 'CAFE', known: 'CORP' } }),
    );
  });
});

describe('isPoorer', () => {
  it.each<[string, Names | undefined, Names | undefined, boolean]>([
    ['as rich as before', corp, corp, false],
    ['without the time', { MsvAvNbDomainName: 'CORP' }, corp, true],
    ['without target info', undefined, { MsvAvNbDomainName: 'CORP' }, true],
    ['richer', corp, undefined, false],
  ])('%s', (_title, now, before, expected) => {
    expect(isPoorer(factsOf(now), factsOf(before))).toBe(expected);
  });
});
