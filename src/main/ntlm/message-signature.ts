import { createHash, createHmac } from 'node:crypto';
import { hasFlag } from './negotiate-flags';
import { rc4 } from './rc4';

/** Whose message is signed: each side has keys of its own. */
export type Signer = 'client' | 'server';

/** Both end with a NUL, which MS-NLMP 3.4.5.2 leaves unsaid and its example in 4.2.4.4 has. */
function derivedKey(sessionKey: Buffer, signer: Signer, purpose: 'signing' | 'sealing'): Buffer {
  const [from, to] = signer === 'client' ? ['client', 'server'] : ['server', 'client'];
  return createHash('md5')
    .update(sessionKey)
    .update(`session key to ${from}-to-${to} ${purpose} key magic constant\0`, 'latin1')
    .digest();
}

/** SIGNKEY for extended session security (MS-NLMP 3.4.5.2), 16 bytes. */
export function signKey(sessionKey: Buffer, signer: Signer): Buffer {
  return derivedKey(sessionKey, signer, 'signing');
}

/** SEALKEY for extended session security (MS-NLMP 3.4.5.3), 16 bytes: weaker where 128 bits were not agreed to. */
export function sealKey(sessionKey: Buffer, flags: number, signer: Signer): Buffer {
  const isStrong = hasFlag(flags, 'NTLMSSP_NEGOTIATE_128');
  const kept = isStrong ? 16 : hasFlag(flags, 'NTLMSSP_NEGOTIATE_56') ? 7 : 5;
  return derivedKey(sessionKey.subarray(0, kept), signer, 'sealing');
}

/**
 * NTLMSSP_MESSAGE_SIGNATURE of the first message that is signed (MS-NLMP 2.2.2.9.2 and 3.4.4.2), 16 bytes: what
 * SPNEGO's mechListMIC is for NTLM (MS-SPNG 3.2.5.1).
 *
 * @param sessionKey ExportedSessionKey
 * @param flags those of type 3
 * @returns undefined when signing was not agreed to
 */
export function signFirst(
  sessionKey: Buffer,
  flags: number,
  signer: Signer,
  message: Buffer,
): Buffer | undefined {
  const isPossible =
    hasFlag(flags, 'NTLMSSP_NEGOTIATE_SIGN') && hasFlag(flags, 'NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY');
  if (!isPossible) return undefined;
  const sequence = Buffer.alloc(4);
  const plain = createHmac('md5', signKey(sessionKey, signer)).update(sequence).update(message).digest();
  const checksum = plain.subarray(0, 8);
  const version = Buffer.of(1, 0, 0, 0);
  const isSealed = hasFlag(flags, 'NTLMSSP_NEGOTIATE_KEY_EXCH');
  return Buffer.concat([
    version,
    isSealed ? rc4(sealKey(sessionKey, flags, signer), checksum) : checksum,
    sequence,
  ]);
}
