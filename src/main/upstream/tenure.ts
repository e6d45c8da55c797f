import type { CredentialStanding } from '../../shared/engine-state';
import type { LogonReason } from '../../shared/event';
import { formatHostPort, type HostPort } from '../../shared/settings';
import type { Credential } from './credential';
import type { KnownUrls } from './known-urls';
import { hostOf, type Trial, trialKey } from './trial';

/** One logon that may count against the account. */
export interface Charge {
  /** Logons in the order in which they were admitted. */
  readonly sequence: number;
  /** The network epoch in which it was admitted. */
  readonly epoch: number;
  /** The company proxy that it was meant for. */
  readonly upstream: HostPort;
  readonly key: string;
  readonly trial: Trial;
  /** The host that it is about. */
  readonly host: string;
  /** Whether its answer decides about the credential, whatever the host that it is about may want. */
  readonly isDecisive: boolean;
  /** Whether the credential was proven when it was admitted. */
  readonly isUnderProof: boolean;
  /** When type 3 was sent; undefined before that. */
  sentMs: number | undefined;
  /** After this long without an answer it waits for the origin, not for the directory. */
  slowMs: number;
  /** `spent`: refused with a reading that is no longer in use; it counts against the account all the same. */
  fate: 'in-flight' | 'refused' | 'lost' | 'spent';
  /** How many had been admitted when its fate became known. */
  settledSequence: number | undefined;
}

/** Who asks for a logon. */
export interface Asker {
  readonly upstream: HostPort;
  /** The URL of the request. */
  readonly own: Trial;
  /** Whether a connection that was signed in with another URL can carry the request: not where none is kept. */
  readonly canCarry: boolean;
  /** Whether a body that is still on its way has to go with the logon, which is lost when the client leaves. */
  readonly isRisky: boolean;
}

/** Whose turn it is. */
export type Turn =
  | { readonly kind: 'go'; readonly reason: LogonReason; readonly trial?: Trial }
  /** Not now; it may look different at `againMs`, or when an outcome comes. */
  | { readonly kind: 'wait'; readonly againMs?: number }
  /** The host has lost a logon, and there is nothing else to make one with. */
  | { readonly kind: 'set-aside'; readonly untilMs: number };

/** What a lockout policy that locks at three would still forgive. */
const maxCharges = 2;
/** A directory gets at least this long for its answer, and so many times what the company proxy took for its challenge. */
const quickAnswerMs = 500;
const slowLegs = 4;
const longestQuickAnswerMs = 4_000;
/** How long a first logon that decides is left alone, though it is slow. */
const decisiveAnswerMs = 2_000;
/** No directory takes longer: what is unanswered by then may be lost. As long as a challenge may take. */
const longestAnswerMs = 30_000;
/** After this long without an accepted logon the next one is a single one again. */
const idleProofMs = 600_000;
/** How long the account is spared after two logons were lost; the longest is what directories usually count over. */
const lossPausesMs = [60_000, 600_000, 1_800_000];
/**
 * The same when there is a better reason for the loss than the password: the credential had been accepted just before, as
 * when an upstream restarts, or the network changed under the logon.
 */
