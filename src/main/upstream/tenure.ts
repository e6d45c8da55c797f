import type { CredentialStanding } from '../../shared/engine-state';
import type { LogonReason } from '../../shared/event';
import type { Credential } from './credential';
import { type Trial, trialKey } from './trial';

/** One logon that may count against the account. */
export interface Charge {
  /** Logons in the order in which they were sent. */
  readonly sequence: number;
  /** The network epoch in which it was sent. */
  readonly epoch: number;
  /** The company proxy that it was meant for. */
  readonly upstream: string;
  readonly key: string;
  readonly trial: Trial;
  readonly sentMs: number;
  readonly isOnKnownUrl: boolean;
  /** Whether the credential was proven when it was sent. */
  readonly isUnderProof: boolean;
  /** `spent`: refused with a reading that is no longer in use; it counts against the account all the same. */
  fate: 'in-flight' | 'refused' | 'lost' | 'spent';
  /** How many had been sent when its fate became known. */
  settledSequence: number | undefined;
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
/**
 * The same when there is a better reason for the loss than the password: the credential had been accepted just before, as
 * when an upstream restarts, or the network changed under the logon.
 */
const innocentLossPauseMs = 5_000;
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
  /** URLs that were answered quickly; the last one is the youngest. */
  readonly #known = new Map<string, Trial>();
  /** URLs that a company proxy answers with 407 although the credential is good, and until when that is believed. */
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

  isForbidden(upstream: string, key: string, nowMs: number): boolean {
    const place = `${upstream} ${key}`;
    const untilMs = this.#forbidden.get(place);
    if (untilMs === undefined) return false;
    if (nowMs < untilMs) return true;
    this.#forbidden.delete(place);
    return false;
  }

