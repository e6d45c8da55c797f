import type { HeaderList } from '../../src/main/http1/message-head';
import type { Logon } from './accounts';

/** A logon, and the number of the connection on which it was tried; the first connection is 1. */
export interface LogonRecord extends Logon {
  readonly connection: number;
  /** What it came in. */
  readonly scheme: 'NTLM' | 'Negotiate' | 'Basic';
}

/** A request that the proxy let pass. */
export interface ForwardedRequest {
  readonly method: string;
  readonly target: string;
  /** As they were received. */
  readonly headers: HeaderList;
  readonly connection: number;
  readonly authenticated: boolean;
}
