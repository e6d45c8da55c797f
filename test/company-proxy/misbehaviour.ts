/**
 * What the company proxy does wrong, or otherwise than usual. All of it can be combined as far as it makes sense; an
 * empty object is a proxy that behaves.
 */
export interface Misbehaviour {
  /** Offers Negotiate before NTLM, also beside a challenge: in a line of its own, or as `Negotiate, NTLM ...`. */
  readonly negotiateFirst?: 'separate-line' | 'same-line';
  /** Offers Negotiate and nothing else, and raw NTLM is not taken. */
  readonly negotiateOnly?: NegotiateConduct;
  /**
   * What becomes of Kerberos tickets inside Negotiate, which is to be offered as well; none is looked at otherwise. Closing:
   * the connection is closed behind the 407 of one that is refused, and behind the first offer.
   */
  readonly tickets?: 'taken' | 'refused' | 'refused-closing';
  /** Closes the connection behind a 407 without a challenge. */
  readonly closesOffers?: boolean;
  /** A line with a bare `NTLM` before the one with the challenge. */
  readonly offersNtlmTwice?: boolean;
  /** Closes right after the type 2 message, on so many connections. */
  readonly closeAfterChallenge?: { readonly times: number };
  /** Closes when a type 3 message comes, without an answer and without a logon, so many times. */
  readonly closeOnAuthenticate?: { readonly times: number };
  /** Closes after each forwarded response, with or without `Connection: close`. */
  readonly closeAfterResponse?: 'announced' | 'silent';
  /** Speaks HTTP/1.0 with `Proxy-Connection: keep-alive`. */
  readonly http10?: boolean;
  /** The body of the 407 with the challenge; otherwise 3 kB with a Content-Length. */
  readonly challengeBody?:
    | 'chunked'
    | 'unframed-open'
    | 'unframed-closed'
    | 'one-mebibyte'
    | 'endless'
    | 'empty';
  /** Serves the request on its type 1 message, and the connection from then on. */
  readonly answersTypeOne?: boolean;
  /** Takes so long to verify a type 3 message: a slow domain controller. */
  readonly slowLogonMs?: number;
  /** Serves everybody. */
  readonly noAuthentication?: boolean;
  /** Sends a 1xx response before each 407. */
  readonly interim?: 'continue' | 'early-hints';
  /** Sends the head of each 407 and the start of its body byte by byte, with this pause in between. */
  readonly dripMs?: number;
  /** Sends a RST at this point. With mid-head and mid-body the origin is not asked. */
  readonly resetAt?: 'accept' | 'type-1' | 'mid-challenge' | 'type-3' | 'mid-head' | 'mid-body' | 'tunnel';
  /** Never says a word from this point on, and keeps the connection open; otherwise as resetAt. */
  readonly silentAt?: 'accept' | 'type-1' | 'mid-challenge' | 'type-3' | 'mid-head' | 'mid-body' | 'tunnel';
  /** Which challenge a type 1 message gets. */
  readonly challenge?: ChallengeVariant;
  /** Names this domain in the challenge, as another company's proxy would. */
  readonly domain?: string;
  /** How much of the challenge is sent when it is `truncated`; 28 by default. */
  readonly truncatedBytes?: number;
  /** Takes an authenticated connection for a new one after so many requests. */
  readonly forgetsAfterRequests?: number;
  /** Closes a connection that waits for a request for so long. */
  readonly closesIdleAfterMs?: number;
  /** Answers a request that has a body with 413 before it reads the body, and closes. */
  readonly answersBeforeBody?: boolean;
  /** Answers an authenticated request with this in place of the origin's response. */
  readonly response?: 'two-lengths' | 'huge-head' | 'garbage';
}

/** What a proxy that offers Negotiate alone makes of a first token with NTLM in it. */
export type NegotiateConduct =
  /** Goes on with NTLM. As Windows it demands mechListMIC where type 3 has a MIC. */
  | 'ntlm'
  /** The same, without agreeing to a signature. */
  | 'unsigned'
  /** The same as `ntlm`, but the connection closes behind a 407 without a challenge. */
  | 'closing-offer'
  /** Wants Kerberos. */
  | 'kerberos'
  | 'reject'
  /** Says nothing but Negotiate. */
  | 'bare';

/** What an origin makes of the answer to a request that was signed in: the company proxy has looked at the logon by then. */
export type OriginSpoil =
  | 'reset'
  | 'close'
  | 'silent'
  /** A 407 that asks for nothing, as it comes through a company proxy. */
  | 'bare-407'
  /** A 407 that asks for NTLM, through a company proxy that lets it pass. */
  | 'full-407'
  /** A status line with success, and then this. */
  | 'bad-header'
  | 'two-lengths'
  | 'huge-head'
  | 'reset-behind-status'
  | 'close-behind-status'
  /** 103 and nothing else. */
  | 'reset-behind-interim';

export type ChallengeVariant =
  | 'no-target-info'
  | 'no-timestamp'
  /** Ends too early: by default in the middle of the server's challenge. */
  | 'truncated'
  /** Fields that point far outside the message. */
  | 'hostile-lengths'
  | 'garbage-base64'
  /** `NTLM` without a message. */
  | 'empty'
  /** The client's own message. */
  | 'type-1'
  /** 300 kB. */
  | 'huge'
  /** About 3 kB of names: valid. */
  | 'long-target-info'
  /** No Unicode: valid. */
  | 'oem-only'
  /** Wants a session key: valid. */
  | 'key-exchange'
  /** Offers Basic in place of NTLM, from the first 407 on. */
  | 'ntlm-missing';

/** The misbehaviour of the moment, and how often it is still to happen. */
export class Conduct {
  #current: Misbehaviour;
  #closesAfterChallenge = 0;
  #closesOnAuthenticate = 0;

  constructor(misbehaviour: Misbehaviour = {}) {
    this.#current = misbehaviour;
    this.misbehave(misbehaviour);
  }

  get current(): Misbehaviour {
    return this.#current;
  }

  /** Replaces all of it, and starts counting anew. */
  misbehave(misbehaviour: Misbehaviour): void {
    this.#current = misbehaviour;
    this.#closesAfterChallenge = misbehaviour.closeAfterChallenge?.times ?? 0;
    this.#closesOnAuthenticate = misbehaviour.closeOnAuthenticate?.times ?? 0;
  }

  /** Whether this challenge is one after which the connection closes. */
  takeCloseAfterChallenge(): boolean {
    if (this.#closesAfterChallenge <= 0) return false;
    this.#closesAfterChallenge -= 1;
    return true;
  }

  /** Whether this type 3 message is one that the connection closes on. */
  takeCloseOnAuthenticate(): boolean {
    if (this.#closesOnAuthenticate <= 0) return false;
    this.#closesOnAuthenticate -= 1;
    return true;
  }
}
