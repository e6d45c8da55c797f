import type { CredentialStanding } from '../../shared/engine-state';
import type { LogonReason } from '../../shared/event';
import type { Credential } from './credential';
import { type Trial, trialKey } from './trial';

/** One logon that may count against the account. */
export interface Charge {
  /** Logons in the order in which they were sent. */
  readonly sequence: number;
  readonly key: string;
  readonly trial: Trial;
  readonly sentMs: number;
  readonly isOnKnownUrl: boolean;
  fate: 'in-flight' | 'refused' | 'lost';
}

/** Whose turn it is. */
export type Turn =
  | { readonly kind: 'go'; readonly reason: LogonReason; readonly trial?: Trial }
  /** Not now; it may look different at `againMs`, or when an outcome comes. */
  | { readonly kind: 'wait'; readonly againMs?: number };

/** What a lockout policy that locks at three would still forgive. */
const maxCharges = 2;
/** An answer that takes longer waits for the origin, not for the directory. */
const slowAnswerMs = 500;
/** After this long without an accepted logon the next one is a single one again. */
const idleProofMs = 600_000;
/** How long the account is spared after two logons were lost; the longest is what directories usually count over. */
const lossPausesMs = [60_000, 600_000, 1_800_000];
/** The same when the credential had been accepted just before: an upstream that restarts looks like this. */
const firstLossPauseMs = 5_000;
const maxUrls = 256;
/** A policy may change: after this long a forbidden URL is asked for again. */
const forbiddenMs = 3_600_000;

/**
 * What is known of one credential, from the moment in which it is put to use until another takes its place: the charges
 * against its account, whether it has proved itself, and which URLs work with it. See docs/decisions/credential-gate.md.
 */
export class Tenure {
  readonly candidates: readonly Credential[];
  #candidateIndex = 0;
  #isProven = false;
  #isRefused: boolean;
  #acceptanceCount = 0;
  /** The epoch of the last acceptance. */
  #provenEpoch = -1;
  #lastAcceptedMs = 0;
  #sequence = 0;
  readonly #charges = new Set<Charge>();
  /** URLs that were answered quickly on this network; the last one is the youngest. */
  readonly #known = new Map<string, Trial>();
  /** URLs that the company proxy answers with 407 although the credential is good, and until when that is believed. */
  readonly #forbidden = new Map<string, number>();
  #lossCount = 0;
  #spareUntilMs: number | undefined;

  /** @param isRefused whether no logon is to be made with it at all */
  constructor(candidates: readonly Credential[], isRefused: boolean) {
    this.candidates = candidates;
    this.#isRefused = isRefused;
  }

  get candidateIndex(): number {
    return this.#candidateIndex;
  }

