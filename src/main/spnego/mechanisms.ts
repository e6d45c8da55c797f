/** Object identifiers of security mechanisms, the content of their DER encoding. */
export const mechanisms = Object.freeze({
  /** 1.3.6.1.5.5.2, SPNEGO itself (RFC 4178, 3). */
  spnego: Buffer.from('2b0601050502', 'hex'),
  /** 1.3.6.1.4.1.311.2.2.10, NTLMSSP (MS-SPNG 1.9). */
  ntlm: Buffer.from('2b06010401823702020a', 'hex'),
  /** 1.2.840.113554.1.2.2, Kerberos 5 (RFC 4121). */
  kerberos: Buffer.from('2a864886f712010202', 'hex'),
});
