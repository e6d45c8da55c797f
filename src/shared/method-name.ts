import type { SignInMethod } from './settings';

/** What a method is called where somebody reads it; cntlm's names are no names of methods. */
export function methodName(method: SignInMethod): string {
  switch (method) {
    case 'NT':
      return 'NTLMv1';
    case 'NTLM':
      return 'NTLMv1 + LM';
    case 'NTLMv2':
    case 'NTLM2SR':
    case 'LM':
    case 'Basic':
      return method;
  }
}
