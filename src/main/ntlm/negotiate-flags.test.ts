import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreeOnFlags, flagNames, hasFlag, offeredFlags } from './negotiate-flags';

describe('flagNames', () => {
  it('names what is set, the highest bit as well', () => {
    expect(flagNames(0x80000001)).toEqual(['NTLMSSP_NEGOTIATE_UNICODE', 'NTLMSSP_NEGOTIATE_56']);
    expect(flagNames(0)).toEqual([]);
  });
});

describe('agreeOnFlags', () => {
  it.each([
    ['Samba, asked with what we offer', 0xa2898205, 0xa0888205],
    ['the example of MS-NLMP 4.2.4.3, both character sets', 0xe28a8233, 0xe0888211],
    ['a server that knows only OEM', 0x00000202, 0x00000202],
    ['KEY_EXCH without SIGN', 0xe0888205, 0xa0888205],
    ['SIGN without KEY_EXCH', 0xa0888215, 0xa0888205],
    ['nothing', 0, 0],
  ])('with %s', (_server, challenge, agreed) => {
    expect(agreeOnFlags(challenge)).toBe(agreed);
  });

  it('never claims what the challenge did not, nor half a key exchange', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (challenge) => {
        const agreed = agreeOnFlags(challenge);
        expect((agreed & ~challenge) >>> 0).toBe(0);
        expect(hasFlag(agreed, 'NTLMSSP_NEGOTIATE_KEY_EXCH')).toBe(hasFlag(agreed, 'NTLMSSP_NEGOTIATE_SIGN'));
      }),
    );
  });

  it('keeps all that is offered when the server has it all, but for OEM', () => {
    expect(agreeOnFlags(offeredFlags)).toBe((offeredFlags & ~2) >>> 0);
  });
});
