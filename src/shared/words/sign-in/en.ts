import { methodName } from '../../method-name';
import type { SignInMethod } from '../../settings';

/** Why not; empty for NTLMv2. */
export function whyNot(method: SignInMethod): string {
  switch (method) {
    case 'NTLMv2':
      return '';
    case 'NTLM2SR':
      return 'NTLM2SR rests on keys of 56 bits: whoever listens can compute the hash of your password in days, and sign in as you.';
    case 'NT':
      return 'Whoever listens can break NTLMv1 within hours and sign in as you.';
    case 'NTLM':
    case 'LM':
      return 'Whoever listens can break LM within minutes, read your password and sign in as you.';
    case 'Basic':
      return 'Basic sends your password with every request, and whoever listens can read it, unless the company proxy is spoken to over TLS.';
  }
}

/** What is to be known besides; empty for the others. */
export function whatElse(method: SignInMethod): string {
  switch (method) {
    case 'Basic':
      return 'Every request is a logon of its own: of a password that was changed elsewhere, each request that is under way may be refused once.';
    case 'NTLM':
    case 'LM':
      return 'Only a password of at most 14 ASCII characters has an LM hash.';
    case 'NTLMv2':
    case 'NTLM2SR':
    case 'NT':
      return '';
  }
}

export const signIn = {
  title: 'Sign-in',
  methods: 'Method',
  usual: 'NTLMv2',
  usualDetail: 'After a Kerberos ticket, where there is one and the company proxy takes it',
  other: 'Another method',
  otherDetail: 'Only where your IT department says so',
  name: methodName,
  whyNot,
  whatElse,
  stays: (name: string): string => `${name} stays in use until you choose.`,
  inUse: (name: string): string => `${name} is in use.`,
  keep: (name: string): string => `Keep ${name}`,
  use: (name: string): string => `Use ${name}`,
  needsPassword: 'Needs the password once more: another method keeps another secret. Checked with one logon.',
  keepsPassword:
    'Needs the password once more, which is then kept itself in the Keychain. Checked with one logon.',
  notBound: 'On an encrypted line to the company proxy, NTLMv2 alone is bound to its certificate.',
  password: (account: string): string => `Password of ${account}`,
  clients: 'Programs sign in themselves',
  clientsDetail: 'Each with its own account, as user and password of this proxy',
  clientsNote:
    'Latchkey makes NTLMv2 of what a program brings. On the way to Latchkey it can be read: let this Mac alone connect.',
  neverByItself: 'Latchkey never tries one method after another by itself.',
};
