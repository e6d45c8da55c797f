import type { Upstream } from './settings';

/** The versions of cntlm that a cntlm.conf can be written for: they read a hash in two ways. */
export const confTargets = ['0.92.3', '0.94'] as const;

export type ConfTarget = (typeof confTargets)[number];

/** What of the settings a cntlm has no words for. */
export type ConfGap =
  | { readonly kind: 'no-proxy'; readonly rules: readonly string[] }
  | { readonly kind: 'upstream'; readonly upstream: Upstream }
  /** It reads none, or none from there. */
  | { readonly kind: 'pac'; readonly place: string }
  /** Lines that this cntlm would not start with: it knows no IPv6 there. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** The ports of SOCKS5: without its users, whose passwords were not asked for, they would be open to everybody. */
  | { readonly kind: 'socks-users' }
  /** It signs in with names of ASCII letters alone. */
  | { readonly kind: 'account' }
  /** It does not sign in with Basic. */
  | { readonly kind: 'basic' };
