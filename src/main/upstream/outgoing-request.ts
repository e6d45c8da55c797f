import type { Hop } from '../../shared/problem';
import type { HeaderList, ResponseHead } from '../http1/message-head';
import type { UploadBody } from './upload-body';
import type { OnPassedBy } from './upstream-error';

/** RFC 9110, 9.2.2: only these may be repeated by a proxy when it is not known whether they were carried out. */
const idempotentMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'PROPFIND',
  'CONNECT',
]);

/** One client's request, ready for the next hop: hop-by-hop headers removed, Host and Via in place. */
export class OutgoingRequest {
  #isAborted = false;
  #onAbort: (() => void) | undefined;
  /** Whether it signs in the connection at the origin (RFC 4559, 6): it belongs to the one over which it was sent. */
  isBound = false;
  /**
   * Whether it has been sent in a way in which it may have been carried out, and no answer has said that it was not. Then
   * only a request that may be repeated is sent again (RFC 9110, 9.2.2).
   */
  mayBeCarriedOut = false;
  /** Whether a connection that was signed in has asked for the sign-in again: it has forgotten, or this URL is forbidden. */
  wasAskedAgain = false;
  /** Told of each hop that it could not be sent to. */
  onPassedBy: OnPassedBy = () => undefined;
  /** Told of the hop that it is about to be sent to, and whether a logon is made for it: undefined if none is asked for. */
  onPassage: (hop: Hop, hasLogon: boolean | undefined) => void = () => undefined;

  /**
   * @param target the request target as it is written to the next hop
   * @param headers end-to-end headers, and the framing of the body
   * @param onInformational told of each 1xx answer to this request
   */
  constructor(
    readonly method: string,
    readonly target: string,
    readonly headers: HeaderList,
    readonly body?: UploadBody,
    readonly onInformational?: (head: ResponseHead) => void,
  ) {}

  /** Whether the client has gone away. */
  get isAborted(): boolean {
    return this.#isAborted;
  }

  /** Whether the bytes can be sent again: certain to be harmless when the first hop has refused to forward them. */
  get canResend(): boolean {
    return this.body === undefined || this.body.canReplay;
  }

  /** Whether the request may be sent again although nobody knows if it was carried out (RFC 9110, 9.2.2). */
  get canRepeat(): boolean {
    return this.canResend && idempotentMethods.has(this.method);
  }

  /** Names the one thing to do when the client goes away; undefined takes it back. */
  whenAborted(action: (() => void) | undefined): void {
    this.#onAbort = action;
  }

  /** The client has gone away: whatever is being done for it ends. */
  abort(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#onAbort?.();
  }
}
