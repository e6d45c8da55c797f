import { createCipheriv, createHash } from 'node:crypto';

const chunkLength = 262_144;

/** `length` bytes that look random and are the same for every call with the same seed, in pieces of 256 KiB. */
export function* pseudoRandomBytes(length: number, seed = 'latchkey'): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(chunkLength);
  for (let left = length; left > 0; left -= chunkLength) {
    yield cipher.update(left < chunkLength ? zeros.subarray(0, left) : zeros);
  }
}

/** SHA-256 of what `pseudoRandomBytes` yields, in hex. */
export function pseudoRandomSha256(length: number, seed?: string): string {
  const hash = createHash('sha256');
  for (const chunk of pseudoRandomBytes(length, seed)) hash.update(chunk);
  return hash.digest('hex');
}

/** A generator of numbers from 0 to 1 with a seed, so that a failure can be repeated. */
export function pseudoRandomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
