import type { BodyFraming } from './body-framing';
import { Http1Error } from './http1-error';
import type { HeaderList } from './message-head';
import { defaultSectionLimits, type SectionLimits, SectionReader } from './section-reader';

/** What a chunked body may cost beside its data; the section limits hold for its trailers. */
export interface BodyLimits extends SectionLimits {
  /**
   * Bytes of chunk extensions and padding beyond those that the chunks are worth: nobody reads them, so they are only good for
   * wasting time. A chunk is worth `freeExtensionBytes`, and as much as its data.
   */
  readonly maxExtensionBytes: number;
}

const defaultBodyLimits: BodyLimits = { ...defaultSectionLimits, maxExtensionBytes: 16_384 };

/** Old servers pad the size of each chunk to eight columns, of which an endless body has endlessly many. */
const freeExtensionBytes = 16;

/** Leading zeros count, or a size could go on for ever. */
const maxSizeDigits = 15;

type State =
  | 'size'
  | 'size-padding'
  | 'extension'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailers'
  | 'until-close'
  | 'done';

/** Separates the body of one message from what comes after it, and takes the chunked coding off. */
export class BodyDecoder {
  readonly #onData: (chunk: Buffer) => void;
  readonly #isChunked: boolean;
  readonly #limits: BodyLimits;
  #state: State;
  /** Of the chunk, or of the whole body if it has a length. */
  #remainingBytes = 0;
  #sizeDigits = 0;
  #extensionBytes = 0;
  #trailerReader: SectionReader | undefined;
  #trailers: HeaderList = [];

  /** @param onData gets the data in pieces that share the memory of what is pushed; never an empty one */
  constructor(framing: BodyFraming, onData: (chunk: Buffer) => void, limits: Partial<BodyLimits> = {}) {
    this.#onData = onData;
    this.#isChunked = framing.kind === 'chunked';
    this.#limits = { ...defaultBodyLimits, ...limits };
    if (framing.kind === 'length') this.#remainingBytes = framing.length;
    this.#state = initialState(framing);
  }

  /** Whether the end of the message has come. Without a body, or with an empty one of known length, at once. */
  get isDone(): boolean {
    return this.#state === 'done';
  }

  /**
   * The trailer section of a chunked body, once it is done. Never to be merged into the headers, and not to be passed
   * on but through `forwardableTrailers`: anything may stand in it.
   */
  get trailers(): HeaderList {
    return this.#trailers;
  }

  /**
   * Takes the next bytes and gives the data among them to onData.
   *
   * @returns the bytes behind the end of the message when it has come (perhaps none), else undefined
   * @throws Http1Error bad-chunk, head-too-large, too-many-lines, bad-header; the decoder must not be used any
   *   more then
   */
  push(chunk: Buffer): Buffer | undefined {
    let at = 0;
    while (at < chunk.length && this.#state !== 'done') at = this.#readPart(chunk, at);
    if (this.#state !== 'done') return undefined;
    return at === 0 ? chunk : chunk.subarray(at);
  }

  /**
   * The connection has ended, which is the end of a body until close.
   *
   * @throws Http1Error incomplete for any other body that is not done (RFC 9112, 8)
   */
  end(): void {
    if (this.#state === 'until-close') this.#state = 'done';
    if (this.#state !== 'done')
      throw new Http1Error('incomplete', 'the connection ended in the middle of a body');
  }

  /** Reads what the state expects at this place, and returns where the rest starts. CRLF only, no bare LF. */
  #readPart(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    switch (this.#state) {
      case 'data':
        return this.#readData(chunk, at);
      case 'until-close':
        this.#onData(chunk);
        return chunk.length;
      case 'size':
        this.#readSizeByte(byte);
        break;
      case 'size-padding':
        this.#readPaddingByte(byte);
        break;
      case 'extension':
        this.#readExtensionByte(byte);
        break;
      case 'size-lf':
        expectByte(byte, 0x0a);
        this.#state = this.#remainingBytes === 0 ? 'trailers' : 'data';
        this.#sizeDigits = 0;
        this.#extensionBytes = Math.max(0, this.#extensionBytes - freeExtensionBytes - this.#remainingBytes);
        break;
      case 'data-cr':
        expectByte(byte, 0x0d);
        this.#state = 'data-lf';
        break;
      case 'data-lf':
        expectByte(byte, 0x0a);
        this.#state = 'size';
        break;
      case 'trailers':
        return this.#readTrailers(chunk, at);
      case 'done':
        return at;
    }
    return at + 1;
  }

  #readData(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#remainingBytes);
    this.#remainingBytes -= end - at;
    // First the state, then the data: the reader of the data may ask for it.
    if (this.#remainingBytes === 0) this.#state = this.#isChunked ? 'data-cr' : 'done';
    this.#onData(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end));
    return end;
  }

  #readTrailers(chunk: Buffer, at: number): number {
    this.#trailerReader ??= new SectionReader(this.#limits);
    const used = this.#trailerReader.push(at === 0 ? chunk : chunk.subarray(at));
    if (used === -1) return chunk.length;
    this.#trailers = this.#trailerReader.takeHeaders();
    this.#state = 'done';
    return at + used;
  }

  #readSizeByte(byte: number): void {
    const digit = hexDigit(byte);
    if (digit !== -1) {
      this.#remainingBytes = this.#remainingBytes * 16 + digit;
      this.#sizeDigits += 1;
      if (this.#sizeDigits > maxSizeDigits || !Number.isSafeInteger(this.#remainingBytes)) {
        throw new Http1Error('bad-chunk', 'a chunk size that is too large');
      }
    } else if (this.#sizeDigits > 0 && byte === 0x0d) this.#state = 'size-lf';
    else if (this.#sizeDigits > 0) this.#readPaddingByte(byte);
    else throw new Http1Error('bad-chunk', 'a chunk without a proper size');
  }

  /** What may stand behind the size: blanks, with which some servers pad it, before `;` as well (RFC 9112, 7.1.1). */
  #readPaddingByte(byte: number): void {
    if (byte === 0x0d) this.#state = 'size-lf';
    else if (byte === 0x3b) this.#state = 'extension';
    else if (byte === 0x20 || byte === 0x09) {
      this.#countExtensionByte();
      this.#state = 'size-padding';
    } else throw new Http1Error('bad-chunk', 'a chunk without a proper size');
  }

  #readExtensionByte(byte: number): void {
    if (byte === 0x0d) {
      this.#state = 'size-lf';
      return;
    }
    this.#countExtensionByte();
    if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f) {
      throw new Http1Error('bad-chunk', 'a control character in a chunk extension');
    }
  }

  #countExtensionByte(): void {
    this.#extensionBytes += 1;
    if (this.#extensionBytes > this.#limits.maxExtensionBytes) {
      throw new Http1Error(
        'bad-chunk',
        `more than ${this.#limits.maxExtensionBytes} bytes of chunk extensions`,
      );
    }
  }
}

function expectByte(byte: number, expected: number): void {
  if (byte !== expected) throw new Http1Error('bad-chunk', 'a chunk without CRLF at its end');
}

function initialState(framing: BodyFraming): State {
  switch (framing.kind) {
    case 'none':
      return 'done';
    case 'length':
      return framing.length === 0 ? 'done' : 'data';
    case 'chunked':
      return 'size';
    case 'until-close':
      return 'until-close';
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
