import type { SignInMethod } from './settings';

/**
 * What is said about a line of a cntlm.conf, as data; src/shared/words/conf-remarks has a sentence for each. It never holds a value:
 * a password may stand in a URL, and a hash in a line of its own.
 */
export type ConfMatter =
  | { readonly kind: 'byte-order-mark' }
  | { readonly kind: 'line-too-long'; readonly limit: number }
  | { readonly kind: 'no-keyword' }
  | { readonly kind: 'equals-sign' }
  | { readonly kind: 'open-quotation-mark' }
  | { readonly kind: 'comment-in-word' }
  | { readonly kind: 'semicolon-kept' }
  | { readonly kind: 'semicolon-left-out'; readonly keyword: string }
  | { readonly kind: 'no-line-break' }
  | { readonly kind: 'not-needed'; readonly keyword: string }
  | { readonly kind: 'not-supported'; readonly keyword: string }
  | { readonly kind: 'given-before'; readonly keyword: string; readonly firstLine: number }
  | { readonly kind: 'read-as-utf8'; readonly keyword: string }
  /** The value is that of a template: nobody has put his own into it. */
  | { readonly kind: 'not-filled-in'; readonly keyword: string }
  | { readonly kind: 'hash-characters'; readonly keyword: string }
  | { readonly kind: 'hash-length'; readonly keyword: string; readonly length: number }
  /** One of those that cntlm ships. */
  | { readonly kind: 'hash-sample'; readonly keyword: string }
  /** A hash that cannot be used, beside one that can. */
  | { readonly kind: 'other-hash-counts'; readonly keyword: string; readonly used: string }
  | { readonly kind: 'hash-beyond-ascii' }
  | { readonly kind: 'hash-beside-password'; readonly keyword: string }
  | { readonly kind: 'hashes-differ' }
  | { readonly kind: 'hash-of-another'; readonly keyword: string }
  | { readonly kind: 'no-credential' }
  | { readonly kind: 'no-username' }
  | { readonly kind: 'no-proxy' }
  | { readonly kind: 'no-proxy-beside-pac' }
  | { readonly kind: 'bad-pac'; readonly keyword: string }
  | { readonly kind: 'network-in-no-proxy' }
  | { readonly kind: 'dot-in-no-proxy' }
  | { readonly kind: 'rule-in-no-proxy' }
  | { readonly kind: 'semicolon-in-no-proxy' }
  | { readonly kind: 'case-in-no-proxy' }
  | { readonly kind: 'proxy-scheme' }
  | { readonly kind: 'bad-proxy' }
  | { readonly kind: 'bad-listen'; readonly keyword: string }
  | { readonly kind: 'blank-for-colon'; readonly keyword: string }
  | { readonly kind: 'bad-access'; readonly keyword: string }
  | { readonly kind: 'bits-beyond'; readonly keyword: string; readonly prefixLength: number }
  /** `used`: what is used in its place. */
  | { readonly kind: 'auth-other'; readonly auth: string; readonly used: SignInMethod }
  | { readonly kind: 'auth-unknown' }
  /** A switch with another word than yes. */
  | { readonly kind: 'gateway-off'; readonly keyword: string }
  | { readonly kind: 'workstation-long'; readonly limit: number }
  | { readonly kind: 'workstation-cut'; readonly limit: number }
  | { readonly kind: 'access-ipv6'; readonly keyword: string }
  | { readonly kind: 'rules-for-this-machine' }
  | { readonly kind: 'denies-this-machine' }
  | { readonly kind: 'bad-tunnel' }
  | { readonly kind: 'bad-header' }
  | { readonly kind: 'header-reserved' }
  | { readonly kind: 'bad-socks-user'; readonly keyword: string }
  | { readonly kind: 'socks-user-singular' }
  | { readonly kind: 'listens-here-too' }
  | { readonly kind: 'value-unusable' };

/** A remark about a line; line 0 is the file as a whole. */
export interface ConfRemark {
  readonly severity: 'error' | 'warning';
  readonly line: number;
  readonly matter: ConfMatter;
}
