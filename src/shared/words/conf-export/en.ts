import type { ConfGap } from '../../conf-export';
import { formatUpstream } from '../../settings';

export const confExport = {
  forVersion: 'For cntlm',
  forVersionDetail: 'Up to 0.92.3 it reads a hash in another way',
  hash: 'With the hash of the password',
  hashDetail: 'Whoever reads the file can then sign in as you',
  secretsDetail: 'And the passwords of SOCKS5: whoever reads the file can then sign in as you',
  save: 'Save…',
  saved: 'The file was written. It holds no password and no hash.',
  savedWithHash: 'The file was written, for you alone. It holds the hash of your password.',
  gap: confGapInEnglish,
};

/** A sentence on what was left out. */
export function confGapInEnglish(gap: ConfGap): string {
  switch (gap.kind) {
    case 'no-proxy':
      return `cntlm has no words for ${gap.rules.join(', ')}.`;
    case 'upstream':
      return `This cntlm has no words for the company proxy ${formatUpstream(gap.upstream)}.`;
    case 'pac':
      return `This cntlm cannot go by the PAC of ${gap.place}.`;
    case 'lines':
      return `This cntlm has no words for ${gap.lines.join(', ')}.`;
    case 'socks-users':
      return 'The ports of SOCKS5 are left out: without the passwords of their users they would be open to everybody.';
    case 'account':
      return 'cntlm signs in with names of ASCII letters alone.';
    case 'basic':
      return 'cntlm does not sign in with Basic: the file says NTLMv2.';
  }
}
