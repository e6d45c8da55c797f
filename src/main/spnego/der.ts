import { SpnegoError } from './spnego-error';

/** The identifier octets (X.690, 8.1.2) that SPNEGO needs; each fits into one. */
export const tags = Object.freeze({
  octetString: 0x04,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  sequence: 0x30,
  /** [APPLICATION 0], the frame of an initial token (RFC 2743, 3.1). */
  application0: 0x60,
  /** [0], constructed; [1] and so on follow it. */
  context0: 0xa0,
});

/** One element, and what stands behind it. */
export interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly rest: Buffer;
}

/** A length that needs more octets than these is longer than any header field. */
const maxLengthOctets = 3;

/**
 * Reads the element that the bytes begin with (X.690, 8.1). The peer controls the numbers. A length that could be said in
 * fewer octets is taken: some encoders are not as strict as DER.
 *
 * @throws SpnegoError truncated, bad-length
 */
export function readElement(bytes: Buffer): Element {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined)
    throw new SpnegoError('truncated', 'an element has no length');
  let length = first;
  let start = 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > maxLengthOctets) {
      throw new SpnegoError('bad-length', 'the length of an element is indefinite, or huge');
    }
    start += octets;
    if (bytes.length < start) throw new SpnegoError('truncated', 'an element ends within its length');
    length = bytes.readUIntBE(2, octets);
  }
  const end = start + length;
  if (bytes.length < end) throw new SpnegoError('truncated', 'an element ends too early');
  return { tag, content: bytes.subarray(start, end), rest: bytes.subarray(end) };
}

/** Reads an element that must have this tag. @throws SpnegoError unexpected-tag, and as `readElement` */
export function readTagged(bytes: Buffer, tag: number): Element {
  const element = readElement(bytes);
  if (element.tag === tag) return element;
  throw new SpnegoError(
    'unexpected-tag',
    `an element is tagged 0x${element.tag.toString(16)} in place of 0x${tag.toString(16)}`,
  );
}

/** Reads a value that must be this element alone. @throws SpnegoError bad-value, and as `readTagged` */
export function readOnly(bytes: Buffer, tag: number): Buffer {
  const { content, rest } = readTagged(bytes, tag);
  if (rest.length > 0)
    throw new SpnegoError('bad-value', 'something stands behind an element that is the last');
  return content;
}

/** Writes an element whose content is these parts, its length in as few octets as it takes (X.690, 10.1). */
export function writeElement(tag: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((total, part) => total + part.length, 0);
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), ...parts]);
  const octets = length < 0x100 ? 1 : length < 0x1_0000 ? 2 : maxLengthOctets;
  const head = Buffer.alloc(2 + octets);
  head.writeUInt8(tag, 0);
  head.writeUInt8(0x80 | octets, 1);
  head.writeUIntBE(length, 2, octets);
  return Buffer.concat([head, ...parts]);
}
