import type { CredentialStanding } from '../../shared/engine-state';
import type { LogonReason } from '../../shared/event';
import type { HostPort } from '../../shared/settings';
import { type Charge, Charges, isBehind, otherAtMs, slowAfterMs, slowAtMs } from './charges';
import type { Credential } from './credential';
import { ForbiddenUrls } from './forbidden-urls';
import type { KnownUrls } from './known-urls';
import { hostOf, type Trial, trialKey } from './trial';
import { type Asker, type Turn, turnOf } from './turn';

/** After this long without an accepted logon the next one is a single one again. */
const idleProofMs = 600_000;
/** How long the account is spared after two logons were lost; the longest is what directories usually count over. */
const lossPausesMs = [60_000, 600_000, 1_800_000];
/**
 * The same when there is a better reason for the loss than the password: the credential had been accepted just before, as
 * when an upstream restarts, or the network changed under the logon.
 */
const innocentLossPauseMs = 5_000;

/**
 * What is known of one credential, from the moment in which it is put to use until another takes its place: the charges
 * against its account, whether it has proved itself, and which URLs are forbidden to it. See docs/decisions/credential-gate.md.
 */
export class Tenure {
  readonly candidates: readonly Credential[];
  #candidateIndex = 0;
  #isProven = false;
  readonly #urls: KnownUrls;
  #isRefused: boolean;
  #refusals: readonly Charge[] = [];
  /** Whether the refusal is worth remembering; otherwise it ends with the network epoch. */
  #isRefusalLasting = true;
  /** Whether one that was not has been forgotten since the last acceptance: the next one is kept. */
  #hasForgotten = false;
  #acceptanceCount = 0;
  /** The epoch of the last acceptance. */
  #provenEpoch = -1;
  #lastAcceptedMs = 0;
  #sequence = 0;
  readonly #charges = new Charges();
  readonly #forbidden = new ForbiddenUrls();
  /** How often the account was spared for long since the last acceptance: each time for longer. */
  #pauseCount = 0;
  #spareUntilMs: number | undefined;
  /** Whether the account was spared since the last acceptance: clients' URLs are not risked then. */
  #isCautious = false;

