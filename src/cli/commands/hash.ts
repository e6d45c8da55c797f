import { passLines } from '../../main/app/pass-lines';
import { storeSecret } from '../../main/app/stored-secret';
import { keytarKeychain } from '../../main/platform/keychain/keytar-keychain';
import { makeCredential } from '../../main/upstream/credential';
import { formatAccount, type SignInMethod } from '../../shared/settings';
import { awaitKeychain } from '../await-keychain';
import { CliError, exitCodes } from '../cli-error';
import { problemLine } from '../describe-app-problem';
import { askFor, canAsk, readPassword } from '../read-password';
import { usageError } from '../option-values';
import type { Terminal } from '../terminal';
import { noLmHash, warnOfMethod } from '../warn-of-method';

export interface HashOptions {
  readonly user: string;
  readonly domain?: string | undefined;
  /** What it is for. Default: NTLMv2. */
  readonly signIn?: SignInMethod | undefined;
  /** As cntlm up to 0.92.3 reads it. */
  readonly inverted?: boolean | undefined;
  /** Into the Keychain instead of onto the terminal; that holds the hash as it is. */
  readonly save?: boolean | undefined;
}

const plainHint =
  'latchkey: these are the plain digits, as cntlm 0.94 has them: give `run` and `check` --hash-format plain. With --inverted they ' +
  'are as cntlm 0.92.3 has them, which `run` and `check` try first';

/**
 * `latchkey hash`: asks for the password and prints its PassNTLMv2 line, or what another method needs, or stores it in the
 * Keychain.
 */
export async function hash(options: HashOptions, terminal: Terminal): Promise<number> {
  const { user, inverted = false, save = false, signIn: method = 'NTLMv2' } = options;
  if (method === 'Basic' && !save) {
    throw usageError('Basic has no hash: with --save the password itself goes into the Keychain');
  }
  warnOfMethod(method, terminal);
  const domain = options.domain ?? (await findDomain(user, terminal));
  const account = { domain, user };
  const password = await readPassword(terminal, `Password of ${formatAccount(account)}: `);
  const credential = makeCredential(account, method, password);
  if (credential === undefined) throw noLmHash(method);
  if (save) {
    const { problem } = await awaitKeychain(storeSecret(keytarKeychain(), credential), terminal);
    if (problem !== undefined) throw new CliError(exitCodes.failure, problemLine(problem));
    const what = method === 'Basic' ? 'password' : 'hash';
    terminal.err(`latchkey: the ${what} of ${formatAccount(account)} is in the Keychain`);
  } else {
    for (const [keyword, digits] of passLines(credential, inverted)) {
      terminal.out(`${keyword.padEnd(16)}${digits}`);
    }
    // Nothing in a file tells the two apart: the wrong guess would cost a logon.
    if (!inverted) terminal.err(plainHint);
  }
  return exitCodes.ok;
}

/** A hash for another domain is refused, and that may lock the account: so what is left out is not taken for none. */
async function findDomain(user: string, terminal: Terminal): Promise<string> {
  // user@realm names it.
  if (user.includes('@')) return '';
  if (canAsk(terminal)) return await askFor(terminal, 'Domain (Return alone for none): ');
  terminal.err(
    'latchkey: warning: without --domain the hash holds for an empty domain only, as it is made of user and domain',
  );
  return '';
}
