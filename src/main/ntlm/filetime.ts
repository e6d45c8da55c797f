/** 1970-01-01 as a FILETIME: units of 100 ns since 1601-01-01 (MS-DTYP 2.3.3). */
const unixEpoch = 116_444_736_000_000_000n;
const unitsPerMs = 10_000n;

/** A FILETIME as milliseconds since 1970. */
export function filetimeToMs(filetime: bigint): number {
  return Number((filetime - unixEpoch) / unitsPerMs);
}

/** Milliseconds since 1970 as a FILETIME. */
export function msToFiletime(ms: number): bigint {
  return BigInt(Math.trunc(ms)) * unitsPerMs + unixEpoch;
}
