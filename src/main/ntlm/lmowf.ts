import { des } from './des';

/** LM knows no more characters of a password. */
export const longestLmPassword = 14;

const constant = Buffer.from('KGS!@#$%', 'latin1');

/**
 * LMOWFv1 (MS-NLMP 3.3.1), what cntlm calls PassLM: DES of a constant with each half of the password in capitals.
 *
 * @returns 16 bytes; undefined for a password that has no LM hash: a directory stores none for one of more than 14 characters,
 * and what other letters than those of ASCII are depends on a code page that nobody but the domain knows
 */
export function lmowfv1(password: string): Buffer | undefined {
  if (password.length > longestLmPassword || !/^[\x20-\x7e]*$/.test(password)) return undefined;
  const key = Buffer.alloc(longestLmPassword);
  key.write(password.toUpperCase(), 'latin1');
  return Buffer.concat([des(key.subarray(0, 7), constant), des(key.subarray(7), constant)]);
}