  /** Whether a URL was answered quickly, and not with a refusal, the last time. */
  isKnown(key: string): boolean {
    return this.#known.has(key);
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
    if (this.#charges.size >= maxCharges) return { kind: 'wait' };
    const [charge] = this.#charges;
    const inFlight = this.#inFlight;
    if (charge?.fate === 'refused') {
      const trial = this.knownTrial(charge.key);
      return trial === undefined
        ? { kind: 'go', reason: 'request' }
        : { kind: 'go', reason: 'second-opinion', trial };
    }
    if (!this.#isProven) {
      if (inFlight !== undefined) return { kind: 'wait' };
      // The single logon goes to what is known to work: a slow origin would hold everybody up, and a forbidden URL would
      // be taken for a dead password.
      const trial = this.#known.has(key) ? undefined : this.knownTrial(undefined);
      return trial === undefined ? { kind: 'go', reason: 'request' } : { kind: 'go', reason: 'proof', trial };
    }
    if (charge === undefined) return { kind: 'go', reason: 'request' };
    // The last charge that is left goes to what is known to work: it is answered soon, and its answer says which of URL
    // and credential is at fault.
    if (this.#known.has(key)) return { kind: 'go', reason: 'request' };
    const slowAtMs = inFlight === undefined ? nowMs : inFlight.sentMs + slowAnswerMs;
    const trial = this.knownTrial(undefined);
    // With nothing in flight and nothing known it is a single logon again.
    if (trial === undefined && inFlight === undefined) return { kind: 'go', reason: 'request' };
    if (nowMs < slowAtMs) return { kind: 'wait', againMs: slowAtMs };
    if (trial === undefined) return { kind: 'wait' };
    return { kind: 'go', reason: 'slow-answer', trial };
  }

  /** A logon is about to be sent. */
  send(trial: Trial, upstream: string, epoch: number, nowMs: number): Charge {
    const key = trialKey(trial);
    this.#sequence += 1;
    const charge: Charge = {
      sequence: this.#sequence,
      epoch,
      upstream,
      key,
      trial,
      sentMs: nowMs,
      isOnKnownUrl: this.#known.has(key),
      isUnderProof: this.#isProven,
      fate: 'in-flight',
      settledSequence: undefined,
    };
    this.#charges.add(charge);
    return charge;
  }

  /** It was not sent after all. */
  withdraw(charge: Charge): void {
    this.#charges.delete(charge);
  }

  /**
   * A logon was accepted: neither it counts against the account, nor any that the directory had looked at before it was
   * sent. Only asked while the credential is not refused.
   *
   * @returns the URLs that had been refused meanwhile: it was not the credential
   */
  accept(charge: Charge, epoch: number, nowMs: number): readonly Trial[] {
    const forbidden: Trial[] = [];
    for (const other of this.#charges) {
      if (other !== charge && !isBehind(other, charge)) continue;
      this.#charges.delete(other);
      if (other.fate === 'refused') {
        this.#forbidden.set(`${other.upstream} ${other.key}`, nowMs + forbiddenMs);
        dropOldest(this.#forbidden);
        this.#known.delete(other.key);
        forbidden.push(other.trial);
      }
    }
    this.#acceptanceCount += 1;
    // What was sent before the network changed proves nothing on this one.
    if (charge.epoch === epoch) {
      this.#isProven = true;
      this.#provenEpoch = epoch;
      this.#lastAcceptedMs = nowMs;
    }
    this.#lossCount = 0;
    // One that is older than what was lost says nothing about it: the pause goes on, and ends by itself.
    if (this.#charges.size < maxCharges) this.#spareUntilMs = undefined;
    this.#forbidden.delete(`${charge.upstream} ${charge.key}`);
    this.#known.delete(charge.key);
    if (nowMs - charge.sentMs <= slowAnswerMs || this.#known.size === 0) {
      this.#known.set(charge.key, charge.trial);
      dropOldest(this.#known);
    }
    return forbidden;
  }

  /** A logon was refused. Returns whether the reading that it was made with is refused for good. */
  refuse(charge: Charge, nowMs: number): boolean {
    if (this.#isRefused) return false;
    charge.fate = 'refused';
    charge.settledSequence = this.#sequence;
    // It may have been taken for accepted because a later one was.
    this.#charges.add(charge);
    const isFirstTry = this.#acceptanceCount === 0;
    if (isFirstTry && this.#candidateIndex < this.candidates.length - 1) {
      this.#candidateIndex += 1;
      // The account has lost what it has lost: the next reading does not start anew.
      charge.fate = 'spent';
      this.#spareAccount(charge.epoch, nowMs);
      return true;
    }
    const mayAskAgain = this.#provenEpoch === charge.epoch && this.#known.size > 0;
    const isDecided =
      this.#charges.size >= maxCharges && (charge.isOnKnownUrl || this.#inFlight === undefined);
    if (mayAskAgain && !isDecided) return false;
    this.giveUp();
    return true;
  }

  /** It was refused elsewhere: no logon is made with it any more. */
  giveUp(): void {
    this.#isRefused = true;
    this.#charges.clear();
  }

  /** A logon got no answer. Returns whether the reading that it was made with counts as refused for good. */
  lose(charge: Charge, epoch: number, nowMs: number): boolean {
    if (this.#isRefused || !this.#charges.has(charge)) return false;
    charge.fate = 'lost';
    charge.settledSequence = this.#sequence;
    // Its origin may be what keeps silent.
    this.#known.delete(charge.key);
    if (this.#charges.size < maxCharges || this.#inFlight !== undefined) return false;
    if (this.#hasRefusal) {
      // One was refused, and the one that should have told why was lost: a third would be one too many.
      this.giveUp();
      return true;
    }
    this.#spareAccount(epoch, nowMs);
    return false;
  }

  /** After two logons that nobody knows enough of, the next one waits. */
  #spareAccount(epoch: number, nowMs: number): void {
    if (this.#charges.size < maxCharges) return;
    const isInnocent = [...this.#charges].every(
      (charge) => charge.fate === 'lost' && (charge.isUnderProof || charge.epoch !== epoch),
    );
    const pauseMs = isInnocent
      ? innocentLossPauseMs
      : (lossPausesMs[this.#lossCount] ?? lossPausesMs.at(-1) ?? 0);
    if (!isInnocent) this.#lossCount += 1;
    this.#isProven = false;
    this.#spareUntilMs = nowMs + pauseMs;
  }

  /** What was proven must be proven again. */
  expireProof(): void {
    this.#isProven = false;
  }
}

/**
 * Whether the directory had looked at one logon before the other one was sent. Two that are under way together it may look
 * at in any order, with a change of the password in between: the one says nothing about the other.
 */
function isBehind(one: Charge, other: Charge): boolean {
  return one.settledSequence === undefined
    ? one.sentMs + slowAnswerMs <= other.sentMs
    : one.settledSequence < other.sequence;
}

function dropOldest(urls: Map<string, unknown>): void {
  const [oldest] = urls.keys();
  if (urls.size > maxUrls && oldest !== undefined) urls.delete(oldest);
}
