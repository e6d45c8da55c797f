import type { Hop } from '../../shared/problem';
import { Bursts } from './bursts';
import { EarliestTimer } from './earliest-timer';
import type { HttpConnection } from './http-connection';
import type { OutgoingRequest } from './outgoing-request';
import type { Trial } from './trial';
import { type WarmUrl, WarmUrls } from './warm-urls';

/** What came of signing a connection in for the stock, or of using one lest it grows old. */
export type Warmed =
  /** It was given to whoever waited, or to the pool. */
  | 'ready'
  /** It was no time for a logon. */
  | 'no-turn'
  /** This side has ended it. */
  | 'ended'
  /** The URL will not do: it was answered slowly, without a sign-in or with a 407, or the connection was not kept. */
  | 'unfit'
  /** The company proxy could not be reached, or has ended the connection. */
  | 'failed';

/** What the stock takes from the road that it belongs to. */
export interface WarmConnectionsOptions {
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** Whether there is to be a stock at all. */
  readonly isWanted: () => boolean;
  /** Where connections go; undefined where they are of no use: no sign-in is asked for, or none is kept. */
  readonly hop: () => Hop | undefined;
  /** Whether logons may be made on Latchkey's own account. */
  readonly maySignIn: () => boolean;
  /** What connections can be signed in with there, the best first. */
  readonly urls: (hop: Hop) => Iterable<WarmUrl>;
  /** How many idle connections there are. */
  readonly idleCount: (hop: Hop) => number;
  /** Takes an idle connection. */
  readonly takeIdle: (hop: Hop) => HttpConnection | undefined;
  /**
   * Takes one of the `count` youngest idle connections that was not used for this share of the time for which it is trusted,
   * or for `ageMs` milliseconds.
   */
  readonly takeAged: (hop: Hop, count: number, share: number, ageMs: number) => HttpConnection | undefined;
  /** In how many milliseconds `takeAged` would give one. */
  readonly agedInMs: (hop: Hop, count: number, share: number, ageMs: number) => number;
  /** Ends the idle connections. */
  readonly drop: (hop: Hop) => void;
  /**
   * Signs a new connection in. Never rejects.
   *
   * @param isTrial whether it is not known how soon the URL is answered: nothing else may be under way then, and the answer
   * is not waited for
   * @param isFit resolves with whether the URL will do, where that is being tried: no logon is made before
   */
  readonly warm: (trial: Trial, isTrial: boolean, isFit?: Promise<boolean>) => Promise<Warmed>;
  /** Asks for the URL over a connection that is signed in, and gives it back. Never rejects. */
  readonly use: (connection: HttpConnection, trial: Trial, isTrial: boolean) => Promise<Warmed>;
}

/** Browsers open up to 32 connections to one proxy. */
const mostReady = 32;
const fewestReady = 4;
/** After so long without a request there is no stock. */
const restAfterMs = 300_000;
/**
 * So many are made at once. A connection, a challenge and a logon take a round trip each, and two logons may be unanswered:
 * six keep both busy, and none waits with its challenge for longer than a turn. Two more are for what comes late.
 */
const mostInTheMaking = 8;
/** A connection is used again after this share of the time for which it is trusted; the pool learns from that. */
const agedShare = 0.8;
/** But no later than this: what stands between may forget a connection in silence. */
const agedMs = 60_000;
/** How often it is looked after while something is to do. */
const tickMs = 1_000;
/** The same while all are ready and none has to be used: what has changed meanwhile is noticed that late. */
const calmTickMs = 5_000;
/** Those who wait go their own way when none of them got a connection for so long. */
const patienceMs = 2_000;
/** How long nothing is made after a failure: longer each time until one succeeds. */
const failurePausesMs = [2_000, 10_000, 60_000, 300_000] as const;
/** How long a company proxy is believed to allow no more connections than there were when one failed. */
const limitMs = 300_000;
/** How long nothing is made where it was only no time for a logon. */
const noTurnPauseMs = 1_000;

/**
 * A stock of connections that are signed in before anybody needs them: a tunnel over one of them is open after one round
 * trip. It knows how many there should be, makes them and uses them before they grow old. While requests wait for one, each
 * new connection goes to the first of them. What it cannot do it leaves: a request then signs in by itself.
 */
export class WarmConnections {
  readonly #options: WarmConnectionsOptions;
  readonly #line = new Set<(connection: HttpConnection | undefined) => void>();
  /** When somebody got a connection, or began to wait while nobody did. */
  #servedMs = 0;
  readonly #bursts = new Bursts();
  #askedMs = Number.NEGATIVE_INFINITY;
  #makingCount = 0;
  /** When the last of them was begun, or came to its end. */
  #progressMs = Number.NEGATIVE_INFINITY;
  readonly #urls = new WarmUrls();
  /** The URL that is being tried. */
  #tried: { readonly trial: Trial; readonly hop: Hop; readonly isFit: Promise<boolean> } | undefined;
  /** Whether an aged connection is being used, of which nobody knows yet whether it has lasted. */
  #isLooking = false;
  /** What the company proxy seems to allow, until when that is believed. */
  #limit = { count: mostReady, untilMs: 0 };
  #failureCount = 0;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  readonly #ticker: EarliestTimer;
  #isAwake = false;
  #isClosed = false;

