import { ntHash, ntowfv2 } from '../main/ntlm/ntowf';
import { KeychainError } from '../main/platform/keychain-error';
import { keytarKeychain } from '../main/platform/keytar-keychain';
import { invertDigits } from '../main/cntlm/hash-digits';
import { formatAccount } from '../shared/settings';
import { CliError, exitCodes } from './cli-error';
import { parseOptions } from './options';
import { readPassword } from './read-password';
import type { Terminal } from './terminal';

/** `latchkey hash`: asks for the password and prints its PassNTLMv2 line, or stores the hash in the Keychain. */
export async function hash(args: string[], terminal: Terminal): Promise<number> {
  const { values } = parseOptions('hash', args, {
    domain: { type: 'string', short: 'd' },
    user: { type: 'string', short: 'u' },
    inverted: { type: 'boolean' },
    save: { type: 'boolean' },
  });
  const { user, domain = '', inverted = false, save = false } = values;
  if (user === undefined || user === '') {
    throw new CliError(
      exitCodes.badConfiguration,
      '`hash` needs --user, and --domain unless the user is user@realm',
    );
  }
  if (inverted && save) {
    throw new CliError(
      exitCodes.badConfiguration,
      '--inverted is for a cntlm.conf; the Keychain holds the plain hash',
    );
  }
  const account = { domain, user };
  const password = await readPassword(terminal, `Password of ${formatAccount(account)}: `);
  const digits = ntowfv2(ntHash(password), account).toString('hex').toUpperCase();
  if (save) {
    await saveHash(formatAccount(account), digits);
    terminal.err(`latchkey: the hash of ${formatAccount(account)} is in the Keychain`);
  } else {
    terminal.out(`PassNTLMv2      ${inverted ? invertDigits(digits) : digits}`);
  }
  return exitCodes.ok;
}

async function saveHash(account: string, digits: string): Promise<void> {
  try {
    await keytarKeychain().write(account, digits);
  } catch (error) {
    if (error instanceof KeychainError)
      throw new CliError(exitCodes.failure, error.message, { cause: error });
    throw error;
  }
}
