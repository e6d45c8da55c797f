import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { md4 } from './md4';

describe('md4', () => {
  // RFC 1320, A.5, the whole suite.
  it.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ])('of %j is %s', (message, digest) => {
    expect(md4(Buffer.from(message, 'latin1')).toString('hex')).toBe(digest);
  });

  it('pads as OpenSSL does at every length up to two blocks', () => {
    // The MD5 of the digests of 0 to 130 zero bytes, each computed with OpenSSL's legacy provider.
    const digests = Array.from({ length: 131 }, (_, length) => md4(Buffer.alloc(length)));
    expect(createHash('md5').update(Buffer.concat(digests)).digest('hex')).toBe(
      '1cc48dab574d220f3e3e7d340c5cf73d',
    );
  });
});
