import { isFieldText, isRequestTarget, isToken } from './field-syntax';
import { Http1Error } from './http1-error';
import type { HeaderList, RequestHead, ResponseHead } from './message-head';
import { defaultSectionLimits, type SectionLimits, SectionReader } from './section-reader';

/** Makes a head of its start line; the header section comes later. */
type HeadBuilder<H> = (headers: HeaderList) => H;

/**
 * Parses message heads out of the bytes of one connection, one after the other. Strict: what recipients are
 * known to read in different ways is refused (RFC 9112, 2.2, 5.1, 5.2, 11.2).
 */
export class HeadParser<H extends RequestHead | ResponseHead> {
  readonly #section: SectionReader;
  #build: HeadBuilder<H> | undefined;
  #startLine = '';

  /** @param parseStartLine returns undefined for an empty line that is to be skipped */
  constructor(
    parseStartLine: (line: string) => HeadBuilder<H> | undefined,
    limits: Partial<SectionLimits> = {},
  ) {
    this.#section = new SectionReader({ ...defaultSectionLimits, ...limits }, (line) => {
      this.#build = parseStartLine(line);
      this.#startLine = line;
      return this.#build !== undefined;
    });
  }

  /** Whether the connection is between two messages: no byte of a head has come yet. */
  get isEmpty(): boolean {
    return this.#section.isEmpty;
  }

  /** The start line that was read last: of the head that is under way, once it has come. */
  get startLine(): string {
    return this.#startLine;
  }

  /**
   * Takes the next bytes. After a head the parser is ready for the next head; the bytes behind it are `rest`,
   * which shares the memory of `chunk`.
   *
   * @returns undefined while the head is not complete
   * @throws Http1Error head-too-large, too-many-lines, bad-start-line, bad-header; where the next message
   *   starts is unknown then, so that the parser must not be used any more
   */
  push(chunk: Buffer): { head: H; rest: Buffer } | undefined {
    const used = this.#section.push(chunk);
    const build = this.#build;
    if (used === -1 || build === undefined) return undefined;
    this.#build = undefined;
    this.#startLine = '';
    return { head: build(this.#section.takeHeaders()), rest: chunk.subarray(used) };
  }
}

/** A parser for the requests of one connection. Empty lines before a request line are skipped (RFC 9112, 2.2). */
export function requestHeadParser(limits?: Partial<SectionLimits>): HeadParser<RequestHead> {
  return new HeadParser(parseRequestLine, limits);
}

/** A parser for the responses of one connection, interim (1xx) ones included. */
export function responseHeadParser(limits?: Partial<SectionLimits>): HeadParser<ResponseHead> {
  return new HeadParser(parseStatusLine, limits);
}

/** `HTTP/1.x` */
const versionLength = 8;

/** x of `HTTP/1.x` at a place in the line. A minor version above ours is treated as ours (RFC 9110, 6.2). */
function minorVersionAt(line: string, at: number): 0 | 1 | undefined {
  const digit = line.charCodeAt(at + versionLength - 1);
  if (!line.startsWith('HTTP/1.', at) || !isDigit(digit)) return undefined;
  return digit === 0x30 ? 0 : 1;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** RFC 9112, 3: method SP request-target SP HTTP-version, with single spaces. */
function parseRequestLine(line: string): HeadBuilder<RequestHead> | undefined {
  if (line === '') return undefined;
  const methodEnd = line.indexOf(' ');
  const versionStart = line.length - versionLength;
  const method = line.slice(0, Math.max(methodEnd, 0));
  const target = line.slice(methodEnd + 1, Math.max(versionStart - 1, 0));
  const minorVersion = minorVersionAt(line, versionStart);
  if (
    minorVersion === undefined ||
    line.charCodeAt(versionStart - 1) !== 0x20 ||
    !isToken(method) ||
    !isRequestTarget(target)
  ) {
    throw new Http1Error('bad-start-line', 'not a request line of HTTP/1.1');
  }
  return (headers) => ({ kind: 'request', method, target, minorVersion, headers });
}

/** RFC 9112, 4; the space behind the code may be missing, since proxies exist that omit it. */
function parseStatusLine(line: string): HeadBuilder<ResponseHead> {
  const minorVersion = minorVersionAt(line, 0);
  const codeStart = versionLength + 1;
  const codeEnd = codeStart + 3;
  const status = statusAt(line, codeStart);
  if (
    minorVersion === undefined ||
    line.charCodeAt(versionLength) !== 0x20 ||
    status < 100 ||
    (line.length > codeEnd && line.charCodeAt(codeEnd) !== 0x20) ||
    !isFieldText(line, codeEnd)
  ) {
    throw new Http1Error('bad-start-line', 'not a status line of HTTP/1.1');
  }
  const reason = line.slice(codeEnd + 1);
  return (headers) => ({ kind: 'response', status, reason, minorVersion, headers });
}

/** The three digits at a place in the line; 0 if they are not there. */
function statusAt(line: string, start: number): number {
  let status = 0;
  for (let at = start; at < start + 3; at += 1) {
    const code = line.charCodeAt(at);
    if (!isDigit(code)) return 0;
    status = status * 10 + code - 0x30;
  }
  return status;
}
