import type { HostPort } from '../../shared/settings';
import type { Trial } from './trial';

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

/** What a lockout policy that locks at three would still forgive. */
const mostCharges = 2;
/** A directory gets at least this long for its answer, and so many times what the company proxy took for its challenge. */
const quickAnswerMs = 500;
const slowLegs = 4;
const longestQuickAnswerMs = 4_000;
/** How long a first logon that decides is left alone, though it is slow. */
const decisiveAnswerMs = 2_000;
/** No directory takes longer: what is unanswered by then may be lost. As long as a challenge may take. */
const longestAnswerMs = 30_000;

/**
 * After how long without an answer a logon waits for its origin, in milliseconds.
 *
 * @param legMs how long the company proxy took for its challenge
 */
export function slowAfterMs(legMs: number): number {
  return Math.max(quickAnswerMs, Math.min(legMs * slowLegs, longestQuickAnswerMs));
}

/** When a logon is taken for one that waits for its origin; never before it was sent. */
export function slowAtMs({ sentMs, slowMs }: Charge): number {
  return sentMs === undefined ? Number.POSITIVE_INFINITY : sentMs + slowMs;
}

/**
 * When another logon may be made beside this one because it is slow. One that decides is known to be answered at once, so that
 * it is the directory which takes its time: before the credential has proved itself, that is given longer.
 */
export function otherAtMs(charge: Charge): number {
  const { sentMs, isDecisive, isUnderProof, slowMs } = charge;
  if (sentMs === undefined || !isDecisive || isUnderProof) return slowAtMs(charge);
  return sentMs + Math.max(slowMs, decisiveAnswerMs);
}

/**
 * Whether the directory had looked at one logon before the other one was sent. Two that are under way together it may look
 * at in any order, with a change of the password in between: the one says nothing about the other.
 */
export function isBehind(one: Charge, other: Charge): boolean {
  if (one.settledSequence !== undefined) return one.settledSequence < other.sequence;
  return other.sentMs !== undefined && slowAtMs(one) <= other.sentMs;
}

/** The charges against an account, in the order in which they came. */
export class Charges {
  readonly #all = new Set<Charge>();

  [Symbol.iterator](): IterableIterator<Charge> {
    return this.#all.values();
  }

  get count(): number {
    return this.#all.size;
  }

  /** Whether one more logon could lock the account: none is made then. */
  get isFull(): boolean {
    return this.#all.size >= mostCharges;
  }

  get oldest(): Charge | undefined {
    const [charge] = this.#all;
    return charge;
  }

  has(charge: Charge): boolean {
    return this.#all.has(charge);
  }

  add(charge: Charge): void {
    this.#all.add(charge);
  }

  delete(charge: Charge): void {
    this.#all.delete(charge);
  }

  clear(): void {
    this.#all.clear();
  }

  get hasRefusal(): boolean {
    for (const { fate } of this.#all) if (fate === 'refused') return true;
    return false;
  }

  /** The first that has no answer yet. */
  get inFlight(): Charge | undefined {
    for (const charge of this.#all) if (charge.fate === 'in-flight') return charge;
    return undefined;
  }

  /** Whether there is only one, which has been sent and may be answered at any moment. */
  get isOneUnderWay(): boolean {
    const { oldest } = this;
    return this.count === 1 && oldest?.fate === 'in-flight' && oldest.sentMs !== undefined;
  }

  /** Whether all of them may be answered at any moment. */
  areSettledSoon(nowMs: number): boolean {
    return [...this.#all].every((charge) => charge.fate === 'in-flight' && nowMs < slowAtMs(charge));
  }

  /** When nothing that is under way is waited for any more; undefined where something else comes first. */
  get overAtMs(): number | undefined {
    if (!this.isFull || this.inFlight === undefined) return undefined;
    let overAtMs = 0;
    for (const { fate, sentMs } of this.#all) {
      if (fate !== 'in-flight') continue;
      if (sentMs === undefined) return undefined;
      overAtMs = Math.max(overAtMs, sentMs + longestAnswerMs);
    }
    return overAtMs;
  }
}
