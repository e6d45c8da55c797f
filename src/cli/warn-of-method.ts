import type { SignInMethod } from '../shared/settings';
import { signIn, whatElse, whyNot } from '../shared/words/sign-in/en';
import { CliError, exitCodes } from './cli-error';
import { problemLine } from './describe-app-problem';
import type { Terminal } from './terminal';

/** Says why not, of every method but NTLMv2. @param isOverTls whether a company proxy is spoken to over TLS */
export function warnOfMethod(method: SignInMethod, terminal: Pick<Terminal, 'err'>, isOverTls = false): void {
  if (method === 'NTLMv2') return;
  const sentences = [whyNot(method), whatElse(method), isOverTls ? signIn.notBound : ''].filter(
    (each) => each !== '',
  );
  terminal.err(`latchkey: warning: ${sentences.join(' ')}`);
}

/** The password that was typed is none for this method. */
export function noLmHash(method: SignInMethod): CliError {
  return new CliError(exitCodes.badConfiguration, problemLine({ kind: 'no-lm-hash', method }));
}
