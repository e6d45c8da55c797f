import { createCipheriv } from 'node:crypto';

const noVector = Buffer.alloc(8);

/**
 * DES of one block, as MS-NLMP 6 writes DES(K, D).
 *
 * OpenSSL 3 has single DES only in a provider that Node does not load. With the same key three times over, triple DES is single
 * DES: the second step undoes the first.
 *
 * @param key 7 bytes, whose 56 bits are spread over 8; the parity bits stay 0, as DES does not look at them
 * @param block 8 bytes
 * @returns 8 bytes
 */
export function des(key: Uint8Array, block: Uint8Array): Buffer {
  const spread = Buffer.alloc(8);
  for (let index = 0; index < 8; index += 1) {
    // Of the 56 bits the seven from 7 * index on, in the upper seven bits of the byte.
    const before = key[index - 1] ?? 0;
    const own = key[index] ?? 0;
    spread[index] = ((before << (8 - index)) | (own >> index)) & 0xfe;
  }
  // One block comes out of it at once, and its padding never.
  return createCipheriv('des-ede3-cbc', Buffer.concat([spread, spread, spread]), noVector).update(block);
}
