import { NtlmError } from './ntlm-error';

/** The ids of MS-NLMP 2.2.2.1. */
export const avIds = Object.freeze({
  MsvAvEOL: 0,
  MsvAvNbComputerName: 1,
  MsvAvNbDomainName: 2,
  MsvAvDnsComputerName: 3,
  MsvAvDnsDomainName: 4,
  MsvAvDnsTreeName: 5,
  MsvAvFlags: 6,
  MsvAvTimestamp: 7,
  MsvAvSingleHost: 8,
  MsvAvTargetName: 9,
  MsvAvChannelBindings: 10,
});

/** One attribute of the target info; names are in UTF-16LE whatever the message's character set. */
export interface AvPair {
  readonly id: number;
  readonly value: Buffer;
}

/** The value of the first pair with this id. */
export function avValue(pairs: readonly AvPair[], id: number): Buffer | undefined {
  return pairs.find((pair) => pair.id === id)?.value;
}

/** Reads a list up to MsvAvEOL. @throws NtlmError bad-length when it has no end or a pair goes beyond it */
export function decodeAvPairs(bytes: Buffer): AvPair[] {
  const pairs: AvPair[] = [];
  let position = 0;
  while (position + 4 <= bytes.length) {
    const id = bytes.readUInt16LE(position);
    const length = bytes.readUInt16LE(position + 2);
    if (id === avIds.MsvAvEOL) return pairs;
    // One that goes beyond the list ends the loop, and is refused with it.
    pairs.push({ id, value: bytes.subarray(position + 4, position + 4 + length) });
    position += 4 + length;
  }
  throw new NtlmError('bad-length', 'the target info has no end');
}

/** Writes a list, MsvAvEOL behind it. @throws NtlmError bad-length for a value of more than 65535 bytes */
export function encodeAvPairs(pairs: readonly AvPair[]): Buffer {
  const parts: Buffer[] = [];
  for (const { id, value } of [...pairs, { id: avIds.MsvAvEOL, value: Buffer.alloc(0) }]) {
    if (value.length > 0xffff) throw new NtlmError('bad-length', 'an AV pair of more than 65535 bytes');
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id);
    head.writeUInt16LE(value.length, 2);
    parts.push(head, value);
  }
  return Buffer.concat(parts);
}
