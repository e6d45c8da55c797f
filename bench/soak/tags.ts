import { pseudoRandomBytes, pseudoRandomNumbers } from '../../test/servers/pseudo-random';

/** More than the longest body; where a body begins in it depends on its tag. */
const noiseBytes = 2_300_000;
const offsets = 65_536;
const noise = Buffer.concat([...pseudoRandomBytes(noiseBytes, 'soak')]);
const tagPattern = /s(\d+)-[0-9a-f]{8}/g;

/** Scrambles two numbers into one of 32 bits, so that neighbours have nothing in common. */
function scramble(one: number, other: number): number {
  let hash = Math.imul(one ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(other + 1, 0xc2b2_ae35);
  for (let round = 0; round < 2; round += 1) {
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb_352d);
    hash = Math.imul(hash ^ (hash >>> 15), 0x846c_a68b);
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The random numbers of one step of a run: they do not depend on what runs beside it. */
export function randomFor(seed: number, step: number): () => number {
  return pseudoRandomNumbers(scramble(seed, step));
}

/** Names the requests of one run. Whether a text is such a name can be told from itself. */
export class Tags {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The name of request number `index`. */
  of(index: number): string {
    return `s${index}-${scramble(~this.#seed, index).toString(16).padStart(8, '0')}`;
  }

  isTag(text: string): boolean {
    const index = /^s(\d{1,9})-/.exec(text)?.[1];
    return index !== undefined && this.of(Number(index)) === text;
  }

  /** A tag in these bytes that is not the expected one. */
  foreignTag(bytes: Buffer, expected: string): string | undefined {
    const found = bytes.toString('latin1').match(tagPattern) ?? [];
    return found.find((tag) => tag !== expected && this.isTag(tag));
  }
}

/** A body of `length` bytes behind a line with its tag; different for nearly every tag. */
export function contentFor(tag: string, length: number): Buffer {
  const offset = scramble(Number(tag.slice(1, tag.indexOf('-'))), 7) % offsets;
  return Buffer.concat([Buffer.from(`${tag}\n`), noise.subarray(offset, offset + length)]);
}
