import type { ChallengeMessage } from '../ntlm/challenge-message';
import type { NtlmDialect } from '../ntlm/dialect';
import type { Hop } from '../../shared/problem';
import type { Answer } from './http-connection';
import type { SignInScheme } from './sign-in-scheme';

/** A challenge, the scheme in which it came and is answered, and the dialect that was offered for that. */
export interface NtlmChallenge extends ChallengeMessage {
  readonly scheme: SignInScheme;
  readonly method: NtlmDialect;
}

/** A company proxy offers Basic (RFC 7617): there is no challenge to be answered. */
export interface BasicOffer {
  readonly scheme: 'Basic';
  readonly method: 'Basic';
}

/** What a logon answers. */
export type HopChallenge = NtlmChallenge | BasicOffer;

/** Which scheme the messages to each company proxy go in. */
export interface SchemeMemory {
  /** Whether it is known to offer Basic. */
  offersBasic(hop: Hop): boolean;
  /** It does. */
  takesBasic(hop: Hop): void;
  schemeOf(hop: Hop): SignInScheme;
  /** It does not offer the other one. */
  speaks(hop: Hop, scheme: SignInScheme): void;
}

/** In milliseconds. */
export interface FirstLegTimeouts {
  /** For the head of the answer; undefined: as long as an origin behind an upstream that asks for nothing likes. */
  readonly answerMs: number | undefined;
  /** For a body that nobody wants. */
  readonly drainMs: number;
}

/** How the first leg ended. An upstream that has taken a Kerberos ticket asks for nothing more. */
export type FirstLeg =
  | { readonly kind: 'challenge'; readonly challenge: HopChallenge }
  /** The upstream asked for nothing, and this is the answer to the request itself. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly isByTicket?: true }
  /** The upstream asked for nothing; the request itself has not been sent yet. */
  | { readonly kind: 'open'; readonly isByTicket?: true };