  /** The reading that is in use. */
  get credential(): Credential {
    const credential = this.candidates[this.#candidateIndex];
    if (credential === undefined) throw new Error('a tenure needs a credential');
    return credential;
  }

  get standing(): CredentialStanding {
    if (this.#isRefused) return 'refused';
    if (this.#hasRefusal) return 'suspect';
    return this.#isProven ? 'proven' : 'unproven';
  }

  get isRefused(): boolean {
    return this.#isRefused;
  }

  get isFirstAcceptance(): boolean {
    return this.#acceptanceCount === 1;
  }

  get chargeCount(): number {
    return this.#charges.size;
  }

  /** Whether a second logon could be sent beside the first, if it is on a URL that is known to work. */
  get hasRoom(): boolean {
    return this.#isProven && !this.#hasRefusal && this.#charges.size < maxCharges;
  }

  /** Until when the account is spared because logons were lost. */
  get freeAtMs(): number | undefined {
    return this.#spareUntilMs;
  }

  get #hasRefusal(): boolean {
    for (const { fate } of this.#charges) if (fate === 'refused') return true;
    return false;
  }

  get #inFlight(): Charge | undefined {
    for (const charge of this.#charges) if (charge.fate === 'in-flight') return charge;
    return undefined;
  }

  isForbidden(key: string, nowMs: number): boolean {
    const untilMs = this.#forbidden.get(key);
    if (untilMs === undefined) return false;
    if (nowMs < untilMs) return true;
    this.#forbidden.delete(key);
    return false;
  }

  /** A URL that works, the one that was used last first; with `except` only if there is no other. */
  knownTrial(except: string | undefined): Trial | undefined {
    let found: Trial | undefined;
    for (const [key, trial] of this.#known) if (key !== except) found = trial;
    return found ?? this.#known.get(except ?? '');
  }

  /** Forgets what time has settled. To be called before `judge`. */
  passTime(nowMs: number): void {
    if (this.#spareUntilMs !== undefined && nowMs >= this.#spareUntilMs) {
      this.#spareUntilMs = undefined;
      const [oldest] = this.#charges;
      if (oldest !== undefined) this.#charges.delete(oldest);
    }
    if (this.#isProven && nowMs - this.#lastAcceptedMs > idleProofMs) this.#isProven = false;
  }

  /** Whether a logon on the URL `key` may be sent now. Only asked while the credential is not refused. */
  judge(key: string, nowMs: number): Turn {
    const inFlight = this.#inFlight;
    if (this.#charges.size >= maxCharges) return { kind: 'wait' };
    if (this.#charges.size === 0) return { kind: 'go', reason: 'request' };
    const [charge] = this.#charges;
    if (charge?.fate === 'refused') {
      const trial = this.knownTrial(charge.key);
      // Without one, as after a network change, the request itself has to do.
      return trial === undefined
        ? { kind: 'go', reason: 'request' }
        : { kind: 'go', reason: 'second-opinion', trial };
    }
    if (!this.#isProven) return inFlight === undefined ? { kind: 'go', reason: 'request' } : { kind: 'wait' };
    // The last charge that is left goes to what is known to work: it is answered soon, and its answer says which of URL
    // and credential is at fault.
    if (this.#known.has(key)) return { kind: 'go', reason: 'request' };
    const slowAtMs = inFlight === undefined ? nowMs : inFlight.sentMs + slowAnswerMs;
    const trial = this.knownTrial(undefined);
    if (nowMs < slowAtMs || trial === undefined) return { kind: 'wait', againMs: slowAtMs };
    return { kind: 'go', reason: 'slow-answer', trial };
  }

  /** A logon is about to be sent. */
  send(trial: Trial, nowMs: number): Charge {
    const key = trialKey(trial);
    this.#sequence += 1;
    const charge: Charge = {
      sequence: this.#sequence,
      key,
      trial,
      sentMs: nowMs,
      isOnKnownUrl: this.#known.has(key),
      fate: 'in-flight',
    };
    this.#charges.add(charge);
    return charge;
  }

  /** It was not sent after all. */
  withdraw(charge: Charge): void {
    this.#charges.delete(charge);
  }

  /**
   * A logon was accepted: neither it nor any that was sent before it counts against the account. Only asked while the
   * credential is not refused.
   *
   * @returns the URLs that had been refused meanwhile: it was not the credential
   */
  accept(charge: Charge, epoch: number, nowMs: number): readonly Trial[] {
    const forbidden: Trial[] = [];
    for (const other of this.#charges) {
      if (other.sequence > charge.sequence) continue;
      this.#charges.delete(other);
      if (other.fate === 'refused') {
        this.#forbidden.set(other.key, nowMs + forbiddenMs);
        dropOldest(this.#forbidden);
        this.#known.delete(other.key);
        forbidden.push(other.trial);
      }
    }
    this.#acceptanceCount += 1;
    this.#isProven = true;
    this.#provenEpoch = epoch;
    this.#lastAcceptedMs = nowMs;
    this.#lossCount = 0;
    this.#spareUntilMs = undefined;
    this.#forbidden.delete(charge.key);
    this.#known.delete(charge.key);
    if (nowMs - charge.sentMs <= slowAnswerMs || this.#known.size === 0) {
      this.#known.set(charge.key, charge.trial);
      dropOldest(this.#known);
    }
    return forbidden;
  }

  /** A logon was refused. Returns whether the reading that it was made with is refused for good. */
  refuse(charge: Charge, epoch: number): boolean {
    if (this.#isRefused) return false;
    charge.fate = 'refused';
    // It may have been taken for accepted because a later one was.
    this.#charges.add(charge);
    const isFirstTry = this.#acceptanceCount === 0;
    if (isFirstTry && this.#candidateIndex < this.candidates.length - 1) {
      this.#candidateIndex += 1;
      this.#charges.clear();
      return true;
    }
    const mayAskAgain = this.#provenEpoch === epoch && this.#known.size > 0;
    const isDecided =
      this.#charges.size >= maxCharges && (charge.isOnKnownUrl || this.#inFlight === undefined);
    if (mayAskAgain && !isDecided) return false;
    this.#isRefused = true;
    this.#charges.clear();
    return true;
  }

  /** A logon got no answer. Returns whether the reading that it was made with counts as refused for good. */
  lose(charge: Charge, nowMs: number): boolean {
    if (this.#isRefused || !this.#charges.has(charge)) return false;
    charge.fate = 'lost';
    if (this.#charges.size < maxCharges || this.#inFlight !== undefined) return false;
    if (this.#hasRefusal) {
      // One was refused, and the one that should have told why was lost: a third would be one too many.
      this.#isRefused = true;
      this.#charges.clear();
      return true;
    }
    const pauseMs = this.#isProven
      ? firstLossPauseMs
      : (lossPausesMs[this.#lossCount] ?? lossPausesMs.at(-1) ?? 0);
    if (!this.#isProven) this.#lossCount += 1;
    this.#isProven = false;
    this.#spareUntilMs = nowMs + pauseMs;
    return false;
  }

  /** What was proven must be proven again, and what was known of URLs is forgotten. */
  expireProof(): void {
    this.#isProven = false;
    this.#known.clear();
    this.#forbidden.clear();
  }
}

function dropOldest(urls: Map<string, unknown>): void {
  const [oldest] = urls.keys();
  if (urls.size > maxUrls && oldest !== undefined) urls.delete(oldest);
}
