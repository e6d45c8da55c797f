/** How the digits of a hash are written: as the specification has them, or with every bit inverted (cntlm up to 0.92.3). */
export type HashFormat = 'plain' | 'inverted';
/** Inverts every bit of a number in hexadecimal digits; upper-case digits come out. */
export declare function invertDigits(digits: string): string;
