import type { Writable } from 'node:stream';

/** How much may wait for a slow reader before its source is no longer read, in bytes. */
const maxPendingBytes = 128 * 1024;

/**
 * Whether more may be written at once. The answer of `write` does not tell: it is false after every large chunk, even when
 * the kernel has taken all of it. Where this is false, `drain` follows.
 */
export function hasRoom(target: Writable): boolean {
  return target.writableLength <= maxPendingBytes;
}
