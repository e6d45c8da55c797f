import type { BodyFraming } from './body-framing';
import type { HeaderList } from './message-head';
import { type SectionLimits } from './section-reader';
/** What a chunked body may cost beside its data; the section limits hold for its trailers. */
export interface BodyLimits extends SectionLimits {
  /** Bytes of chunk extensions in the whole body: nobody reads them, so they are only good for wasting time. */
  readonly maxExtensionBytes: number;
}
/** Separates the body of one message from what comes after it, and takes the chunked coding off. */
export declare class BodyDecoder {
  #private;
  /** @param onData gets the data in pieces that share the memory of what is pushed; never an empty one */
  constructor(framing: BodyFraming, onData: (chunk: Buffer) => void, limits?: Partial<BodyLimits>);
  /** Whether the end of the message has come. Without a body, or with an empty one of known length, at once. */
  get isDone(): boolean;
  /** The trailer section of a chunked body, once it is done. Never to be merged into the headers unseen. */
  get trailers(): HeaderList;
  /**
   * Takes the next bytes and gives the data among them to onData.
   *
   * @returns the bytes behind the end of the message when it has come (perhaps none), else undefined
   * @throws Http1Error bad-chunk, head-too-large, too-many-lines, bad-header, bad-framing; the decoder must not
   *   be used any more then
   */
  push(chunk: Buffer): Buffer | undefined;
  /**
   * The connection has ended, which is the end of a body until close.
   *
   * @throws Http1Error incomplete for any other body that is not done (RFC 9112, 8)
   */
  end(): void;
}
