import { describe, expect, it } from 'vitest';
import { decodeNegotiateMessage, encodeNegotiateMessage } from './negotiate-message';
import { NtlmError } from './ntlm-error';

describe('the NEGOTIATE_MESSAGE', () => {
  const message = encodeNegotiateMessage();

  it('is 32 bytes of signature, type, flags and two empty fields', () => {
    expect(message.toString('hex')).toBe('4e544c4d5353500001000000078288a000000000200000000000000020000000');
  });

  it('can be read', () => {
    expect(decodeNegotiateMessage(message)).toEqual({ flags: 0xa0888207 });
  });

  it('is refused when it is cut off before its flags', () => {
    for (let length = 0; length < 16; length += 1) {
      expect(() => decodeNegotiateMessage(message.subarray(0, length))).toThrow(NtlmError);
    }
  });
});
