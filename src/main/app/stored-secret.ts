import { type Account, formatAccount, type SignInMethod, signInMethods } from '../../shared/settings';
import type { AppProblem } from '../../shared/app-problem';
import type { Keychain } from '../platform/ports';
import type { Credential } from '../upstream/credential';
import { keychainProblem } from './keychain-problem';

/** How many bytes a secret has; of Basic, whose is the password, any number. */
const secretBytes: Readonly<Record<SignInMethod, number | undefined>> = {
  NTLMv2: 16,
  NTLM2SR: 16,
  NT: 16,
  NTLM: 32,
  LM: 16,
  Basic: undefined,
};

/** A credential as the Keychain keeps it: that of NTLMv2 as 32 hexadecimal digits, any other with its method before them. */
export function encodeSecret({ method, secret }: Credential): string {
  const digits = secret.toString('hex').toUpperCase();
  return method === 'NTLMv2' ? digits : `${method}:${digits}`;
}

/** What the Keychain holds for an account; undefined when it is nothing that Latchkey has stored there. */
export function decodeSecret(text: string, account: Account): Credential | undefined {
  const [, prefix = 'NTLMv2', digits = ''] = /^(?:([A-Za-z0-9]+):)?((?:[0-9A-F]{2})+)$/i.exec(text) ?? [];
  const method = signInMethods.find((each) => each === prefix);
  const secret = Buffer.from(digits, 'hex');
  if (method === undefined || secret.length === 0) return undefined;
  return secret.length === (secretBytes[method] ?? secret.length) ? { account, method, secret } : undefined;
}

/** Puts a credential in the place of what the Keychain holds for its account. Never rejects. @returns why it could not be kept, if so */
export async function storeSecret(
  keychain: Keychain,
  credential: Credential,
): Promise<{ readonly problem?: AppProblem }> {
  try {
    await keychain.write(formatAccount(credential.account), encodeSecret(credential));
    return {};
  } catch (error) {
    return { problem: keychainProblem(error) };
  }
}
