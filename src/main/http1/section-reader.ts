import { appendFieldLine, isFieldText } from './field-syntax';
import { Http1Error } from './http1-error';
import type { HeaderList } from './message-head';

/** What one head or one trailer section may cost. */
export interface SectionLimits {
  /** All bytes up to the end of the empty line. */
  readonly maxHeadBytes: number;
  /** Start line, field lines and the empty lines before them. */
  readonly maxLines: number;
}

/** 64 KiB of field lines, and 8 KiB for the start line (RFC 9112, 3 asks for 8,000 octets at least). */
export const defaultSectionLimits: SectionLimits = { maxHeadBytes: 65_536 + 8_192, maxLines: 2_000 };

const endOfSection = '\r\n\r\n';

/**
 * Reads lines up to and with the empty one: a head, or a trailer section if there is no start line. Each byte
 * is looked at a fixed number of times, however small the pieces in which it comes. Lines end with CRLF; a bare
 * CR or LF is refused as soon as it comes, or a peer that uses them would wait in vain for an answer.
 */
export class SectionReader {
  readonly #limits: SectionLimits;
  readonly #readStartLine: ((line: string) => boolean) | undefined;
  #needsStartLine: boolean;
  #headers: string[] = [];
  /** The line that has not ended yet. It grows as a rope and is made flat only when its end has come. */
  #partial = '';
  #partialEndsInCr = false;
  #byteCount = 0;
  #lineCount = 0;

  /** @param readStartLine returns false for an empty line before the start line */
  constructor(limits: SectionLimits, readStartLine?: (line: string) => boolean) {
    this.#limits = limits;
    this.#readStartLine = readStartLine;
    this.#needsStartLine = readStartLine !== undefined;
  }

  /** Whether no byte of a head has come yet; empty lines before its start line do not count. */
  get isEmpty(): boolean {
    return this.#needsStartLine && this.#partial === '';
  }

  /**
   * @returns how many bytes of the chunk belong to the section when its end is among them, else -1. Then
   *   `takeHeaders` gives its field lines.
   * @throws Http1Error head-too-large, too-many-lines, bad-header, and what readStartLine throws; the reader
   *   must not be used any more then
   */
  push(chunk: Buffer): number {
    let from = 0;
    while (from < chunk.length) {
      // Only up to a possible end, so that a body in the same chunk is not made into a string.
      const found = chunk.indexOf(endOfSection, from, 'latin1');
      const end = found === -1 ? chunk.length : found + endOfSection.length;
      const to = Math.min(end, from + this.#limits.maxHeadBytes - this.#byteCount);
      // What is within the limit is read first: it may be refused for a better reason.
      const used = to === from ? -1 : this.#readLines(chunk.toString('latin1', from, to));
      if (used !== -1) return from + used;
      if (to < end) {
        throw new Http1Error('head-too-large', `a head of more than ${this.#limits.maxHeadBytes} bytes`);
      }
      this.#byteCount += to - from;
      from = to;
    }
    return -1;
  }

  /** Gives the field lines of the section that is complete, and makes ready for the next one. */
  takeHeaders(): HeaderList {
    const headers = this.#headers;
    this.#headers = [];
    this.#needsStartLine = this.#readStartLine !== undefined;
    this.#byteCount = 0;
    this.#lineCount = 0;
    return headers;
  }

  #readLines(text: string): number {
    let start = 0;
    if (this.#partial !== '') {
      start = this.#completePartial(text);
      if (start === -1) return -1;
      const line = this.#partial;
      this.#partial = '';
      if (this.#readLine(line, 0, line.length)) return start;
    }
    for (;;) {
      const end = text.indexOf('\r\n', start);
      if (end === -1) {
        this.#keepPartial(text, start);
        return -1;
      }
      const isLast = this.#readLine(text, start, end);
      start = end + 2;
      if (isLast) return start;
    }
  }

  /** Makes `#partial` a whole line and returns where the next one starts; -1 if its end is not there yet. */
  #completePartial(text: string): number {
    if (this.#partialEndsInCr) {
      if (text.charCodeAt(0) !== 0x0a) this.#refuseCharacter();
      this.#partial = this.#partial.slice(0, -1);
      this.#partialEndsInCr = false;
      return 1;
    }
    const end = text.indexOf('\r\n');
    if (end === -1) {
      this.#keepPartial(text, 0);
      return -1;
    }
    this.#partial += text.slice(0, end);
    return end + 2;
  }

  #keepPartial(text: string, start: number): void {
    if (start === text.length) return;
    const endsInCr = text.charCodeAt(text.length - 1) === 0x0d;
    if (!isFieldText(text, start, endsInCr ? text.length - 1 : text.length)) this.#refuseCharacter();
    this.#partial += text.slice(start);
    this.#partialEndsInCr = endsInCr;
  }

  /** Returns whether it was the empty line that ends the section. */
  #readLine(text: string, start: number, end: number): boolean {
    if (start === end && !this.#needsStartLine) return true;
    this.#lineCount += 1;
    if (this.#lineCount > this.#limits.maxLines) {
      throw new Http1Error('too-many-lines', `a head of more than ${this.#limits.maxLines} lines`);
    }
    if (!this.#needsStartLine) appendFieldLine(this.#headers, text, start, end);
    else if (this.#readStartLine?.(text.slice(start, end)) === true) this.#needsStartLine = false;
    return false;
  }

  #refuseCharacter(): never {
    throw this.#needsStartLine
      ? new Http1Error('bad-start-line', 'a control character in the start line')
      : new Http1Error('bad-header', 'a control character in a header line');
  }
}
