/** How the digits of a hash are written: as the specification has them, or with every bit inverted (cntlm up to 0.92.3). */
export type HashFormat = 'plain' | 'inverted';

/** Inverts every bit of a number in hexadecimal digits; upper-case digits come out. */
export function invertDigits(digits: string): string {
  return Array.from(digits, (digit) => (15 - Number.parseInt(digit, 16)).toString(16).toUpperCase()).join('');
}
