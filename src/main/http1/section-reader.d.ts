import type { HeaderList } from './message-head';
/** What one head or one trailer section may cost. */
export interface SectionLimits {
  /** All bytes up to the end of the empty line. */
  readonly maxHeadBytes: number;
  /** Start line, field lines and the empty lines before them. */
  readonly maxLines: number;
}
/** 64 KiB of field lines, and 8 KiB for the start line (RFC 9112, 3 asks for 8,000 octets at least). */
export declare const defaultSectionLimits: SectionLimits;
/**
 * Reads lines up to and with the empty one: a head, or a trailer section if there is no start line. Each byte
 * is looked at a fixed number of times, however small the pieces in which it comes. Lines end with CRLF; a bare
 * CR or LF is refused as soon as it comes, or a peer that uses them would wait in vain for an answer.
 */
export declare class SectionReader {
  #private;
  /** @param readStartLine returns false for an empty line before the start line */
  constructor(limits: SectionLimits, readStartLine?: (line: string) => boolean);
  /** Whether no byte of a head has come yet; empty lines before its start line do not count. */
  get isEmpty(): boolean;
  /**
   * @returns how many bytes of the chunk belong to the section when its end is among them, else -1. Then
   *   `takeHeaders` gives its field lines.
   * @throws Http1Error head-too-large, too-many-lines, bad-header, and what readStartLine throws; the reader
   *   must not be used any more then
   */
  push(chunk: Buffer): number;
  /** Gives the field lines of the section that is complete, and makes ready for the next one. */
  takeHeaders(): HeaderList;
}
