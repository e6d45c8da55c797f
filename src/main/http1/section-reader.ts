import { appendFieldLine, appendTolerantFieldLine, isFieldText } from './field-syntax';
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

/** How the lines of a section are read. */
export interface SectionSyntax {
  /**
   * Takes the start line and the list that its field lines will be appended to. Returns false for an empty line
   * before the start line. Without it there is no start line.
   */
  readonly readStartLine?: (line: string, headers: HeaderList) => boolean;
  /** See `appendTolerantFieldLine`; a LF alone ends a line as well (RFC 9112, 2.2). */
  readonly isTolerant?: boolean;
}

const endOfSection = '\r\n\r\n';

/**
 * Reads lines up to and with the empty one: a head, or a trailer section if there is no start line. Each byte
 * is looked at a fixed number of times, however small the pieces in which it comes. Unless it is tolerant, lines
 * end with CRLF; a bare CR or LF is refused as soon as it comes, or a peer that uses them would wait in vain for
 * an answer.
 */
export class SectionReader {
  readonly #limits: SectionLimits;
  readonly #readStartLine: SectionSyntax['readStartLine'];
  readonly #isTolerant: boolean;
  #needsStartLine: boolean;
  #headers: string[] = [];
  /** Whether the last line was a field, for a folded line to continue. */
  #canFold = false;
  /** The line that has not ended yet. It grows as a rope and is made flat only when its end has come. */
  #partial = '';
  #partialEndsInCr = false;
  #byteCount = 0;
  #lineCount = 0;

  constructor(limits: SectionLimits, { readStartLine, isTolerant = false }: SectionSyntax = {}) {
    this.#limits = limits;
    this.#readStartLine = readStartLine;
    this.#isTolerant = isTolerant;
    this.#needsStartLine = readStartLine !== undefined;
  }

  /** Whether no byte of a head has come yet; empty lines before its start line do not count. */
  get isEmpty(): boolean {
    return this.#needsStartLine && this.#partial === '';
  }

  /**
   * @returns how many bytes of the chunk belong to the section when its end is among them, else -1. Then
   *   `takeHeaders` gives its field lines.
   * @throws Http1Error head-too-large, too-many-lines, bad-header, bad-framing, and what readStartLine throws;
   *   the reader must not be used any more then
   */
  push(chunk: Buffer): number {
    let from = 0;
    while (from < chunk.length) {
      // Only up to a possible end, so that a body in the same chunk is not made into a string. (Bare LFs may end
      // the section before it.)
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
    this.#canFold = false;
    this.#needsStartLine = this.#readStartLine !== undefined;
    this.#byteCount = 0;
    this.#lineCount = 0;
    return headers;
  }

  #readLines(text: string): number {
    let start = 0;
    for (;;) {
      const lineFeed = text.indexOf('\n', start);
      if (lineFeed === -1) {
        this.#keepPartial(text, start);
        return -1;
      }
      let isLast: boolean;
      if (this.#partial === '') isLast = this.#readLine(text, start, lineFeed);
      else {
        const line = this.#partial + text.slice(0, lineFeed);
        this.#partial = '';
        this.#partialEndsInCr = false;
        isLast = this.#readLine(line, 0, line.length);
      }
      start = lineFeed + 1;
      if (isLast) return start;
    }
  }

  #keepPartial(text: string, start: number): void {
    if (start === text.length) return;
    const endsInCr = text.charCodeAt(text.length - 1) === 0x0d;
    const isProper =
      !this.#partialEndsInCr && isFieldText(text, start, endsInCr ? text.length - 1 : text.length);
    if (!isProper) this.#refuseCharacter();
    this.#partial += text.slice(start);
    this.#partialEndsInCr = endsInCr;
  }

  /**
   * Reads the line before a LF; the CR is still there.
   *
   * @returns whether it was the empty line that ends the section
   */
  #readLine(text: string, start: number, lineFeed: number): boolean {
    let end = lineFeed;
    if (end > start && text.charCodeAt(end - 1) === 0x0d) end -= 1;
    else if (!this.#isTolerant) this.#refuseCharacter();
    if (start === end && !this.#needsStartLine) return true;
    this.#lineCount += 1;
    if (this.#lineCount > this.#limits.maxLines) {
      throw new Http1Error('too-many-lines', `a head of more than ${this.#limits.maxLines} lines`);
    }
    if (this.#needsStartLine) {
      this.#needsStartLine = this.#readStartLine?.(text.slice(start, end), this.#headers) === false;
    } else if (this.#isTolerant) {
      this.#canFold = appendTolerantFieldLine(this.#headers, text, start, end, this.#canFold);
    } else appendFieldLine(this.#headers, text, start, end);
    return false;
  }

  #refuseCharacter(): never {
    throw this.#needsStartLine
      ? new Http1Error('bad-start-line', 'a control character in the start line')
      : new Http1Error('bad-header', 'a control character in a header line');
  }
}