  /** @param isRefused whether no logon is to be made with it at all */
  constructor(candidates: readonly Credential[], isRefused: boolean, urls: KnownUrls) {
    this.candidates = candidates;
    this.#isRefused = isRefused;
    this.#urls = urls;
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
    if (this.#charges.hasRefusal) return 'suspect';
    return this.#isProven ? 'proven' : 'unproven';
  }

  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** What it was refused with in the end, as far as it was by an answer. */
  get refusals(): readonly Charge[] {
    return this.#refusals;
  }

  /** Whether a refusal is worth remembering beyond the network epoch. */
  get isRefusalLasting(): boolean {
    return this.#isRefusalLasting;
  }

  get isFirstAcceptance(): boolean {
    return this.#acceptanceCount === 1;
  }

  get chargeCount(): number {
    return this.#charges.count;
  }

  /** Whether the one logon that is to prove it has been sent, and may be answered at any moment. */
  get isBeingProven(): boolean {
    return this.#charges.isOneUnderWay;
  }

  /** Whether all that counts against the account may be answered at any moment. */
  isSettledSoon(nowMs: number): boolean {
    return this.#charges.areSettledSoon(nowMs);
  }

  /** Whether one of those who wait may go although the first of them may not. */
  hasRoom(nowMs: number): boolean {
    if (this.#charges.hasRefusal || this.#charges.isFull) return false;
    if (this.#isProven) return true;
    const inFlight = this.#charges.inFlight;
    return inFlight === undefined || nowMs >= otherAtMs(inFlight);
  }

  /** Until when the account is spared because logons were lost. */
  get freeAtMs(): number | undefined {
    return this.#spareUntilMs;
  }

  isForbidden(upstream: HostPort, key: string, nowMs: number): boolean {
    return this.#forbidden.has(upstream, key, nowMs);
  }

  /**
   * Forgets what time has settled. To be called before `judge`.
   *
   * @returns whether the credential counts as refused for good from now on
   */
  passTime(nowMs: number, epoch: number): boolean {
    if (this.#stopWaiting(nowMs, epoch)) return true;
    if (this.#spareUntilMs !== undefined && nowMs >= this.#spareUntilMs) {
      this.#spareUntilMs = undefined;
      const { oldest } = this.#charges;
      if (oldest !== undefined) this.#charges.delete(oldest);
    }
    if (this.#isProven && nowMs - this.#lastAcceptedMs > idleProofMs) this.#isProven = false;
    return false;
  }

  /** An origin may keep its client waiting for ever: two logons that nobody knows enough of are two, whether lost or slow. */
  #stopWaiting(nowMs: number, epoch: number): boolean {
    const overAtMs = this.#charges.overAtMs;
    if (overAtMs === undefined || nowMs < overAtMs || this.#spareUntilMs !== undefined) return false;
    if (this.#charges.hasRefusal) {
      // As if the other one had been lost: a third would be one too many.
      this.giveUp();
      return true;
    }
    for (const charge of this.#charges) {
      if (charge.fate !== 'in-flight') continue;
      charge.fate = 'lost';
      charge.settledSequence = this.#sequence;
    }
    this.#spareAccount(epoch, overAtMs);
    return false;
  }

  /** Whether a logon may be sent now, and with which URL. Only asked while the credential is not refused. */
  judge(asker: Asker, nowMs: number): Turn {
    const grounds = {
      urls: this.#urls,
      charges: this.#charges,
      isProven: this.#isProven,
      isCautious: this.#isCautious,
    };
    return turnOf(asker, grounds, nowMs);
  }

  /** A logon is admitted: it counts from now on. */
  admit(trial: Trial, upstream: HostPort, reason: LogonReason, epoch: number): Charge {
    this.#sequence += 1;
    const charge: Charge = {
      sequence: this.#sequence,
      epoch,
      upstream,
      key: trialKey(trial),
      trial,
      host: hostOf(trial),
      isDecisive: reason === 'second-opinion' || this.#urls.isAnchor(upstream, trial),
      isUnderProof: this.#isProven,
      sentMs: undefined,
      slowMs: slowAfterMs(0),
      fate: 'in-flight',
      settledSequence: undefined,
    };
    this.#charges.add(charge);
    return charge;
  }

  /**
   * Type 3 is being sent.
   *
   * @param legMs how long the company proxy took for its challenge
   */
  sent(charge: Charge, legMs: number, nowMs: number): void {
    charge.sentMs = nowMs;
    charge.slowMs = slowAfterMs(legMs);
  }

  /** It was not sent after all. */
  withdraw(charge: Charge): void {
    this.#charges.delete(charge);
  }

  /**
   * A logon was accepted: neither it counts against the account, nor any that the directory had looked at before it was
   * sent. Only asked while the credential is not refused.
   *
   * @param isChosen whether its URL was chosen by the user for a check
   * @returns the URLs that had been refused meanwhile: it was not the credential
   */
  accept(charge: Charge, isChosen: boolean, epoch: number, nowMs: number): readonly Trial[] {
    const forbidden: Trial[] = [];
    for (const other of this.#charges) {
      if (other !== charge && !isBehind(other, charge)) continue;
      this.#charges.delete(other);
      if (other.fate === 'refused') {
        this.#forbidden.add(other.upstream, other.key, nowMs);
        this.#urls.failed(other.upstream, other.trial);
        forbidden.push(other.trial);
      }
    }
    this.#acceptanceCount += 1;
    this.#hasForgotten = false;
    // What was sent before the network changed proves nothing on this one.
    if (charge.epoch === epoch) {
      this.#isProven = true;
      this.#provenEpoch = epoch;
      this.#lastAcceptedMs = nowMs;
    }
    this.#pauseCount = 0;
    // One that is older than what was lost says nothing about it: the pause goes on, and ends by itself.
    if (!this.#charges.isFull) {
      this.#spareUntilMs = undefined;
      this.#isCautious = false;
    }
    this.#forbidden.delete(charge.upstream, charge.key);
    this.#urls.worked(charge.upstream, charge.trial, isChosen, nowMs < slowAtMs(charge));
    return forbidden;
  }

  /**
   * A logon was refused. Returns whether the reading that it was made with is refused for good.
   *
   * @param isLasting whether it is worth remembering beyond the network epoch
   */
  refuse(charge: Charge, isLasting: boolean, nowMs: number): boolean {
    if (this.#isRefused) return false;
    charge.fate = 'refused';
    charge.settledSequence = this.#sequence;
    this.#isRefusalLasting = isLasting || this.#hasForgotten;
    // It may have been taken for accepted because a later one was.
    this.#charges.add(charge);
    if (this.credential.method === 'Basic') {
      // Each request would ask once more.
      this.giveUp();
      return true;
    }
    const isFirstTry = this.#acceptanceCount === 0;
    if (isFirstTry && this.#candidateIndex < this.candidates.length - 1) {
      this.#candidateIndex += 1;
      // The account has lost what it has lost: the next reading does not start anew.
      charge.fate = 'spent';
      this.#spareAccount(charge.epoch, nowMs);
      return true;
    }
    const mayAskAgain =
      this.#provenEpoch === charge.epoch &&
      this.#urls.opinionOn(charge.upstream, charge.host, nowMs) !== undefined;
    // What is under way with it will tell; but where there is no second opinion, nothing is sent for one.
    const inFlight = this.#charges.inFlight;
    const mayTell = inFlight !== undefined && (inFlight.sentMs !== undefined || mayAskAgain);
    if (mayTell && !charge.isDecisive) return false;
    if (mayAskAgain && !this.#charges.isFull) return false;
    this.giveUp();
    return true;
  }

  /** It was refused elsewhere: no logon is made with it any more. */
  giveUp(): void {
    this.#isRefused = true;
    this.#refusals = [...this.#charges].filter(({ fate }) => fate === 'refused');
    this.#charges.clear();
  }

  /** A logon got no answer. Returns whether the reading that it was made with counts as refused for good. */
  lose(charge: Charge, isItsFault: boolean, epoch: number, nowMs: number): boolean {
    // Its host may be what keeps silent, unless the network has taken the connection away.
    if (isItsFault && charge.epoch === epoch) {
      this.#urls.failed(charge.upstream, charge.trial);
      this.#urls.setAside.lost(charge.upstream, charge.host, nowMs);
    }
    if (this.#isRefused || !this.#charges.has(charge) || charge.fate === 'lost') return false;
    charge.fate = 'lost';
    charge.settledSequence = this.#sequence;
    if (!this.#charges.isFull || this.#charges.inFlight !== undefined) return false;
    if (this.#charges.hasRefusal) {
      // One was refused, and the one that should have told why was lost: a third would be one too many.
      this.giveUp();
      return true;
    }
    this.#spareAccount(epoch, nowMs);
    return false;
  }

  /** After two logons that nobody knows enough of, the next one waits. */
  #spareAccount(epoch: number, nowMs: number): void {
    if (!this.#charges.isFull) return;
    // Once: a network that changes again and again would let any number through.
    const isInnocent =
      !this.#isCautious &&
      [...this.#charges].every(
        (charge) => charge.fate === 'lost' && (charge.isUnderProof || charge.epoch !== epoch),
      );
    const pauseMs = isInnocent
      ? innocentLossPauseMs
      : (lossPausesMs[this.#pauseCount] ?? lossPausesMs.at(-1) ?? 0);
    if (!isInnocent) this.#pauseCount += 1;
    this.#isProven = false;
    this.#isCautious = true;
    this.#spareUntilMs = nowMs + pauseMs;
  }

  /** What was proven must be proven again, and a refusal that was not worth remembering is forgotten. */
  beginEpoch(): void {
    this.#isProven = false;
    if (!this.#isRefusalLasting) {
      this.#hasForgotten = true;
      this.#isRefused = false;
      this.#isRefusalLasting = true;
    }
  }
}
