import { ntHash, ntowfv2 } from '../../main/ntlm/ntowf';
import { KeychainError } from '../../main/platform/keychain/keychain-error';
import { keytarKeychain } from '../../main/platform/keychain/keytar-keychain';
import { invertDigits } from '../../main/cntlm/hash-digits';
import { formatAccount } from '../../shared/settings';
import { awaitKeychain } from '../await-keychain';
import { CliError, exitCodes } from '../cli-error';
import { askFor, canAsk, readPassword } from '../read-password';
import type { Terminal } from '../terminal';

export interface HashOptions {
  readonly user: string;
  readonly domain?: string | undefined;
  /** As cntlm up to 0.92.3 reads it. */
  readonly inverted?: boolean | undefined;
  /** Into the Keychain instead of onto the terminal; that holds the hash as it is. */
  readonly save?: boolean | undefined;
}

/** `latchkey hash`: asks for the password and prints its PassNTLMv2 line, or stores the hash in the Keychain. */
export async function hash(options: HashOptions, terminal: Terminal): Promise<number> {
  const { user, inverted = false, save = false } = options;
  const domain = options.domain ?? (await findDomain(user, terminal));
  const account = { domain, user };
  const password = await readPassword(terminal, `Password of ${formatAccount(account)}: `);
  const digits = ntowfv2(ntHash(password), account).toString('hex').toUpperCase();
  if (save) {
    await saveHash(formatAccount(account), digits, terminal);
    terminal.err(`latchkey: the hash of ${formatAccount(account)} is in the Keychain`);
  } else {
    terminal.out(`PassNTLMv2      ${inverted ? invertDigits(digits) : digits}`);
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

async function saveHash(account: string, digits: string, terminal: Terminal): Promise<void> {
  try {
    await awaitKeychain(keytarKeychain().write(account, digits), terminal);
  } catch (error) {
    if (error instanceof KeychainError)
      throw new CliError(exitCodes.failure, error.message, { cause: error });
    throw error;
  }
}
