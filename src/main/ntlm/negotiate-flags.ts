/** The flags of MS-NLMP 2.2.2.5 that Latchkey knows. */
export const negotiateFlags = Object.freeze({
  NTLMSSP_NEGOTIATE_UNICODE: 0x00000001,
  NTLM_NEGOTIATE_OEM: 0x00000002,
  NTLMSSP_REQUEST_TARGET: 0x00000004,
  NTLMSSP_NEGOTIATE_SIGN: 0x00000010,
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
 * What type 1 offers. OEM is offered beside Unicode for servers that know nothing else; signing and key exchange are
 * not, as a proxy protects no messages, but both are carried out if a server insists on them. No version: it would
 * be invented, and nothing depends on it.
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

/** What type 3 may claim, provided that the challenge agreed to it. */
export const supportedFlags = (offeredFlags | negotiateFlags.NTLMSSP_NEGOTIATE_KEY_EXCH) >>> 0;
