import { describe, expect, it } from 'vitest';
import { negotiateFlags } from './negotiate-flags';
import { decodeNegotiateMessage, encodeNegotiateMessage } from './negotiate-message';
import { NtlmError } from './ntlm-error';

describe('the NEGOTIATE_MESSAGE', () => {
  const message = encodeNegotiateMessage();

  it('has every field of MS-NLMP 2.2.1.1, of which the last one is Version, zero without its flag', () => {
    const fields = [
      '4e544c4d53535000', // Signature
      '01000000', // MessageType
      '078288a0', // NegotiateFlags
      '0000000028000000', // DomainNameFields: empty, at the start of the payload
      '0000000028000000', // WorkstationFields
      '0000000000000000', // Version
    ];
    expect(message.toString('hex')).toBe(fields.join(''));
    expect(message.readUInt32LE(12) & negotiateFlags.NTLMSSP_NEGOTIATE_VERSION).toBe(0);
  });

  it('offers a signature, and the key exchange that goes with one, when it is asked for', () => {
    const { NTLMSSP_NEGOTIATE_SIGN: signs, NTLMSSP_NEGOTIATE_KEY_EXCH: exchangesKey } = negotiateFlags;
    const { flags } = decodeNegotiateMessage(encodeNegotiateMessage(true));
    expect(flags).toBe((0xa0888207 | signs | exchangesKey) >>> 0);
  });

  it('can be read', () => {
    expect(decodeNegotiateMessage(message)).toEqual({ flags: 0xa0888207 });
  });

  it('can be read when it ends behind its flags', () => {
    expect(decodeNegotiateMessage(message.subarray(0, 16))).toEqual({ flags: 0xa0888207 });
  });

  it('is refused when it is another one, or none, however short it is', () => {
    const other = Buffer.from(message.subarray(0, 12));
    other.writeUInt32LE(2, 8);
    expect(() => decodeNegotiateMessage(other)).toThrow(
      expect.objectContaining({ name: 'NtlmError', code: 'wrong-type' }),
    );
    expect(() => decodeNegotiateMessage(Buffer.alloc(12))).toThrow(
      expect.objectContaining({ code: 'not-ntlm' }),
    );
    expect(() => decodeNegotiateMessage(message.subarray(0, 11))).toThrow(
      expect.objectContaining({ code: 'truncated' }),
    );
  });

  it('is refused when it is cut off before its flags', () => {
    for (let length = 0; length < 16; length += 1) {
      expect(() => decodeNegotiateMessage(message.subarray(0, length))).toThrow(NtlmError);
    }
  });
});
