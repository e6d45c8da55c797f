import type { Account } from '../../shared/settings';

/** An account and its NTOWFv2 (MS-NLMP 3.3.2): all that is needed to sign in. The password is not kept. */
export interface Credential {
  readonly account: Account;
  /** 16 bytes. */
  readonly ntowfv2: Buffer;
}
