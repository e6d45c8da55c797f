const rotations = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const;

/** The order in which each round takes the sixteen words of a block (RFC 1320, 3.4). */
const orders = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const;

const roundFunctions = [
  (x: number, y: number, z: number): number => (x & y) | (~x & z),
  (x: number, y: number, z: number): number => ((x & y) | (x & z) | (y & z)) + 0x5a827999,
  (x: number, y: number, z: number): number => (x ^ y ^ z) + 0x6ed9eba1,
] as const;

const blockBytes = 64;

/** The message, a bit 1, zeros, and the length in bits as 64 bits, little-endian (RFC 1320, 3.1 and 3.2). */
function pad(message: Uint8Array): Buffer {
  const length = Math.ceil((message.length + 9) / blockBytes) * blockBytes;
  const padded = Buffer.alloc(length);
  padded.set(message);
  padded[message.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, length - 8);
  return padded;
}

/**
 * MD4 (RFC 1320), 16 bytes. It is our own because OpenSSL 3, and so Node, has it only in the legacy provider,
 * which is not loaded; NTLM is the only reason left to compute it.
 */
export function md4(message: Uint8Array): Buffer {
  const padded = pad(message);
  let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < padded.length; block += blockBytes) {
    const before = [a, b, c, d] as const;
    for (const [round, order] of orders.entries()) {
      const mix = roundFunctions[round];
      const shifts = rotations[round];
      if (mix === undefined || shifts === undefined) continue;
      for (const [step, word] of order.entries()) {
        const sum = (a + mix(b, c, d) + padded.readUInt32LE(block + word * 4)) | 0;
        const shift = shifts[step % 4] ?? 0;
        [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
      }
    }
    a = (a + before[0]) | 0;
    b = (b + before[1]) | 0;
    c = (c + before[2]) | 0;
    d = (d + before[3]) | 0;
  }
  const digest = Buffer.alloc(16);
  for (const [index, word] of [a, b, c, d].entries()) digest.writeInt32LE(word | 0, index * 4);
  return digest;
}
