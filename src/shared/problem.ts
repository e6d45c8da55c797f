import type { Account, HostPort, SignInMethod, Upstream } from './settings';

/** The other end of a connection that Latchkey opens: a company proxy, or the origin itself on the direct route. */
export interface Hop {
  readonly role: 'upstream' | 'origin';
  readonly address: Upstream;
}

/** Everything that can go wrong with a request and be shown, as data; src/shared/text.ts has a sentence for each. */
export type Problem =
  | {
      readonly kind: 'bad-request';
      readonly detail: string;
      /** Where it is not 400: it came too late, has a coding that is not understood, or another version of HTTP. */
      readonly status?: 408 | 501 | 505;
    }
  | { readonly kind: 'head-too-large'; readonly limitBytes: number }
  | { readonly kind: 'client-denied' }
  /** Clients have to sign in themselves, and this one has not said who it is. */
  | { readonly kind: 'client-sign-in-needed' }
  /** What a client has signed in with was refused by the company proxy: it is not sent again. */
  | { readonly kind: 'client-sign-in-refused'; readonly account: Account }
  /** No logon is made for a client's account for so long: too many were bad, or there are too many accounts. */
  | { readonly kind: 'client-account-waits'; readonly account: Account; readonly retryAfterMs: number }
  /** A client of the SOCKS5 port is none of its users, or has not said who it is. */
  | { readonly kind: 'socks-sign-in-refused' }
  | { readonly kind: 'loop'; readonly target: HostPort }
  /** A client begins to sign in to the local proxy, which asks for nothing, with a request that it has emptied for that. */
  | { readonly kind: 'needless-sign-in' }
  /** A client goes on to sign in its connection at an origin, and the connection there has ended. */
  | { readonly kind: 'origin-sign-in-lost'; readonly target: HostPort }
  /** A client of another machine asks for an address that is for this machine and its links alone. */
  | { readonly kind: 'target-denied'; readonly target: HostPort }
  | { readonly kind: 'name-not-found'; readonly hop: Hop }
  | { readonly kind: 'connection-refused'; readonly hop: Hop }
  | { readonly kind: 'connect-timed-out'; readonly hop: Hop }
  | { readonly kind: 'unreachable'; readonly hop: Hop; readonly detail: string }
  /** macOS does not let Latchkey connect to the networks that this Mac is on, and the hop is on one of them. */
  | { readonly kind: 'local-network-denied'; readonly hop: Hop }
  /** It is spoken to over TLS, and this system does not trust its certificate. */
  | { readonly kind: 'untrusted-certificate'; readonly hop: Hop; readonly detail: string }
  | { readonly kind: 'out-of-descriptors' }
  | { readonly kind: 'closed-early'; readonly hop: Hop }
  | { readonly kind: 'silent'; readonly hop: Hop }
  | { readonly kind: 'broken-answer'; readonly hop: Hop; readonly detail: string }
  | { readonly kind: 'ntlm-not-offered'; readonly hop: Hop; readonly offered: readonly string[] }
  /** The method that the user has chosen is none of those that the company proxy takes, and no other is tried. */
  | {
      readonly kind: 'method-not-offered';
      readonly hop: Hop;
      readonly method: SignInMethod;
      readonly offered: readonly string[];
    }
  | { readonly kind: 'bad-challenge'; readonly hop: Hop; readonly detail: string }
  /** A credential was to be checked, and the company proxy itself was in trouble. */
  | { readonly kind: 'server-error'; readonly hop: Hop; readonly detail: string }
  | { readonly kind: 'credential-refused'; readonly hop: Hop; readonly account: Account }
  /** The credential is good, and the company proxy answers 407 for this URL all the same. */
  | { readonly kind: 'target-refused'; readonly hop: Hop; readonly account: Account }
  | { readonly kind: 'logon-pending'; readonly hop: Hop }
  /** Logons were lost without an answer, and no other is sent for so long. */
  | { readonly kind: 'logon-unclear'; readonly hop: Hop; readonly retryAfterMs: number }
  /** A logon that was made for this host was lost, and no other is made with it for so long. */
  | { readonly kind: 'logon-lost'; readonly hop: Hop; readonly retryAfterMs: number }
  /** A 407 that is not the company proxy's: it asks for nothing. */
  | { readonly kind: 'origin-asked'; readonly hop: Hop }
  /** The company proxy names another domain than it always did: no logon is made without the user's word. */
  | {
      readonly kind: 'other-domain';
      readonly hop: Hop;
      readonly named: string;
      readonly known: string;
    }
  /** A credential could not be checked, as the company proxy lets everybody through. */
  | { readonly kind: 'sign-in-not-asked'; readonly hop: Hop }
  | { readonly kind: 'sign-in-paused'; readonly hop: Hop; readonly account: Account }
  /** A company proxy asks for a sign-in, and nobody has said whose. */
  | { readonly kind: 'account-missing'; readonly hop: Hop }
  /** The PAC names a company proxy that asks for the sign-in, and to which the user has not agreed. */
  | { readonly kind: 'not-agreed'; readonly hop: Hop }
  /** The PAC gives no answer for this host, and the user wants such requests to be refused. */
  | { readonly kind: 'no-pac-answer'; readonly target: HostPort; readonly detail: string }
  | { readonly kind: 'internal' };

/** Makes a switch over a union exhaustive at compile time. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
