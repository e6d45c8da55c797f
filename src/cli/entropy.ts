import { randomBytes } from 'node:crypto';
import type { Entropy } from '../main/upstream/sign-in';

/** Randomness and wall clock of this machine. */
export const systemEntropy: Entropy = { randomBytes, nowMs: Date.now };
