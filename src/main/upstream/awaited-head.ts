import { type BodyFraming, responseFraming } from '../http1/body-framing';
import { responseHeadParser } from '../http1/head-parser';
import type { ResponseHead } from '../http1/message-head';
import type { UpstreamError } from './upstream-error';

/** So many 1xx answers are passed on for one request; nobody needs more, and nothing else would bound them. */
const maxInformational = 32;

/**
 * The heads of the answers of one connection, one after the other: reads each, passes 1xx answers on, and tells whoever waits, or
 * that it has taken too long.
 */
export class AwaitedHead {
  readonly #parser = responseHeadParser();
  readonly #onTimeout: (timeoutMs: number) => void;
  #method = '';
  #onInformational: ((head: ResponseHead) => void) | undefined;
  #informationalCount = 0;
  #resolve: ((head: ResponseHead, framing: BodyFraming) => void) | undefined;
  #reject: ((error: UpstreamError) => void) | undefined;
  #timeoutMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #head: ResponseHead | undefined;
  /** Of a head that has come, until it is known to be of use. */
  #finalStatus: number | undefined;

  /** @param onTimeout told when it has taken too long, and how long that is in milliseconds */
  constructor(onTimeout: (timeoutMs: number) => void) {
    this.#onTimeout = onTimeout;
  }

  /** The final head, from when it has come until it is forgotten. */
  get head(): ResponseHead | undefined {
    return this.#head;
  }

  /**
   * A request is being sent, and somebody waits for its answer.
   *
   * @param method of the request
   * @param timeoutMs from `requestSent` on; undefined: it may take as long as it likes
   */
  expect(
    method: string,
    timeoutMs: number | undefined,
    onInformational: ((head: ResponseHead) => void) | undefined,
    resolve: (head: ResponseHead, framing: BodyFraming) => void,
    reject: (error: UpstreamError) => void,
  ): void {
    this.#method = method;
    this.#timeoutMs = timeoutMs;
    this.#onInformational = onInformational;
    this.#informationalCount = 0;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** The request has been sent to its end: time runs. */
  requestSent(): void {
    if (this.#timeoutMs === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(this.#tellTimeout, this.#timeoutMs);
  }

  /** From now on it is waited for so long at most, in milliseconds. */
  limit(timeoutMs: number): void {
    this.#stopTimer();
    this.#timeoutMs = timeoutMs;
    this.requestSent();
  }

  /**
   * Reads what has come. Returns what follows the final head once that is complete; undefined before, and when it is not waited
   * for any more.
   *
   * @throws Http1Error
   */
  read(chunk: Buffer): Buffer | undefined {
    let bytes = chunk;
    // Whoever is told of a 1xx may give the request up.
    while (this.#resolve !== undefined) {
      const parsed = this.#parser.push(bytes);
      if (parsed === undefined) return undefined;
      const { head } = parsed;
      bytes = parsed.rest;
      this.#finalStatus = head.status;
      const framing = responseFraming(head, this.#method);
      this.#finalStatus = undefined;
      // 101 is final for HTTP: what follows is another protocol.
      if (head.status >= 200 || head.status === 101) {
        const resolve = this.#resolve;
        this.forget();
        this.#head = head;
        resolve(head, framing);
        return bytes;
      }
      this.#informationalCount += 1;
      if (this.#informationalCount <= maxInformational) this.#onInformational?.(head);
      if (bytes.length === 0) return undefined;
    }
    return undefined;
  }

  /** It will not come: tells whoever waits. Returns the error, with the status if one was received all the same. */
  fail(reason: UpstreamError): UpstreamError {
    if (this.#reject === undefined) return reason;
    const error = reason.withStatus(this.#statusSoFar);
    this.#reject(error);
    return error;
  }

  /** Nobody waits any more, and what has come is of no use any more. */
  forget(): void {
    this.#stopTimer();
    this.#onInformational = undefined;
    this.#resolve = undefined;
    this.#reject = undefined;
    this.#head = undefined;
  }

  /** The status of the answer whose head is incomplete or wrong, once its status line has come; 1xx say nothing. */
  get #statusSoFar(): number | undefined {
    const status = this.#finalStatus ?? this.#parser.statusSoFar;
    return status !== undefined && (status >= 200 || status === 101) ? status : undefined;
  }

  #stopTimer(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #tellTimeout = (): void => {
    this.#onTimeout(this.#timeoutMs ?? 0);
  };
}
