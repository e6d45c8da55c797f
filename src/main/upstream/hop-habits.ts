import type { Hop } from '../../shared/problem';
import type { OutgoingRequest } from './outgoing-request';
import type { SignInScheme } from './sign-in-scheme';

/** What the company proxies were seen to do with the connections of this network. */
export class HopHabits {
  /** Those that answered type 1 without asking for credentials. */
  readonly #open = new Set<Hop>();
  /**
   * Those that asked again on an authenticated connection, or closed it: no body is risked on one of theirs. Those that
   * closed until they keep one.
   */
  readonly #forgetful = new Map<Hop, 'asked' | 'closed'>();

  /** Those that speak something else than NTLM. */
  readonly #schemes = new Map<Hop, SignInScheme>();

  /** Those that offer Basic. */
  readonly #basic = new Set<Hop>();

  /** How often a way to sign in has turned out to be the wrong one: another try goes another way then. */
  lessons = 0;

  /** What NTLM's messages to it go in. */
  schemeOf(hop: Hop): SignInScheme {
    return this.#schemes.get(hop) ?? 'NTLM';
  }

  /** It offers this, and not the other one. */
  speaks(hop: Hop, scheme: SignInScheme): void {
    this.#schemes.set(hop, scheme);
    this.lessons += 1;
  }

  /** Whether it is known to offer Basic. */
  offersBasic(hop: Hop): boolean {
    return this.#basic.has(hop);
  }

  /** It offers Basic. */
  takesBasic(hop: Hop): void {
    this.#basic.add(hop);
    this.lessons += 1;
  }

  /** Whether it asks for no credentials. */
  isOpen(hop: Hop): boolean {
    return this.#open.has(hop);
  }

  /** Whether it does not keep connections that were signed in, or does not know them any more. */
  isForgetful(hop: Hop): boolean {
    return this.#forgetful.has(hop);
  }

  /** Whether no body of this request is risked on a connection that was signed in before. */
  mustGoWithLogon(hop: Hop, request: OutgoingRequest): boolean {
    return request.body !== undefined && (request.wasAskedAgain || this.#forgetful.has(hop));
  }

  /** It has answered type 1 with a challenge. */
  challenged(hop: Hop): void {
    this.#open.delete(hop);
  }

  /** It has answered type 1 with what was asked for. */
  askedForNothing(hop: Hop): void {
    this.#open.add(hop);
  }

  /** It has asked for the sign-in again on a connection that was signed in. */
  askedAgain(hop: Hop): void {
    this.#forgetful.set(hop, 'asked');
  }

  /** It has closed a connection that was signed in. */
  closed(hop: Hop): void {
    if (!this.#forgetful.has(hop)) this.#forgetful.set(hop, 'closed');
  }

  /** It has kept a connection that was signed in. */
  kept(hop: Hop): void {
    if (this.#forgetful.get(hop) === 'closed') this.#forgetful.delete(hop);
  }

  /** On another network everything may be different. */
  beginEpoch(): void {
    this.#open.clear();
    this.#forgetful.clear();
    this.#schemes.clear();
    this.#basic.clear();
  }
}
