import { randomBytes } from 'node:crypto';
import type { Entropy } from '../upstream/sign-in';

/** The randomness and the clock of this machine. */
export const systemEntropy: Entropy = { randomBytes: (length) => randomBytes(length), nowMs: Date.now };
