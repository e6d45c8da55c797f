/**
 * Whether what takes minutes is done completely, as where CI=true, or sampled. LATCHKEY_SAMPLE=1 samples there as well: what was
 * done once needs not be done again on another Node.
 */
export const isComplete = process.env['CI'] === 'true' && process.env['LATCHKEY_SAMPLE'] !== '1';
