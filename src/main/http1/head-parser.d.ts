import type { HeaderList, RequestHead, ResponseHead } from './message-head';
import { type SectionLimits } from './section-reader';
/** Makes a head of its start line; the header section comes later. */
type HeadBuilder<H> = (headers: HeaderList) => H;
/**
 * Parses message heads out of the bytes of one connection, one after the other. Strict: what recipients are
 * known to read in different ways is refused (RFC 9112, 2.2, 5.1, 5.2, 11.2).
 */
export declare class HeadParser<H extends RequestHead | ResponseHead> {
  #private;
  /** @param parseStartLine returns undefined for an empty line that is to be skipped */
  constructor(parseStartLine: (line: string) => HeadBuilder<H> | undefined, limits?: Partial<SectionLimits>);
  /** Whether the connection is between two messages: no byte of a head has come yet. */
  get isEmpty(): boolean;
  /**
   * Takes the next bytes. After a head the parser is ready for the next head; the bytes behind it are `rest`,
   * which shares the memory of `chunk`.
   *
   * @returns undefined while the head is not complete
   * @throws Http1Error head-too-large, too-many-lines, bad-start-line, bad-header; where the next message
   *   starts is unknown then, so that the parser must not be used any more
   */
  push(chunk: Buffer):
    | {
        head: H;
        rest: Buffer;
      }
    | undefined;
}
/** A parser for the requests of one connection. Empty lines before a request line are skipped (RFC 9112, 2.2). */
export declare function requestHeadParser(limits?: Partial<SectionLimits>): HeadParser<RequestHead>;
/** A parser for the responses of one connection, interim (1xx) ones included. */
export declare function responseHeadParser(limits?: Partial<SectionLimits>): HeadParser<ResponseHead>;
export {};
