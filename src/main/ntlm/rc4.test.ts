import { describe, expect, it } from 'vitest';
import { rc4 } from './rc4';

describe('rc4', () => {
  // RFC 6229, section 2: the first 32 bytes of each key stream.
  it.each([
    ['0102030405', 'b2396305f03dc027ccc3524a0a1118a86982944f18fc82d589c403a47a0d0919'],
    ['0102030405060708', '97ab8a1bf0afb96132f2f67258da15a88263efdb45c4a18684ef87e6b19e5b09'],
    ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b975248c4959014126a6e8a84f11d1a9e1c'],
  ])('has the key stream of RFC 6229 for %s', (key, stream) => {
    expect(rc4(Buffer.from(key, 'hex'), Buffer.alloc(32)).toString('hex')).toBe(stream);
  });

  it('has the key stream of RFC 6229 at offset 4096', () => {
    const key = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');
    expect(rc4(key, Buffer.alloc(4112)).subarray(4096).toString('hex')).toBe(
      'a36a4c301ae8ac13610ccbc12256cacc',
    );
  });

  it('undoes itself', () => {
    const key = Buffer.from('session key');
    const data = Buffer.from('any bytes at all');
    expect(rc4(key, rc4(key, data))).toEqual(data);
  });
});
