import type { NtlmDialect } from './dialect';

/** The flags of MS-NLMP 2.2.2.5 that Latchkey knows. */
export const negotiateFlags = Object.freeze({
  NTLMSSP_NEGOTIATE_UNICODE: 0x00000001,
  NTLM_NEGOTIATE_OEM: 0x00000002,
  NTLMSSP_REQUEST_TARGET: 0x00000004,
  NTLMSSP_NEGOTIATE_SIGN: 0x00000010,
  NTLMSSP_NEGOTIATE_SEAL: 0x00000020,
  NTLMSSP_NEGOTIATE_NTLM: 0x00000200,
  NTLMSSP_NEGOTIATE_ALWAYS_SIGN: 0x00008000,
  NTLMSSP_TARGET_TYPE_DOMAIN: 0x00010000,
  NTLMSSP_TARGET_TYPE_SERVER: 0x00020000,
  NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY: 0x00080000,
  NTLMSSP_NEGOTIATE_TARGET_INFO: 0x00800000,
  NTLMSSP_NEGOTIATE_VERSION: 0x02000000,
  NTLMSSP_NEGOTIATE_128: 0x20000000,
  NTLMSSP_NEGOTIATE_KEY_EXCH: 0x40000000,
  NTLMSSP_NEGOTIATE_56: 0x80000000,
});

/** The names of the flags that are set, for a report. */
export function flagNames(flags: number): string[] {
  return Object.entries(negotiateFlags)
    .filter(([, flag]) => (flags & flag) !== 0)
    .map(([name]) => name);
}

/** Whether a flag is set. */
export function hasFlag(flags: number, name: keyof typeof negotiateFlags): boolean {
  return (flags & negotiateFlags[name]) !== 0;
}

/**
 * What type 1 offers: the flags of Chromium's own NTLM, which company proxies are used to, and besides TARGET_INFO,
 * without which there is no MIC, and 128 and 56 for domains that demand 128 bits of every session.
 *
 * - OEM beside Unicode, for servers that know nothing else.
 * - ALWAYS_SIGN although nothing is signed: MS-NLMP 2.2.2.5 wants it for the session key that the MIC takes.
 * - No SIGN, SEAL or KEY_EXCH, outside SPNEGO: HTTP gives them nothing to protect, and servers disagree about the key of the MIC when
 *   KEY_EXCH is set without SIGN. Without it there is one reading only.
 * - No VERSION: it would be invented and nothing depends on it. The messages keep its field, zero.
 */
export const offeredFlags =
  (negotiateFlags.NTLMSSP_NEGOTIATE_UNICODE |
    negotiateFlags.NTLM_NEGOTIATE_OEM |
    negotiateFlags.NTLMSSP_REQUEST_TARGET |
    negotiateFlags.NTLMSSP_NEGOTIATE_NTLM |
    negotiateFlags.NTLMSSP_NEGOTIATE_ALWAYS_SIGN |
    negotiateFlags.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY |
    negotiateFlags.NTLMSSP_NEGOTIATE_TARGET_INFO |
    negotiateFlags.NTLMSSP_NEGOTIATE_128 |
    negotiateFlags.NTLMSSP_NEGOTIATE_56) >>>
  0;

/** What type 1 offers besides inside SPNEGO: a signature, and the key exchange that goes with one. */
export const keyExchangeFlags =
  negotiateFlags.NTLMSSP_NEGOTIATE_KEY_EXCH | negotiateFlags.NTLMSSP_NEGOTIATE_SIGN;

/**
 * What type 1 offers for a dialect. Without extended session security there is NTLMv1 in its old form alone, and with it the
 * NTLM2 session response alone (MS-NLMP 3.3.1). Target info tells whose proxy it is, whatever the dialect.
 */
export function flagsOf(dialect: NtlmDialect): number {
  if (dialect === 'NTLMv2' || dialect === 'NTLM2SR') return offeredFlags;
  return (offeredFlags & ~negotiateFlags.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY) >>> 0;
}

/**
 * The flags of type 3: what the challenge agreed to and Latchkey supports. With Unicode agreed to, OEM is not claimed
 * as well (MS-NLMP 2.2.2.5). A server that sets KEY_EXCH unasked gets a key exchange only together with SIGN, which
 * is when MS-NLMP 3.1.5.1.2 has one; claiming either alone leaves open which key the MIC has.
 */
export function agreeOnFlags(challengeFlags: number, dialect: NtlmDialect = 'NTLMv2'): number {
  // What type 3 may claim, provided that the challenge agreed to it.
  let flags = challengeFlags & (flagsOf(dialect) | keyExchangeFlags);
  if (hasFlag(flags, 'NTLMSSP_NEGOTIATE_UNICODE')) flags &= ~negotiateFlags.NTLM_NEGOTIATE_OEM;
  if ((flags & keyExchangeFlags) !== keyExchangeFlags) flags &= ~keyExchangeFlags;
  return flags >>> 0;
}
