import { isFieldText, isRequestTarget, isToken } from './field-syntax';
import { Http1Error } from './http1-error';
import type { HeaderList, RequestHead, ResponseHead } from './message-head';
import { defaultSectionLimits, type SectionLimits, SectionReader } from './section-reader';

/** Makes a head of its start line, with the list that its field lines are appended to as they come. */
type StartLineParser<H> = (line: string, headers: HeaderList) => H | undefined;

/** How the heads of one side are read. */
interface HeadSyntax<H> {
  /** Returns undefined for an empty line that is to be skipped. */
  readonly parseStartLine: StartLineParser<H>;
  readonly limits: SectionLimits;
  readonly isTolerant: boolean;
}

/** Parses message heads out of the bytes of one connection, one after the other. */
export class HeadParser<H extends RequestHead | ResponseHead> {
  readonly #section: SectionReader;
  /** Of the head that is not complete. */
  #head: H | undefined;

  constructor({ parseStartLine, limits, isTolerant }: HeadSyntax<H>) {
    this.#section = new SectionReader(limits, {
      isTolerant,
      readStartLine: (line, headers) => {
        this.#head = parseStartLine(line, headers);
        return this.#head !== undefined;
      },
    });
  }

  /** Whether the connection is between two messages: no byte of a head has come yet. */
  get isEmpty(): boolean {
    return this.#section.isEmpty;
  }

  /**
   * The status of an answer whose status line has come while its head is not complete, also when it never will
   * be; undefined before the status line, and again once `push` has given the head.
   */
  get statusSoFar(): number | undefined {
    const head: RequestHead | ResponseHead | undefined = this.#head;
    return head?.kind === 'response' ? head.status : undefined;
  }

  /**
   * Takes the next bytes. After a head the parser is ready for the next head; the bytes behind it are `rest`,
   * which shares the memory of `chunk`.
   *
   * @returns undefined while the head is not complete
   * @throws Http1Error head-too-large, too-many-lines, bad-start-line, bad-version, bad-header, bad-framing, with
   *   the status if the status line was good; where the next message starts is unknown then, so that the parser
   *   must not be used any more
   */
  push(chunk: Buffer): { head: H; rest: Buffer } | undefined {
    const used = this.#pushSection(chunk);
    const head = this.#head;
    if (used === -1 || head === undefined) return undefined;
    this.#head = undefined;
    this.#section.takeHeaders();
    return { head, rest: chunk.subarray(used) };
  }

  #pushSection(chunk: Buffer): number {
    try {
      return this.#section.push(chunk);
    } catch (error) {
      const status = this.statusSoFar;
      if (!(error instanceof Http1Error) || status === undefined) throw error;
      throw new Http1Error(error.code, error.message, status);
    }
  }
}

/**
 * A parser for the requests of one connection. What recipients are known to read in different ways is refused
 * (RFC 9112, 2.2, 5.1, 5.2, 11.2), but for blanks in a target, which become `%20`. Empty lines before a request
 * line are skipped (2.2).
 */
export function requestHeadParser(limits?: Partial<SectionLimits>): HeadParser<RequestHead> {
  return new HeadParser({
    parseStartLine: parseRequestLine,
    limits: { ...defaultSectionLimits, ...limits },
    isTolerant: false,
  });
}

/** Origins send larger heads than clients do, and curl and squid take them: 256 KiB of field lines. */
const defaultAnswerLimits: SectionLimits = { maxHeadBytes: 262_144 + 8_192, maxLines: 8_000 };

/**
 * A parser for the responses of one connection, interim (1xx) ones included. It takes the faults that browsers
 * take, see `appendTolerantFieldLine`, and lines that end with LF alone.
 */
export function responseHeadParser(limits?: Partial<SectionLimits>): HeadParser<ResponseHead> {
  return new HeadParser({
    parseStartLine: parseStatusLine,
    limits: { ...defaultAnswerLimits, ...limits },
    isTolerant: true,
  });
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

/**
 * RFC 9112, 3: method SP request-target SP HTTP-version. Clients that do not encode their blanks are served as
 * others serve them: the target is all between the first blank and the last, without blanks at its ends.
 */
function parseRequestLine(line: string, headers: HeaderList): RequestHead | undefined {
  if (line === '') return undefined;
  const methodEnd = line.indexOf(' ');
  const versionStart = line.lastIndexOf(' ') + 1;
  const method = line.slice(0, Math.max(methodEnd, 0));
  const target = targetBetween(line, methodEnd + 1, versionStart - 1);
  const minorVersion = minorVersionAt(line, versionStart);
  const isProper = isToken(method) && isRequestTarget(target) && line.length === versionStart + versionLength;
  if (!isProper || minorVersion === undefined) {
    throw isProper && /HTTP\/[0-9]\.[0-9]$/.test(line)
      ? new Http1Error('bad-version', 'a request of another version than HTTP/1.x')
      : new Http1Error('bad-start-line', 'not a request line of HTTP/1.1');
  }
  return { kind: 'request', method, target, minorVersion, headers };
}

function targetBetween(line: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && line.charCodeAt(from) === 0x20) from += 1;
  while (to > from && line.charCodeAt(to - 1) === 0x20) to -= 1;
  const target = line.slice(from, Math.max(from, to));
  return target.includes(' ') ? target.replaceAll(' ', '%20') : target;
}

/** RFC 9112, 4; the space behind the code may be missing, since proxies exist that omit it. */
function parseStatusLine(line: string, headers: HeaderList): ResponseHead {
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
  return { kind: 'response', status, reason: line.slice(codeEnd + 1), minorVersion, headers };
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
