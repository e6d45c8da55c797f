import { createHmac } from 'node:crypto';
import { md4 } from './md4';
import { upperCase } from './upper-case';

/** NTOWFv1 (MS-NLMP 3.3.1): MD4 of the password in UTF-16LE, 16 bytes. What cntlm calls PassNT. */
export function ntHash(password: string): Buffer {
  return md4(Buffer.from(password, 'utf16le'));
}

/**
 * NTOWFv2 (MS-NLMP 3.3.2) for a domain exactly as it is written: the specification upper-cases the user only.
 *
 * @param hash NTOWFv1, 16 bytes
 * @returns 16 bytes
 */
export function ntowfv2Exact(hash: Buffer, user: string, domain: string): Buffer {
  return createHmac('md5', hash)
    .update(Buffer.from(upperCase(user) + domain, 'utf16le'))
    .digest();
}

/**
 * The hash that Latchkey signs in with, and what cntlm calls PassNTLMv2: NTOWFv2 for the upper-cased domain. Latchkey
 * sends the domain upper-cased as well, so that hash and message agree.
 *
 * @param hash NTOWFv1, 16 bytes
 * @returns 16 bytes
 */
export function ntowfv2(hash: Buffer, account: { readonly user: string; readonly domain: string }): Buffer {
  return ntowfv2Exact(hash, account.user, upperCase(account.domain));
}
