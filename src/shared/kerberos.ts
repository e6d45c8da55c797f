import type { HostPort } from './settings';

/**
 * Why no Kerberos ticket was used. `refused`: the company proxy did not take it. `not-built`: the library is not there.
 */
export const kerberosTroubles = [
  'no-ticket',
  'expired',
  'clock',
  'unknown-service',
  'no-kdc',
  'slow',
  'refused',
  'not-built',
  'failed',
] as const;

export type KerberosTrouble = (typeof kerberosTroubles)[number];

/** No ticket could be used where the company proxy takes one: NTLM is. */
export interface KerberosUnused {
  readonly kind: 'kerberos-unused';
  readonly upstream: HostPort;
  readonly trouble: KerberosTrouble;
}

export type KerberosToken =
  /** The first token of Kerberos's GSS-API mechanism (RFC 4121, 4.1). */
  | { readonly kind: 'token'; readonly token: Uint8Array }
  | { readonly kind: 'none'; readonly why: KerberosTrouble };

/** The Kerberos tickets of whoever runs Latchkey, as `kinit` or a domain's extension has got them. */
export interface Kerberos {
  /** Whether there is a valid ticket to get others with. Looked up anew when what is known is old; loads no library. */
  hasTicket(): Promise<boolean>;
  /** A token for the service HTTP@host, good for one request. Never rejects. */
  token(host: string): Promise<KerberosToken>;
}
