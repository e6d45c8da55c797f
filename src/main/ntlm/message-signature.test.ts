import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sealKey, signFirst, signKey } from './message-signature';
import { negotiateFlags } from './negotiate-flags';
import { rc4 } from './rc4';

const hex = (bytes: Buffer | undefined): string | undefined => bytes?.toString('hex');

// MS-NLMP 4.2.1 and 4.2.4.4.
const sessionKey = Buffer.alloc(16, 0x55);
const flags = 0xe28a8233;
const plaintext = Buffer.from('Plaintext', 'utf16le');

const {
  NTLMSSP_NEGOTIATE_SIGN: signs,
  NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY: extended,
  NTLMSSP_NEGOTIATE_KEY_EXCH: exchangesKey,
  NTLMSSP_NEGOTIATE_56: bits56,
} = negotiateFlags;

describe('the example of MS-NLMP 4.2.4.4', () => {
  it('has these keys', () => {
    expect(hex(signKey(sessionKey, 'client'))).toBe('4788dc861b4782f35d43fd98fe1a2d39');
    expect(hex(sealKey(sessionKey, flags, 'client'))).toBe('59f600973cc4960a25480a7c196e4c58');
  });

  it('seals the message, and the checksum behind it, as it is written there', () => {
    const checksum = createHmac('md5', signKey(sessionKey, 'client'))
      .update(Buffer.alloc(4))
      .update(plaintext)
      .digest()
      .subarray(0, 8);
    const sealed = rc4(sealKey(sessionKey, flags, 'client'), Buffer.concat([plaintext, checksum]));
    expect(hex(sealed)).toBe('54e50165bf1936dc996020c1811b0f06fb5f7fb38ec5c55d4976');
  });
});

describe('the signature of a first message', () => {
  const parts = (signature: Buffer | undefined): (string | undefined)[] => [
    hex(signature?.subarray(0, 4)),
    hex(signature?.subarray(4, 12)),
    hex(signature?.subarray(12)),
  ];
  const checksum = createHmac('md5', signKey(sessionKey, 'client'))
    .update(Buffer.alloc(4))
    .update(plaintext)
    .digest()
    .subarray(0, 8);

  it('is version, checksum and the number 0', () => {
    expect(parts(signFirst(sessionKey, signs | extended, 'client', plaintext))).toEqual([
      '01000000',
      hex(checksum),
      '00000000',
    ]);
  });

  it('is sealed where keys were exchanged', () => {
    const signature = signFirst(sessionKey, flags, 'client', plaintext);
    expect(parts(signature)).toEqual([
      '01000000',
      hex(rc4(sealKey(sessionKey, flags, 'client'), checksum)),
      '00000000',
    ]);
  });

  it.each([
    ['client', 'client-to-server'],
    ['server', 'server-to-client'],
  ] as const)("has the %s's own keys, of the constants of MS-NLMP 3.4.5.2 and 3.4.5.3", (signer, way) => {
    const key = (purpose: string): string =>
      createHash('md5')
        .update(
          Buffer.concat([
            sessionKey,
            Buffer.from(`session key to ${way} ${purpose} key magic constant`),
            Buffer.of(0),
          ]),
        )
        .digest('hex');
    expect(hex(signKey(sessionKey, signer))).toBe(key('signing'));
    expect(hex(sealKey(sessionKey, flags, signer))).toBe(key('sealing'));
  });

  it('is another one for the server, and with a weaker key', () => {
    const weak = (signs | extended | exchangesKey | bits56) >>> 0;
    const weakest = (signs | extended | exchangesKey) >>> 0;
    const all = [
      signFirst(sessionKey, flags, 'client', plaintext),
      signFirst(sessionKey, flags, 'server', plaintext),
      signFirst(sessionKey, weak, 'client', plaintext),
      signFirst(sessionKey, weakest, 'client', plaintext),
    ].map(hex);
    expect(new Set(all).size).toBe(4);
  });

  it('is none where signing was not agreed to, or without extended session security', () => {
    expect(signFirst(sessionKey, extended, 'client', plaintext)).toBeUndefined();
    expect(signFirst(sessionKey, signs, 'client', plaintext)).toBeUndefined();
  });
});
