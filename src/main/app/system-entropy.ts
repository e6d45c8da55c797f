import { randomBytes } from 'node:crypto';
import type { Entropy } from '../upstream/sign-in';

const stockBytes = 4 * 1024;
let stock: Buffer = Buffer.alloc(0);

/** Out of a stock: a call for a few bytes costs as much as one for many, and each logon takes twice. None is given out twice. */
function takeRandomBytes(length: number): Buffer {
  if (length > stock.length) stock = randomBytes(Math.max(length, stockBytes));
  const taken = stock.subarray(0, length);
  stock = stock.subarray(length);
  return taken;
}

/** The randomness and the clock of this machine. */
export const systemEntropy: Entropy = { randomBytes: takeRandomBytes, nowMs: Date.now };