  constructor(options: WarmConnectionsOptions) {
    this.#options = options;
    this.#ticker = new EarliestTimer(options.nowMs, this.#tick);
  }

  /** How many connections should be ready. */
  get target(): number {
    const wanted = Math.max(fewestReady, this.#bursts.largest);
    const most = this.#options.nowMs() < this.#limit.untilMs ? this.#limit.count : mostReady;
    return Math.min(wanted, most);
  }

  /** Whether a request that has no connection had better wait for one that is in the making. */
  get isServing(): boolean {
    // What nothing comes of is not waited for by one request after the other.
    const isGoingOn = this.#options.nowMs() - this.#progressMs <= patienceMs;
    return this.#makingCount > 0 && isGoingOn && !this.#isClosed;
  }

  /** A client asks for something. To be called before its connection is looked for. */
  asked(): void {
    this.#askedMs = this.#options.nowMs();
    if (this.#isClosed || !this.#options.isWanted()) return;
    this.#ticker.set(tickMs);
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#bursts.expect(this.#askedMs);
    this.fill();
  }

  /** A request has taken a connection that will not come back, or needs one more. */
  taken(): void {
    if (!this.#options.isWanted()) return;
    this.#bursts.taken(this.#options.nowMs());
    this.fill();
  }

  /**
   * Waits for the next connection that is signed in. Undefined when none is in the making, when what was has failed, and
   * when the client leaves.
   */
  next(request: OutgoingRequest): Promise<HttpConnection | undefined> {
    if (!this.isServing) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      if (this.#line.size === 0) this.#servedMs = this.#options.nowMs();
      this.#line.add(resolve);
      request.whenAborted(() => {
        if (this.#line.delete(resolve)) resolve(undefined);
      });
      this.fill();
    });
  }

  /** A connection is free. Returns whether somebody has waited for it. */
  offer(connection: HttpConnection): boolean {
    const [resolve] = this.#line;
    if (resolve === undefined) return false;
    this.#line.delete(resolve);
    this.#servedMs = this.#options.nowMs();
    resolve(connection);
    return true;
  }

  /** Makes what is missing. */
  fill(): void {
    const { hop: findHop, isWanted, maySignIn, nowMs, warm } = this.#options;
    const now = nowMs();
    if (this.#isClosed || !isWanted() || now < this.#pausedUntilMs || now - this.#askedMs > restAfterMs)
      return;
    const hop = findHop();
    if (hop === undefined || !maySignIn()) return;
    for (let missing = this.#missing(hop); missing > 0 && this.#tried === undefined; missing -= 1) {
      const url = this.#choose(hop, now);
      if (url === undefined) return;
      const { trial } = url;
      this.#urls.asked(trial, now);
      if (this.#urls.isFit(hop, url)) this.#make(warm(trial, false), trial, hop);
      else this.#try(trial, hop);
    }
  }

  /**
   * The logon with the URL that is being tried is on its way: connections and challenges are got ready behind it, and signed in
   * when it has turned out well.
   */
  follow(): void {
    if (this.#tried === undefined) return;
    const { trial, hop, isFit } = this.#tried;
    for (let missing = this.#missing(hop); missing > 0; missing -= 1) {
      this.#make(this.#options.warm(trial, false, isFit), trial, hop);
    }
  }

  /** How many may be made now. */
  #missing(hop: Hop): number {
    const missing = this.target + this.#line.size - this.#options.idleCount(hop) - this.#makingCount;
    return Math.min(missing, mostInTheMaking - this.#makingCount);
  }

  #make(making: Promise<Warmed>, trial: Trial, hop: Hop): void {
    this.#makingCount += 1;
    this.#progressMs = this.#options.nowMs();
    void making.then((warmed) => {
      this.#makingCount -= 1;
      this.#progressMs = this.#options.nowMs();
      this.#judge(trial, warmed, hop);
      this.fill();
      if (!this.isServing) this.#sendAway();
    });
  }

  /** A logon with a URL that may be slow would be in everybody's way: it is tried without one, where that can be done. */
  #try(trial: Trial, hop: Hop): void {
    const { takeIdle, use, warm } = this.#options;
    const connection = takeIdle(hop);
    const tried = connection === undefined ? warm(trial, true) : use(connection, trial, true);
    const ended = tried.then((warmed): Warmed => {
      this.#tried = undefined;
      if (warmed === 'ready') this.#urls.fit(hop, trial);
      // It was given half a second, and nobody knows more.
      return warmed === 'failed' ? 'unfit' : warmed;
    });
    this.#tried = { trial, hop, isFit: ended.then((warmed) => warmed === 'ready') };
    this.#make(ended, trial, hop);
  }

  /** Whether connections are not to be signed in with this URL. */
  isUnfit(hop: Hop, trial: Trial): boolean {
    return this.#urls.isUnfit(hop, trial, this.#options.nowMs());
  }

  /** On another network everything may be different. */
  beginEpoch(): void {
    this.#urls.beginEpoch();
    this.#failureCount = 0;
    this.#pausedUntilMs = Number.NEGATIVE_INFINITY;
    this.#limit = { count: mostReady, untilMs: 0 };
    this.#sendAway();
  }

  /** Makes nothing until the next request. */
  rest(): void {
    this.#askedMs = Number.NEGATIVE_INFINITY;
    this.#ticker.clear();
    this.#isAwake = false;
    this.#sendAway();
  }

  close(): void {
    this.#isClosed = true;
    this.rest();
  }

  /** The best URL that may be asked now. */
  #choose(hop: Hop, nowMs: number, mustBeFree = false): WarmUrl | undefined {
    for (const url of this.#options.urls(hop)) {
      // While somebody waits, nothing is tried out.
      const isExperiment = !url.isFree && !url.isKnown && this.#line.size > 0;
      if (mustBeFree ? !url.isFree : isExperiment) continue;
      if (this.#urls.mayAsk(hop, url, nowMs)) return url;
    }
    return undefined;
  }

  #judge(trial: Trial, warmed: Warmed, hop: Hop): void {
    const nowMs = this.#options.nowMs();
    if (warmed === 'ready') this.#failureCount = 0;
    else if (warmed === 'unfit') this.#urls.unfit(hop, trial, nowMs);
    else if (warmed === 'failed') this.#failed(nowMs, hop);
    else if (warmed === 'no-turn') this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + noTurnPauseMs);
  }

  #failed(nowMs: number, hop: Hop): void {
    // Several may fail together.
    if (nowMs < this.#pausedUntilMs) return;
    this.#pausedUntilMs = nowMs + (failurePausesMs[this.#failureCount] ?? failurePausesMs[3]);
    this.#failureCount += 1;
    // It may allow only so many: half of what is left is for the clients.
    const idleCount = this.#options.idleCount(hop);
    if (idleCount > 0) this.#limit = { count: Math.ceil(idleCount / 2), untilMs: nowMs + limitMs };
  }

  /** Whoever waits goes his own way. */
  #sendAway(): void {
    for (const resolve of this.#line) resolve(undefined);
    this.#line.clear();
  }

  readonly #tick = (): void => {
    const { drop, hop: findHop, isWanted, nowMs } = this.#options;
    const now = nowMs();
    this.#bursts.passTime(now);
    this.#urls.passTime(now);
    if (this.#line.size > 0 && now - this.#servedMs > patienceMs) this.#sendAway();
    const hop = findHop();
    if (now - this.#askedMs > restAfterMs || !isWanted()) {
      this.rest();
      if (hop !== undefined) drop(hop);
      return;
    }
    if (hop !== undefined) {
      // One that is being used is not missing.
      this.fill();
      if (!this.#isLooking) void this.#refresh(hop);
    }
    this.#ticker.set(this.#restMs(hop));
  };

  /** How long nothing has to be looked after, in milliseconds. */
  #restMs(hop: Hop | undefined): number {
    if (hop === undefined || this.#isLooking || this.#line.size > 0 || this.#makingCount > 0) return tickMs;
    if (this.#missing(hop) > 0) return tickMs;
    const agedInMs = this.#options.agedInMs(hop, this.target, agedShare, agedMs);
    return Math.min(calmTickMs, Math.max(tickMs, agedInMs));
  }

  /**
   * Uses connections before they grow old. The eldest goes ahead: where the pool trusts the others for longer from what it has
   * proven, they need nothing yet.
   */
  async #refresh(hop: Hop): Promise<void> {
    const { nowMs, takeAged } = this.#options;
    const { target } = this;
    const trial = this.#choose(hop, nowMs(), true)?.trial;
    if (trial === undefined) return;
    this.#isLooking = true;
    for (let left = target; left > 0; left -= 1) {
      const connection = takeAged(hop, target, agedShare, agedMs);
      if (connection === undefined) break;
      const used = this.#use(connection, trial, hop);
      if (left === target && !(await used)) break;
    }
    this.#isLooking = false;
  }

  /** Resolves with whether it is good for longer. */
  async #use(connection: HttpConnection, trial: Trial, hop: Hop): Promise<boolean> {
    const warmed = await this.#options.use(connection, trial, false);
    // What has lost one in silence may have lost all of them.
    if (warmed === 'failed') {
      this.#options.drop(hop);
      if (this.#isAwake) this.#ticker.set(tickMs);
    } else if (warmed === 'unfit') this.#judge(trial, warmed, hop);
    return warmed === 'ready';
  }
}
