import type { HeaderList, ResponseHead } from '../http1/message-head';
import type { UploadBody } from './upload-body';
/** One client's request, ready for the next hop: hop-by-hop headers removed, Host and Via in place. */
export declare class OutgoingRequest {
  #private;
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly body?: UploadBody | undefined;
  readonly onInformational?: ((head: ResponseHead) => void) | undefined;
  /**
   * @param target the request target as it is written to the next hop
   * @param headers end-to-end headers, and the framing of the body
   * @param onInformational told of each 1xx answer to this request
   */
  constructor(
    method: string,
    target: string,
    headers: HeaderList,
    body?: UploadBody | undefined,
    onInformational?: ((head: ResponseHead) => void) | undefined,
  );
  /** Whether the client has gone away. */
  get isAborted(): boolean;
  /** Whether the bytes can be sent again: certain to be harmless when the first hop has refused to forward them. */
  get canResend(): boolean;
  /** Whether the request may be sent again although nobody knows if it was carried out (RFC 9110, 9.2.2). */
  get canRepeat(): boolean;
  /** Names the one thing to do when the client goes away; undefined takes it back. */
  whenAborted(action: (() => void) | undefined): void;
  /** The client has gone away: whatever is being done for it ends. */
  abort(): void;
}