const innocentLossPauseMs = 5_000;
const maxForbidden = 256;
/** A policy may change: after this long a forbidden URL is asked for again. */
const forbiddenMs = 3_600_000;

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
  /** Whether the refusal is worth remembering; otherwise it ends with the network epoch. */
  #isRefusalLasting = true;
  /** Whether one that was not has been forgotten since the last acceptance: the next one is kept. */
  #hasForgotten = false;
  #acceptanceCount = 0;
  /** The epoch of the last acceptance. */
  #provenEpoch = -1;
  #lastAcceptedMs = 0;
  #sequence = 0;
  readonly #charges = new Set<Charge>();
  /** URLs that a company proxy answers with 407 although the credential is good, and until when that is believed. */
  readonly #forbidden = new Map<string, number>();
  #lossCount = 0;
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
    if (this.#hasRefusal) return 'suspect';
    return this.#isProven ? 'proven' : 'unproven';
  }

  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Whether a refusal is worth remembering beyond the network epoch. */
  get isRefusalLasting(): boolean {
    return this.#isRefusalLasting;
  }

  get isFirstAcceptance(): boolean {
    return this.#acceptanceCount === 1;
  }

  get chargeCount(): number {
    return this.#charges.size;
  }

  /** Whether one of those who wait may go although the first of them may not. */
  hasRoom(nowMs: number): boolean {
    if (this.#hasRefusal || this.#charges.size >= maxCharges) return false;
    if (this.#isProven) return true;
    const inFlight = this.#inFlight;
    return inFlight === undefined || nowMs >= otherAtMs(inFlight);
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

  isForbidden(upstream: HostPort, key: string, nowMs: number): boolean {
    const place = `${formatHostPort(upstream)} ${key}`;
    const untilMs = this.#forbidden.get(place);
    if (untilMs === undefined) return false;
    if (nowMs < untilMs) return true;
    this.#forbidden.delete(place);
    return false;
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
      const [oldest] = this.#charges;
      if (oldest !== undefined) this.#charges.delete(oldest);
    }
    if (this.#isProven && nowMs - this.#lastAcceptedMs > idleProofMs) this.#isProven = false;
    return false;
  }

  /** An origin may keep its client waiting for ever: two logons that nobody knows enough of are two, whether lost or slow. */
  #stopWaiting(nowMs: number, epoch: number): boolean {
    const overAtMs = this.#overAtMs;
    if (overAtMs === undefined || nowMs < overAtMs || this.#spareUntilMs !== undefined) return false;
    if (this.#hasRefusal) {
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

  /** When nothing that is under way is waited for any more; undefined where something else comes first. */
  get #overAtMs(): number | undefined {
    if (this.#charges.size < maxCharges || this.#inFlight === undefined) return undefined;
    let overAtMs = 0;
    for (const { fate, sentMs } of this.#charges) {
      if (fate !== 'in-flight') continue;
      if (sentMs === undefined) return undefined;
      overAtMs = Math.max(overAtMs, sentMs + longestAnswerMs);
    }
    return overAtMs;
  }

  /** Whether a logon may be sent now, and with which URL. Only asked while the credential is not refused. */
  judge(asker: Asker, nowMs: number): Turn {
    if (this.#charges.size >= maxCharges) {
      const againMs = this.#overAtMs;
      return againMs === undefined ? { kind: 'wait' } : { kind: 'wait', againMs };
    }
    const [charge] = this.#charges;
    if (charge === undefined || charge.fate === 'spent') return this.#judgeFirst(asker, nowMs);
    if (charge.fate === 'refused') {
      const trial = this.#urls.opinionOn(asker.upstream, charge.host, nowMs);
      return trial === undefined
        ? { kind: 'go', reason: 'request' }
        : { kind: 'go', reason: 'second-opinion', trial };
    }
    return this.#judgeSecond(asker, charge, nowMs);
  }

  /** With nothing that is unanswered. */
  #judgeFirst(asker: Asker, nowMs: number): Turn {
    const { upstream, own, canCarry } = asker;
    const urls = this.#urls;
    const asideUntilMs = urls.asideUntilMs(upstream, hostOf(own), nowMs);
    if (this.#isCautious) return this.#judgeCautiously(asker);
    const isFit = (_trial: Trial, host: string): boolean => !urls.isAside(upstream, host, nowMs);
    if (!this.#isProven) {
      // The single logon goes to what is known to work: a slow origin would hold everybody up, and a forbidden URL would
      // be taken for a dead password.
      const best = urls.best(upstream, isFit);
      if (best !== undefined) return goWith(best, own, 'proof');
    }
    if (asideUntilMs === undefined) return { kind: 'go', reason: 'request' };
    const check = this.#checkTrial(upstream, nowMs);
    // What this logon signs in carries the request; a tunnel would not.
    const isCarrier = (trial: Trial, host: string): boolean => trial.method === 'HEAD' && isFit(trial, host);
    const carrier = urls.best(upstream, isCarrier) ?? check;
    if (canCarry && carrier?.method === 'HEAD') return { kind: 'go', reason: 'lost-answer', trial: carrier };
    // Should it be lost as well: the next one goes elsewhere, and clears it.
    if (this.#isProven) return { kind: 'go', reason: 'request' };
    if (check !== undefined) return { kind: 'go', reason: 'lost-answer', trial: check };
    return { kind: 'set-aside', untilMs: asideUntilMs };
  }

  /** With one charge that is unanswered, or was lost. */
  #judgeSecond(asker: Asker, charge: Charge, nowMs: number): Turn {
    const { upstream, own, isRisky } = asker;
    const urls = this.#urls;
    const isInFlight = charge.fate === 'in-flight';
    const ownHost = hostOf(own);
    const asideUntilMs = urls.asideUntilMs(upstream, ownHost, nowMs);
    const isOwnFit = asideUntilMs === undefined && (isInFlight || ownHost !== charge.host);
    // One of two decides: otherwise two hosts together could pass for a dead password.
    // What a client can lose by leaving is the only charge: otherwise two clients together could stop everybody.
    if (
      this.#isProven &&
      isOwnFit &&
      !isRisky &&
      (urls.isAnchor(upstream, own) || (isInFlight && charge.isDecisive))
    ) {
      return { kind: 'go', reason: 'request' };
    }
    if (isInFlight && nowMs < otherAtMs(charge)) {
      return charge.sentMs === undefined ? { kind: 'wait' } : { kind: 'wait', againMs: otherAtMs(charge) };
    }
    if (this.#isCautious && !isInFlight) return this.#judgeCautiously(asker);
    const reason = isInFlight ? 'slow-answer' : 'lost-answer';
    const isElsewhere = (_trial: Trial, host: string): boolean =>
      host !== charge.host && !urls.isAside(upstream, host, nowMs);
    // Not with whatever else waits: of hosts that are slow or lose logons there may be several on one page.
    const best = urls.best(upstream, isElsewhere) ?? this.#checkTrial(upstream, nowMs);
    if (best !== undefined && hostOf(best) !== charge.host)
      return isRisky ? { kind: 'go', reason, trial: best } : goWith(best, own, reason);
    if (isRisky && isInFlight) return { kind: 'wait' };
    if (asideUntilMs === undefined && ownHost !== charge.host) return { kind: 'go', reason: 'request' };
    if (isInFlight) {
      // Another URL of the same host is better than none: it may be that one page which is slow.
      const other = urls.best(
        upstream,
        (trial, host) => host === charge.host && trialKey(trial) !== charge.key,
      );
      return other === undefined ? { kind: 'wait' } : goWith(other, own, reason);
    }
    if (asideUntilMs === undefined) return { kind: 'go', reason: 'request' };
    return { kind: 'set-aside', untilMs: asideUntilMs };
  }

  /**
   * After a pause: clients' URLs are what may have lost the logons. Their turn comes when what is known has lost more: it may
   * be gone for good.
   */
  #judgeCautiously({ upstream, own }: Asker): Turn {
    const urls = this.#urls;
    const lossesOf = (trial: Trial): number => urls.lossCount(upstream, hostOf(trial));
    const [known = own, ...others] = [urls.best(upstream, () => true), urls.checkTrial, own].filter(
      (trial) => trial !== undefined,
    );
    const trial = others.reduce((best, next) => (lossesOf(next) < lossesOf(best) ? next : best), known);
    return goWith(trial, own, 'proof');
  }

  #checkTrial(upstream: HostPort, nowMs: number): Trial | undefined {
    const { checkTrial } = this.#urls;
    if (checkTrial === undefined || this.#urls.isAside(upstream, hostOf(checkTrial), nowMs)) return undefined;
    return checkTrial;
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
      slowMs: quickAnswerMs,
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
    charge.slowMs = Math.max(quickAnswerMs, Math.min(legMs * slowLegs, longestQuickAnswerMs));
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
        this.#forbidden.set(`${formatHostPort(other.upstream)} ${other.key}`, nowMs + forbiddenMs);
        dropOldest(this.#forbidden);
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
    this.#lossCount = 0;
    // One that is older than what was lost says nothing about it: the pause goes on, and ends by itself.
    if (this.#charges.size < maxCharges) {
      this.#spareUntilMs = undefined;
      this.#isCautious = false;
    }
    this.#forbidden.delete(`${formatHostPort(charge.upstream)} ${charge.key}`);
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
    const inFlight = this.#inFlight;
    const mayTell = inFlight !== undefined && (inFlight.sentMs !== undefined || mayAskAgain);
    if (mayTell && !charge.isDecisive) return false;
    if (mayAskAgain && this.#charges.size < maxCharges) return false;
    this.giveUp();
    return true;
  }

  /** It was refused elsewhere: no logon is made with it any more. */
  giveUp(): void {
    this.#isRefused = true;
    this.#charges.clear();
  }

  /** A logon got no answer. Returns whether the reading that it was made with counts as refused for good. */
  lose(charge: Charge, isItsFault: boolean, epoch: number, nowMs: number): boolean {
    // Its host may be what keeps silent, unless the network has taken the connection away.
    if (isItsFault && charge.epoch === epoch) {
      this.#urls.failed(charge.upstream, charge.trial);
      this.#urls.setAside(charge.upstream, charge.host, nowMs);
    }
    if (this.#isRefused || !this.#charges.has(charge) || charge.fate === 'lost') return false;
    charge.fate = 'lost';
    charge.settledSequence = this.#sequence;
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
    // Once: a network that changes again and again would let any number through.
    const isInnocent =
      !this.#isCautious &&
      [...this.#charges].every(
        (charge) => charge.fate === 'lost' && (charge.isUnderProof || charge.epoch !== epoch),
      );
    const pauseMs = isInnocent
      ? innocentLossPauseMs
      : (lossPausesMs[this.#lossCount] ?? lossPausesMs.at(-1) ?? 0);
    if (!isInnocent) this.#lossCount += 1;
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

/** The URL of the request itself needs no other logon in its place. */
function goWith(trial: Trial, own: Trial, reason: LogonReason): Turn {
  return trialKey(trial) === trialKey(own)
    ? { kind: 'go', reason: 'request' }
    : { kind: 'go', reason, trial };
}

/** When a logon is taken for one that waits for its origin; never before it was sent. */
function slowAtMs({ sentMs, slowMs }: Charge): number {
  return sentMs === undefined ? Number.POSITIVE_INFINITY : sentMs + slowMs;
}

/**
 * When another logon may be made beside this one because it is slow. One that decides is known to be answered at once, so that
 * it is the directory which takes its time: before the credential has proved itself, that is given longer.
 */
function otherAtMs(charge: Charge): number {
  const { sentMs, isDecisive, isUnderProof, slowMs } = charge;
  if (sentMs === undefined || !isDecisive || isUnderProof) return slowAtMs(charge);
  return sentMs + Math.max(slowMs, decisiveAnswerMs);
}

/**
 * Whether the directory had looked at one logon before the other one was sent. Two that are under way together it may look
 * at in any order, with a change of the password in between: the one says nothing about the other.
 */
function isBehind(one: Charge, other: Charge): boolean {
  if (one.settledSequence !== undefined) return one.settledSequence < other.sequence;
  return other.sentMs !== undefined && slowAtMs(one) <= other.sentMs;
}

function dropOldest(urls: Map<string, unknown>): void {
  const [oldest] = urls.keys();
  if (urls.size > maxForbidden && oldest !== undefined) urls.delete(oldest);
}
