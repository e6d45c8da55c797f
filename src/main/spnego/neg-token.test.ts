import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mechanisms } from './mechanisms';
import {
  decodeNegToken,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenResp,
} from './neg-token';
import { SpnegoError } from './spnego-error';

const bytes = (...parts: string[]): Buffer => Buffer.from(parts.join('').replace(/\s/g, ''), 'hex');
const hex = (token: Buffer): string => token.toString('hex');

/** The code of the refusal, undefined when the bytes are taken. Any other error is a bug. */
function refusal(token: Buffer): string | undefined {
  try {
    decodeNegToken(token);
    return undefined;
  } catch (error) {
    if (error instanceof SpnegoError) return error.code;
    throw error;
  }
}

// As X.690 and RFC 4178, 4.2 have it, put together by hand.
const initToken = bytes(
  '60 1f 0606 2b0601050502', // [APPLICATION 0], SPNEGO
  'a0 15 30 13', // NegTokenInit
  'a0 0e 30 0c 060a 2b06010401823702020a', // mechTypes: NTLMSSP
  'a2 01 00',
);
const respToken = bytes(
  'a1 20 30 1e',
  'a0 03 0a 01 01', // accept-incomplete
  'a1 0c 060a 2b06010401823702020a', // supportedMech: NTLMSSP
  'a2 04 04 02 abcd', // responseToken
  'a3 03 04 01 ef', // mechListMIC
);

describe('a NegTokenInit', () => {
  it('is written as RFC 4178, 4.2.1 has it, in the frame of RFC 2743, 3.1', () => {
    const token = encodeNegTokenInit({ mechTypes: [mechanisms.ntlm], mechToken: bytes('0102') });
    expect(hex(token)).toBe(
      hex(
        bytes(
          '60 22 0606 2b0601050502 a0 18 30 16',
          'a0 0e 30 0c 060a 2b06010401823702020a',
          'a2 04 04 02 0102',
        ),
      ),
    );
  });

  it('is read back, with the list that mechListMIC covers', () => {
    const mechTypes = [mechanisms.kerberos, mechanisms.ntlm];
    const token = encodeNegTokenInit({ mechTypes, mechToken: bytes('0102'), mechListMic: bytes('ff') });
    expect(decodeNegToken(token)).toEqual({
      kind: 'init',
      mechTypeList: encodeMechTypeList(mechTypes),
      mechTypes,
      mechToken: bytes('0102'),
      mechListMic: bytes('ff'),
    });
  });

  it.each([0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000])('carries a token of %i bytes', (length) => {
    const mechToken = Buffer.alloc(length, 1);
    const token = decodeNegToken(encodeNegTokenInit({ mechTypes: [mechanisms.ntlm], mechToken }));
    expect('mechToken' in token && token.mechToken?.equals(mechToken)).toBe(true);
  });

  it('without mechanisms, or of another mechanism, is refused', () => {
    expect(refusal(bytes('60 0c 0606 2b0601050502 a0 02 30 00'))).toBe('bad-value');
    expect(refusal(bytes('60 08 0606 2b0601050503'))).toBe('not-spnego');
    expect(refusal(Buffer.from('NTLMSSP\0'))).toBe('truncated');
    expect(refusal(bytes('04 00'))).toBe('not-spnego');
  });

  it('whose field holds another type is refused', () => {
    expect(refusal(initToken)).toBe('truncated');
  });
});

describe('a NegTokenResp', () => {
  const resp: NegTokenResp = {
    negState: 'accept-incomplete',
    supportedMech: mechanisms.ntlm,
    responseToken: bytes('abcd'),
    mechListMic: bytes('ef'),
  };

  it('is written as RFC 4178, 4.2.2 has it', () => {
    expect(hex(encodeNegTokenResp(resp))).toBe(hex(respToken));
    expect(hex(encodeNegTokenResp({}))).toBe('a1023000');
  });

  it('is read', () => {
    expect(decodeNegToken(respToken)).toEqual({ kind: 'resp', ...resp });
    expect(decodeNegToken(bytes('a1023000'))).toEqual({ kind: 'resp' });
  });

  it.each(['accept-completed', 'accept-incomplete', 'reject', 'request-mic'] as const)(
    'can say %s',
    (negState) => {
      expect(decodeNegToken(encodeNegTokenResp({ negState }))).toMatchObject({ negState });
    },
  );

  it('passes over what it does not know, and over what stands behind it', () => {
    expect(decodeNegToken(bytes('a1 09 30 07 a7 00 a0 03 0a 01 00 ffff'))).toMatchObject({
      negState: 'accept-completed',
    });
  });

  it('takes a length that could be shorter', () => {
    const token = bytes('a1 82 0008 30 81 05 a0 03 0a 01 02');
    expect(decodeNegToken(token)).toMatchObject({ negState: 'reject' });
  });

  it.each([
    ['a state that is none', 'a1 07 30 05 a0 03 0a 01 04', 'bad-value'],
    ['a state of two bytes', 'a1 08 30 06 a0 04 0a 02 00 01', 'bad-value'],
    ['a state of another type', 'a1 07 30 05 a0 03 02 01 00', 'unexpected-tag'],
    ['two values in one field', 'a1 0a 30 08 a0 06 0a 01 00 0a 01 00', 'bad-value'],
    ['an indefinite length', 'a1 80 30 00 00 00', 'bad-length'],
    ['a length of 4 GiB', 'a1 84 ffffffff', 'bad-length'],
    ['a length that goes beyond it', 'a1 05 30 00', 'truncated'],
    ['a length that is cut off', 'a1 82 01', 'truncated'],
    ['nothing', '', 'truncated'],
  ])('with %s is refused', (_what, token, code) => {
    expect(refusal(bytes(token))).toBe(code);
  });
});

describe.each([
  ['a NegTokenInit', encodeNegTokenInit({ mechTypes: [mechanisms.ntlm], mechToken: bytes('0102') })],
  ['a NegTokenResp', respToken],
])('%s from a hostile peer', (_name, valid) => {
  const outcomes = [undefined, 'truncated', 'bad-length', 'unexpected-tag', 'not-spnego', 'bad-value'];

  it('is refused wherever it is cut off', () => {
    for (let length = 0; length < valid.length; length += 1) {
      expect(refusal(valid.subarray(0, length))).toBe('truncated');
    }
  });

  it('of random bytes throws nothing but SpnegoError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(24), (tail, kept) => {
        expect(outcomes).toContain(refusal(Buffer.concat([valid.subarray(0, kept), tail])));
      }),
      { numRuns: 500 },
    );
  });

  it('with some bytes changed throws nothing but SpnegoError', () => {
    const edit = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        const token = Buffer.from(valid);
        for (const [at, value] of edits) token[at] = value;
        expect(outcomes).toContain(refusal(token));
      }),
      { numRuns: 500 },
    );
  });
});
